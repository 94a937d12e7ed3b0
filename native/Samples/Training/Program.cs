using System.Globalization;
using Onsager.Models;
using Onsager.Models.TwoLayer;
using Onsager.Simd;
using Onsager.Tensors;

// A product, a gradient, a training loop; "first" ends after the product. Numbers go to the output, what was measured to the error stream.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using Scope scope = Scope.Begin();
RandomStream data = new(seed: 2);
Tensor<float> a = data.Normal<float>([64, 64]);
Console.WriteLine($"product {a.MatMul(a).Sum().Item():R}");
if (args is ["first"])
{
    return;
}

Console.WriteLine($"gradient {Autodiff.Grad(a, static x => (x.Tanh() * x).Sum()).Sum().Item():R}");
using var net = new TwoLayerNet<Tanh, float>(inputs: 2, hidden: 50, outputs: 1, new RandomStream(seed: 1));
using var adam = new Adam<float>(net.Parameters, rate: 1e-2);
float loss = 0;
for (int step = 0; step < 500; step++)
{
    using Scope inner = Scope.Begin();
    Tensor<float> x = data.Normal<float>([32, 2]);
    Tensor<float> y = (x.Slice(1, 0, 1) * x.Slice(1, 1, 2)).Tanh();
    loss = net.SquaredErrorGradient(x, y);
    adam.Step();
}

Console.WriteLine($"loss {loss:R}");
if (!(loss < 0.01f))
{
    throw new ArithmeticException($"the training went to {loss}");
}

foreach (string line in File.ReadLines("/proc/self/status"))
{
    if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
    {
        Console.Error.WriteLine($"resident {line[6..].Trim()}");
    }
}
