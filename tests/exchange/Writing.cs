using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Exchange;

/// <summary>Writes what exchange.py reads and checks.</summary>
internal static class Writing
{
    public static void All(Checks checks)
    {
        Elements.Each(new EachNpy(checks));
        checks.Do("write shapes", () =>
        {
            Npy.Save(checks.File("ours-scalar.npy"), Tensor.Scalar(1.5));
            Npy.Save(checks.File("ours-empty.npy"), Tensor.Zeros<float>([0, 3]));
            Npy.Save(checks.File("ours-rank8.npy"), Tensor.Arange(24f).Reshape(1, 2, 1, 3, 1, 2, 1, 2));
            Npy.Save(checks.File("ours-transposed.npy"), Tensor.Arange(6f).Reshape(2, 3).Transpose());
        });
        checks.Do("write npz", () => new NpzWriter().Add("x", Tensor.Arange(6.0).Reshape(2, 3)).Add("flags", Tensor.From<bool>([true, false])).Write(checks.File("ours.npz")));
        checks.Do("write npz, deflated", () => new NpzWriter(isCompressed: true).Add("x", Tensor.Arange(100_000.0)).Write(checks.File("ours-deflated.npz")));
        checks.Do("write safetensors", () =>
        {
            EachSafetensors each = new();
            Elements.Each(each);
            each.Writer.Add("scalar", Tensor.Scalar(1.5)).Add("empty", Tensor.Zeros<float>([0, 3])).Add("transposed \"π\"\n", Tensor.Arange(6f).Reshape(2, 3).Transpose());
            each.Writer.Write(checks.File("ours.safetensors"));
        });
        checks.Do("write csv", () => Csv.Write(checks.File("ours.csv"), Tensor.From([0.1, double.NaN, -1e-300, double.PositiveInfinity, 3, 1.7976931348623157e308]).Reshape(3, 2), ["a", "b, c"]));
    }

    private sealed class EachNpy(Checks checks) : Elements.IEach
    {
        public void Run<T>(string name, T[] elements)
            where T : unmanaged
        {
            // NumPy has no bfloat16.
            if (typeof(T) != typeof(BFloat16))
            {
                checks.Do($"write npy {name}", () => Npy.Save(checks.File($"ours-{name}.npy"), Tensor.From<T>(elements, [2, 3])));
            }
        }
    }

    private sealed class EachSafetensors : Elements.IEach
    {
        public SafetensorsWriter Writer { get; } = new() { Metadata = { ["format"] = "np", ["said"] = "ü\n\"" } };

        public void Run<T>(string name, T[] elements)
            where T : unmanaged => Writer.Add(name, Tensor.From<T>(elements, [2, 3]));
    }
}
