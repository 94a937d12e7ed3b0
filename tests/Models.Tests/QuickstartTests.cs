using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Tests;

/// <summary>The program that docs/quickstart.md shows: it stands here word by word, and trains.</summary>
[Collection(Alone.Name)]
public sealed class QuickstartTests
{
    [Fact]
    public void The_program_of_the_quickstart_stands_here() => Guide.AssertTested("quickstart.md", "QuickstartTests.cs", 2);

    [Fact]
    public void The_program_trains()
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        try
        {
            Console.SetOut(output);
            Program();
        }
        finally
        {
            Console.SetOut(console);
        }

        string[] lines = output.ToString().Trim().Split('\n');
        Assert.Equal(6, lines.Length);
        int right = int.Parse(lines[^1].Split(' ')[0]);
        Assert.True(right >= 58, output.ToString());
    }

    private static void Program()
    {
        const int Batch = 64;
        using var net = new TwoLayerNet<Relu, float>(inputs: 2, hidden: 32, outputs: 4, new RandomStream(seed: 1));
        using var adam = new Adam<float>(net.Parameters, rate: 1e-2);
        RandomStream data = new(seed: 2);
        for (int step = 0; step < 500; step++)
        {
            using Scope scope = Scope.Begin();
            (Tensor<float> x, Tensor<int> labels) = Draw(data);
            float loss = net.CrossEntropyGradient(x, labels);
            adam.Step();
            if (step % 100 == 0)
            {
                Console.WriteLine($"step {step}: loss {loss:F3}");
            }
        }

        using (Scope scope = Scope.Begin())
        {
            (Tensor<float> x, Tensor<int> labels) = Draw(data);
            int[] read = net.Apply(x).ArgMax(1).ToArray(), truth = labels.ToArray();
            Console.WriteLine($"{read.Zip(truth).Count(pair => pair.First == pair.Second)} of {Batch} are right");
        }

        static (Tensor<float> X, Tensor<int> Labels) Draw(RandomStream data)
        {
            Tensor<float> x = data.Normal<float>([Batch, 2]);
            float[] points = x.ToArray();
            int[] labels = [.. Enumerable.Range(0, Batch).Select(i => (points[2 * i] > 0 ? 1 : 0) + (points[(2 * i) + 1] > 0 ? 2 : 0))];
            return (x, Tensor.From<int>(labels, [Batch]));
        }
    }
}
