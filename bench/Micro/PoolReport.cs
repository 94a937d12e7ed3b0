using System.Diagnostics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Micro;

/// <summary>
/// `bench/Micro pool`: what it costs to hand work to a second thread, spinning or parked, from which size on two threads win in each family
/// of work (the sizes in <c>Cuts</c> rest on it), and how products scale beside the multiply-add ceiling in the same rounds.
/// </summary>
internal static class PoolReport
{
    /// <summary>A round counts if the ceiling scales so well around it.</summary>
    private const double CeilingScaling = 1.9;

    private const int Wanted = 15, MostRounds = 90;

    private static readonly int[] Sizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 1 << 20];

    /// <summary>Prints the report.</summary>
    public static int Run()
    {
        Console.WriteLine($"{Lanes.InstructionSet}, two threads beside one; medians of interleaved rounds");
        using (WorkerPool pool = new() { Threads = 2 })
        {
            HandOff(pool);
            Console.WriteLine($"{"work",-14}{"size",10}{"one, us",12}{"two, us",12}{"ratio",8}{"rounds",8}");
            Elements("add", pool, x => new AddParts(x, x, new float[x.Length]));
            Elements("exp", pool, x => new ExpParts(x, new float[x.Length]));
            Elements("sum", pool, x => new SumParts(x, new float[(x.Length / Reduce.Block) + 2]));
            Elements("uniform", pool, x => new RandomParts<UniformDistribution>(x));
            Elements("normal", pool, x => new RandomParts<NormalDistribution>(x));
            Crossover("product", pool, [16, 24, 32, 40, 48, 64, 80, 96, 128], n => new ProductParts(n));
            foreach (int n in (int[])[256, 512, 1024, 2048])
            {
                Scaling<float>("sgemm", n, pool);
                Scaling<double>("dgemm", n, pool);
            }
        }

        return 0;
    }

    private static void HandOff(WorkerPool pool)
    {
        CeilingParts nothing = new(0), work = new(1);
        double[] seconds = SideBySide.Medians(
            21, 0.001, TimeSpan.Zero, ("empty", () => pool.Run(nothing, 2)), ("ceiling", static () => FmaCeiling.Run()), ("two", () => pool.Run(work, 2)));
        Console.WriteLine($"hand-off to a spinning thread and back: {seconds[0] * 1e6:F2} us; two ceilings take {seconds[2] / seconds[1]:F2} times one");
        double[] parked = new double[21];
        for (int round = 0; round < parked.Length; round++)
        {
            Thread.Sleep(5);
            long start = Stopwatch.GetTimestamp();
            pool.Run(work, 2, isLong: true);
            parked[round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(parked);
        Console.WriteLine($"the same to a parked thread: {(parked[10] - seconds[1]) * 1e6:F0} us more than one ceiling takes");
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        Thread.Sleep(1000);
        Console.WriteLine($"processor time of a second without work: {(Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds:F1} ms");
    }

    private static void Elements<TParts>(string name, WorkerPool pool, Func<float[], TParts> work)
        where TParts : struct, IParts => Crossover(name, pool, Sizes, n => work(Filled(n)));

    /// <summary>Two halves on one thread and on two; prints where two begin to win and stay ahead.</summary>
    private static void Crossover<TParts>(string name, WorkerPool pool, int[] sizes, Func<int, TParts> of)
        where TParts : struct, IParts
    {
        int? from = null;
        using WorkerPool alone = new();
        foreach (int n in sizes)
        {
            TParts work = of(n);
            double ratio = Compare(name, n, pool, 0.0004, () => alone.Run(in work, 2), () => pool.Run(in work, 2));
            from = ratio > 1 ? from ?? n : null;
        }

        Console.WriteLine($"{name,-14}two threads win from {from?.ToString() ?? "no size here"}");
    }

    private static void Scaling<T>(string name, int n, WorkerPool pool)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        Device.Cpu.Threads = 2;
        using Scope scope = Scope.Begin();
        Tensor<T> x = new RandomStream(1).Uniform<T>([n, n]), y = new RandomStream(2).Uniform<T>([n, n]), z = Tensor.Empty<T>([n, n]);
        T[] a = x.ToArray(), b = y.ToArray(), c = new T[n * n];
        foreach ((string form, bool left, bool right) in ((string, bool, bool)[])[("NN", false, false), ("NT", false, true), ("TN", true, false)])
        {
            Tensor<T> p = left ? x.Transpose() : x, q = right ? y.Transpose() : y;
            Compare($"{name} {form}", n, pool, 0.004, () => Gemm.Multiply<T>(left, right, n, n, n, T.One, a, n, b, n, T.Zero, c, n), () => p.MatMulInto(q, z));
        }
    }

    /// <summary>Prints the medians of the rounds that count, and gives their ratio.</summary>
    private static double Compare(string name, int n, WorkerPool pool, double least, Action one, Action two)
    {
        CeilingParts ceilings = new(3);
        List<(double One, double Two)> kept = [];
        for (int round = 0; round < MostRounds && kept.Count < Wanted; round++)
        {
            double ceiling = Seconds(0, () => ceilings.Run(0)), before = Seconds(0, () => pool.Run(ceilings, 2));
            (double One, double Two) pair = (Seconds(least, one), Seconds(least, two));
            double after = Seconds(0, () => pool.Run(ceilings, 2));
            if (2 * ceiling / double.Max(before, after) >= CeilingScaling)
            {
                kept.Add(pair);
            }
        }

        double Median(Func<(double One, double Two), double> of) => kept.Count == 0 ? double.NaN : kept.Select(of).Order().ElementAt(kept.Count / 2);
        double ratio = Median(r => r.One / r.Two);
        Console.WriteLine($"{name,-14}{n,10}{Median(r => r.One) * 1e6,12:F2}{Median(r => r.Two) * 1e6,12:F2}{ratio,8:F2}{kept.Count,8}");
        return ratio;
    }

    /// <summary>Seconds of a call, after as many calls that are not timed.</summary>
    private static double Seconds(double least, Action work)
    {
        int calls = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            work();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < least);
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static float[] Filled(int count)
    {
        float[] x = new float[count];
        RandomFill.Uniform<float>(1, 0, 0, x);
        return x;
    }

    /// <summary>A half of an array.</summary>
    private static Span<float> Half(float[] x, int part) => part == 0 ? x.AsSpan(0, x.Length / 2) : x.AsSpan(x.Length / 2);

    private readonly struct CeilingParts(int repeats) : IParts
    {
        public void Run(int part)
        {
            for (int i = 0; i < repeats; i++)
            {
                _ = FmaCeiling.Run();
            }
        }
    }

    private readonly struct AddParts(float[] x, float[] y, float[] z) : IParts
    {
        public void Run(int part) => Map.Binary<Add, float>(Half(x, part), Half(y, part), Half(z, part));
    }

    private readonly struct ExpParts(float[] x, float[] y) : IParts
    {
        public void Run(int part) => Map.Unary<Exp, float>(Half(x, part), Half(y, part));
    }

    private readonly struct SumParts(float[] x, float[] blocks) : IParts
    {
        public void Run(int part)
        {
            Span<float> half = Half(x, part);
            int count = (half.Length + Reduce.Block - 1) / Reduce.Block;
            Reduce.BlockSums<float>(half, blocks.AsSpan(part * count, count));
        }
    }

    private readonly struct RandomParts<TDistribution>(float[] x) : IParts
        where TDistribution : struct, IDistribution
    {
        public void Run(int part) => RandomFill.Run<TDistribution, float>(default, 1, 0, (ulong)(part * (x.Length / 2)), Half(x, part));
    }

    /// <summary>The halves of the rows of a square product.</summary>
    private readonly struct ProductParts(int n) : IParts
    {
        private readonly float[] a = Filled(n * n);
        private readonly float[] b = Filled(n * n);
        private readonly float[] c = new float[n * n];

        public void Run(int part) => Gemm.Multiply<float>(false, false, n / 2, n, n, 1, Half(a, part), n, b, n, 0, Half(c, part), n);
    }
}
