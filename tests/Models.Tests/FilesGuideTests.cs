using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>The programs that docs/files.md shows: they stand here word by word, and do what it says.</summary>
public sealed class FilesGuideTests
{
    [Fact]
    public void Every_program_of_the_guide_stands_here() => Guide.AssertTested("files.md", "FilesGuideTests.cs", 6);

    [Fact]
    public void Files_of_tensors_come_back()
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        string path = folder.File("weights.safetensors"), arrayPath = folder.File("weight.npy"), archivePath = folder.File("weights.npz"), tablePath = folder.File("people.csv");
        Tensor<float> weight = new RandomStream(1).Normal<float>([3, 4]), bias = new RandomStream(2).Normal<float>([4]);
        new SafetensorsWriter { Metadata = { ["format"] = "pt" } }.Add("weight", weight).Add("bias", bias).Write(path);
        using Safetensors file = Safetensors.Open(path);
        foreach (SafetensorsEntry entry in file.Entries)
        {
            Console.WriteLine($"{entry.Name}: {entry.DataType} {entry.Shape}");
        }

        Tensor<float> mapped = file.Get<float>("weight");
        Assert.Equal(weight.ToArray(), mapped.ToArray());

        Npy.Save(arrayPath, weight);
        Tensor<float> array = Npy.Load<float>(arrayPath);
        new NpzWriter(isCompressed: true).Add("weight", weight).Add("bias", bias).Write(archivePath);
        using Npz archive = Npz.Open(archivePath);
        Tensor<float> unpacked = archive.Get<float>("bias");
        Assert.Equal(weight.ToArray(), array.ToArray());
        Assert.Equal(bias.ToArray(), unpacked.ToArray());

        File.WriteAllText(tablePath, "name,age\n1,30\n2,\n");
        CsvTable<double> table = Csv.Read<double>(tablePath);
        Tensor<double> ages = table.Column("age");
        Assert.Equal([30, double.NaN], ages.ToArray());
        File.WriteAllText(tablePath, "name,age\n1,30\n2,x\n");
        Throws.Exactly<InvalidDataException>("people.csv: line 3, column 2: ('age') a number is expected, 'x' came", () => Csv.Parse<double>(File.ReadAllBytes(tablePath), "people.csv"));
    }

    [Fact]
    public void A_run_goes_on()
    {
        using Folder folder = new();
        string checkpointPath = folder.File("run.safetensors");
        CosineSchedule schedule = new(0.01, 100);
        using (TwoLayerNet<Tanh, float> net = new(4, 8, 1, new RandomStream(3)))
        {
            using Adam<float> adam = new(net.Parameters, 0.01);
            RandomStream stream = new(5);
            StepCounter steps = new();
            Checkpoint checkpoint = new Checkpoint().Add("model", net.Parameters).Add("optimizer", adam).Add("data", stream).Add("progress", steps);
            for (int i = 0; i < 10; i++)
            {
                using Tensor<float> x = stream.Normal<float>([32, 4]), y = x.Slice(1, 0, 1);
                adam.Rate = schedule.Rate(steps.Next());
                net.SquaredErrorGradient(x, y);
                adam.Step();
            }

            checkpoint.Save(checkpointPath);
        }

        using TwoLayerNet<Tanh, float> other = new(4, 8, 1, new RandomStream(4));
        using Adam<float> otherAdam = new(other.Parameters, 0.5);
        StepCounter otherSteps = new();
        Checkpoint again = new Checkpoint().Add("model", other.Parameters).Add("optimizer", otherAdam).Add("data", new RandomStream(5)).Add("progress", otherSteps);
        again.Load(checkpointPath);
        again.Save(folder.File("again"));
        Assert.Equal(10, otherSteps.Step);
        Assert.Equal(File.ReadAllBytes(checkpointPath), File.ReadAllBytes(folder.File("again")));
    }

    [Fact]
    public void A_part_of_ones_own()
    {
        using Folder folder = new();
        using Tensor<float> mean = Tensor.Ones<float>([2]), other = Tensor.Zeros<float>([2]);
        new Checkpoint().Add("average", new Average(mean)).Save(folder.File("x"));
        new Checkpoint().Add("average", new Average(other)).Load(folder.File("x"));
        Assert.Equal([1, 1], other.ToArray());
    }

    [Fact]
    public void Memory_is_shared()
    {
        using Scope scope = Scope.Begin();
        float[] samples = [1, 2, 3, 4, 5, 6];
        using Tensor<float> borrowed = Tensor.FromBuffer(samples, [2, 3]);
        borrowed.MultiplyInto(borrowed, borrowed);
        System.Numerics.Tensors.TensorSpan<float> span = borrowed.Transpose().AsTensorSpan();
        Assert.Equal([1, 4, 9, 16, 25, 36], samples);
        Assert.Equal(16, span[0, 1]);
    }

    private sealed class Average(Tensor<float> mean) : ICheckpointed
    {
        private long count;

        public void Visit(CheckpointState state)
        {
            state.Tensor("mean", mean);
            state.Count("count", ref count, 0, long.MaxValue);
        }
    }
}
