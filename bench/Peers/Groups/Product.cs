using Onsager.Simd;
using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>C [m, n] = op(A) op(B) by everyone, each on memory of its own with the same numbers: nobody finds in a cache what another has read.</summary>
internal sealed unsafe class Product<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Up to this n libtorch's allocating form is tried beside the one into existing memory: where overhead decides, it may be the faster one.</summary>
    private const int TwoForms = 256;

    private readonly bool transposeA;
    private readonly bool transposeB;
    private readonly int m;
    private readonly int n;
    private readonly int k;
    private readonly Memory<T> a;
    private readonly Memory<T> b;
    private readonly Memory<T> c;
    private readonly Memory<T> blasA;
    private readonly Memory<T> blasB;
    private readonly Memory<T> blasC;
    private readonly TorchTensor torchA;
    private readonly TorchTensor torchB;
    private readonly TorchTensor torchC;
    private readonly List<Tensor<T>> tensors = [];

    /// <param name="transposition">N or T for each operand.</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">The summed dimension.</param>
    public Product(string transposition, int m, int n, int k)
    {
        transposeA = transposition[0] == 'T';
        transposeB = transposition[1] == 'T';
        this.m = m;
        this.n = n;
        this.k = k;
        a = Memory<T>.Random(m * k, 1);
        b = Memory<T>.Random(k * n, 2);
        c = new Memory<T>(m * n);
        blasA = Memory<T>.Random(m * k, 1);
        blasB = Memory<T>.Random(k * n, 2);
        blasC = new Memory<T>(m * n);
        torchA = Torch(a, transposeA, m, k);
        torchB = Torch(b, transposeB, k, n);
        torchC = Libtorch.Of(c, m, n);
    }

    public Case Case(string name, int size, string type, int threads)
    {
        double flop = 2.0 * m * n * k;
        void Into() => torchC.addmm_(torchA, torchB, 0, 1);
        List<Peer> peers =
        [
            new(Libtorch.Name, n > TwoForms ? [Into] : [Into, Libtorch.Discard(() => torchA.mm(torchB))]),
            new(OpenBlas.Name, () => OpenBlas.Multiply(transposeA, transposeB, m, n, k, blasA.First, Lda, blasB.First, Ldb, blasC.First)),
        ];
        if (threads > 1)
        {
            peers.Add(new(Ourselves.Name, Bare));
        }

        return new Case("gemm", name, size, type, Quantity.Flops(flop), threads == 1 ? Bare : OnTensors(), peers)
        {
            Bound = threads > 1 ? null
                : typeof(T) == typeof(float) ? new Bound("FMA ceiling", static () => FmaCeiling.Run(), FmaCeiling.Flop)
                : new Bound("FMA ceiling", static () => FmaCeiling.RunDouble(), FmaCeiling.Flop / 2),
        };
    }

    public void Dispose()
    {
        tensors.ForEach(static tensor => tensor.Dispose());
        foreach (IDisposable memory in new IDisposable[] { a, b, c, blasA, blasB, blasC, torchA, torchB, torchC })
        {
            memory.Dispose();
        }
    }

    private int Lda => transposeA ? m : k;

    private int Ldb => transposeB ? k : n;

    private void Bare() =>
        Gemm.Multiply(
            transposeA, transposeB, m, n, k, Tensor.Constant<T>(1), a.Span, Lda, b.Span, Ldb, default, c.Span, n);

    private Action OnTensors()
    {
        Tensor<T> left = Ours(a, transposeA, m, k), right = Ours(b, transposeB, k, n), result = Tensor.Empty<T>([m, n]);
        tensors.Add(result);
        return () => left.MatMulInto(right, result);
    }

    private Tensor<T> Ours(Memory<T> memory, bool transposed, int rows, int columns)
    {
        Tensor<T> stored = Tensor.From<T>(memory.Span, transposed ? [columns, rows] : [rows, columns]);
        tensors.Add(stored);
        if (!transposed)
        {
            return stored;
        }

        Tensor<T> view = stored.Transpose();
        tensors.Add(view);
        return view;
    }

    private static TorchTensor Torch(Memory<T> memory, bool transposed, int rows, int columns) =>
        transposed ? Libtorch.Of(memory, columns, rows).t() : Libtorch.Of(memory, rows, columns);
}
