using System.Runtime.InteropServices;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Blas;

/// <summary>
/// The threads that large products share: as many as ONSAGER_NUM_THREADS says, and one for each core where it says nothing. Work is cut
/// so that every element keeps its own chain, hence the same bits for every number of threads. A process that was forked from one that
/// has threads has none of them, and works alone.
/// </summary>
internal static unsafe partial class Team
{
    private const int Most = 256;

    private static readonly WorkerPool Workers = new() { Threads = Wanted() };
    private static readonly int BornIn = Process();

    /// <summary>How many parts work is worth being cut into: 1 below the size from which on several threads are faster.</summary>
    public static int Parts(double operations) => operations >= Cuts.Product && Process() == BornIn ? Workers.Threads : 1;

    /// <summary>Runs the parts of some work of so many floating-point operations.</summary>
    public static void Run<TParts>(in TParts work, int count, double operations)
        where TParts : struct, IParts
    {
        if (count > 1 && operations >= Cuts.Product && Process() == BornIn)
        {
            Workers.Run(in work, count, operations >= Cuts.LongProduct);
            return;
        }

        for (int part = 0; part < count; part++)
        {
            work.Run(part);
        }
    }

    /// <summary>C [m, n] = alpha A B + beta C in rows, as <see cref="Gemm"/> does it, on all threads.</summary>
    public static void Multiply<T>(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc)
        where T : unmanaged
    {
        double operations = 2.0 * m * n * k;
        int parts = Parts(operations);
        if (parts == 1)
        {
            Gemm.Multiply(m, n, k, alpha, a, b, beta, c, ldc);
            return;
        }

        Run(new ProductParts<T>(m, n, k, alpha, a, b, beta, c, ldc, parts), parts, operations);
    }

    private static int Wanted()
    {
        // What cannot be read as a number says nothing.
        bool isSaid = int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_NUM_THREADS"), out int wanted) && wanted > 0;
        return int.Min(isSaid ? wanted : Environment.ProcessorCount, Most);
    }

    [LibraryImport("libc", EntryPoint = "getpid"), SuppressGCTransition]
    private static partial int Process();

    private readonly struct ProductParts<T> : IParts
        where T : unmanaged
    {
        private readonly nint m;
        private readonly nint n;
        private readonly nint k;
        private readonly T alpha;
        private readonly Matrix<T> a;
        private readonly Matrix<T> b;
        private readonly T beta;
        private readonly T* c;
        private readonly nint ldc;
        private readonly nint partRows;
        private readonly nint partColumns;

        public ProductParts(nint m, nint n, nint k, T alpha, Matrix<T> a, Matrix<T> b, T beta, T* c, nint ldc, int parts)
        {
            (this.m, this.n, this.k, this.ldc) = (m, n, k, ldc);
            (this.alpha, this.beta) = (alpha, beta);
            (this.a, this.b) = (a, b);
            this.c = c;
            (partRows, partColumns) = Cuts.OfProduct(m, n, parts);
        }

        public void Run(int part)
        {
            bool byColumns = partColumns < n;
            nint i = byColumns ? 0 : part * partRows, j = byColumns ? part * partColumns : 0;
            nint rows = nint.Min(partRows, m - i), columns = nint.Min(partColumns, n - j);
            if (rows > 0 && columns > 0)
            {
                Gemm.Multiply(
                    rows, columns, k, alpha, new(a.First + (i * a.Row), a.Row, a.Column), new(b.First + (j * b.Column), b.Row, b.Column), beta, c + (i * ldc) + j, ldc);
            }
        }
    }
}
