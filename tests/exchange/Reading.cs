using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Exchange;

/// <summary>Reads and checks what exchange.py wrote.</summary>
internal static class Reading
{
    public static void All(Checks checks)
    {
        Elements.Each(new EachNpy(checks));
        double[] six = [0, 1, 2, 3, 4, 5];
        foreach (string version in (string[])["1", "2", "3"])
        {
            checks.Do($"read npy, version {version}", () => Checks.Same(Npy.Load<double>(checks.File($"theirs-version{version}.npy")), six, [2, 3]));
        }

        checks.Do("read shapes", () =>
        {
            Checks.Same(Npy.Load<double>(checks.File("theirs-scalar.npy")), [1.5], []);
            Checks.Same<float>(Npy.Load<float>(checks.File("theirs-empty.npy")), [], [0, 3]);
            Checks.Same(Npy.Load<double>(checks.File("theirs-fortran.npy")), [.. Enumerable.Range(0, 24).Select(i => (double)i)], [2, 3, 4]);
        });
        foreach (string refused in (string[])["structured", "complex", "text", "object"])
        {
            checks.Do($"refuse npy, {refused}", () => Refuse(() => Npy.Open(checks.File($"theirs-{refused}.npy"))));
        }

        foreach (string kind in (string[])["", "-compressed"])
        {
            checks.Do($"read npz{kind}", () =>
            {
                using Npz file = Npz.Open(checks.File($"theirs{kind}.npz"));
                Checks.Same(file.Get<double>("x"), six, [2, 3]);
                Checks.Same(file.Get<double>("turned"), [0, 3, 1, 4, 2, 5], [3, 2]);
                Checks.Same<short>(file.Get<short>("big"), [1, -2, 256], [3]);
                Checks.Same(file.Get<float>("zeros"), new float[100_000], [1000, 100]);
            });
        }

        checks.Do("read safetensors, header", () => Header(checks.File("theirs.safetensors")));
        checks.Do("read safetensors, elements", () =>
        {
            using Safetensors file = Safetensors.Open(checks.File("theirs.safetensors"));
            Elements.Each(new EachSafetensors(file));
        });
        checks.Do("read csv", () => Checks.Same(Csv.Read<double>(checks.File("theirs.csv"), hasHeader: false).Values, [0.1, 2, 1e-300, double.NegativeInfinity], [2, 2]));
        checks.Do("read csv of pandas' kind", () =>
        {
            CsvTable<double> table = Csv.Read<double>(checks.File("theirs-missing.csv"));
            Checks.Same(table.Column("b, c"), [0.25, -3], [2]);
            if (!double.IsNaN(table.Values[0, 0]))
            {
                throw new InvalidDataException($"{table.Values} came");
            }
        });
    }

    private static void Header(string path)
    {
        using Safetensors file = Safetensors.Open(path);
        if (file.Metadata["said"] != "ü\n\"" || file.Entries.Count != 15 || file.Entry("scalar").Shape.Rank != 0 || file.Entry("empty").Shape != [0, 3])
        {
            throw new InvalidDataException(string.Join(", ", file.Entries));
        }
    }

    private static void Refuse(Action open)
    {
        try
        {
            open();
        }
        catch (InvalidDataException)
        {
            return;
        }

        throw new InvalidOperationException("it was not refused");
    }

    private sealed class EachNpy(Checks checks) : Elements.IEach
    {
        public void Run<T>(string name, T[] elements)
            where T : unmanaged
        {
            if (typeof(T) != typeof(BFloat16))
            {
                checks.Do($"read npy {name}", () => Checks.Same(Npy.Load<T>(checks.File($"theirs-{name}.npy")), elements, [2, 3]));
                checks.Do($"read npy {name}, most significant byte first", () => Checks.Same(Npy.Load<T>(checks.File($"theirs-{name}-big.npy")), elements, [2, 3]));
            }
        }
    }

    private sealed class EachSafetensors(Safetensors file) : Elements.IEach
    {
        public void Run<T>(string name, T[] elements)
            where T : unmanaged => Checks.Same(file.Get<T>(name), elements, [2, 3]);
    }
}
