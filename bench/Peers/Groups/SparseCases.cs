using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>
/// A sparse matrix [n, n] with about twenty entries in a row, at places without order, times a vector and times a dense matrix of 64 columns. libtorch's is in compressed rows
/// too; TorchSharp has no name for them, so TorchScript makes them, once.
/// </summary>
internal static class SparseCases
{
    private const int PerRow = 20;
    private const int Columns = 64;
    private static readonly int[] Sizes = [1000, 20000];

    public static IEnumerable<Case> Of<T>(string type, Wanted wanted)
        where T : unmanaged
    {
        foreach (int n in Sizes)
        {
            foreach ((string name, int columns) in ((string, int)[])[("spmv", 1), ("spmm", Columns)])
            {
                if (!wanted(name, n, type))
                {
                    continue;
                }

                (int[] rows, int[] places) = Places(n);
                using Memory<T> values = Memory<T>.Random(rows.Length, 1), dense = Memory<T>.Random(n * columns, 2), dense2 = Memory<T>.Random(n * columns, 2);
                using SparseMatrix<T> a = SparseMatrix.FromTriplets<T>(n, n, rows, places, values.Span);
                using Tensor<T> x = Tensor.From<T>(dense.Span, columns == 1 ? [n] : [n, columns]), y = Tensor.Empty<T>(columns == 1 ? [n] : [n, columns]);
                using TorchTensor csr = Compressed(Libtorch.Of<long>([.. rows, .. places], 2, rows.Length), Libtorch.Of(values, rows.Length), n);
                using TorchTensor b = columns == 1 ? Libtorch.Of(dense2, n) : Libtorch.Of(dense2, n, columns);
                a.MatMulInto(x, y);
                using TorchTensor theirs = csr.matmul(b), ours = Libtorch.Of<T>(y.AsSpan(), columns == 1 ? [n] : [n, columns]);
                if ((theirs - ours).abs().max().to(TorchSharp.torch.float64).item<double>() > 1e-4)
                {
                    throw new InvalidOperationException($"{name} {n} {type}: the results differ.");
                }

                yield return new Case(
                    "linalg", name, n, type, Quantity.Flops(2.0 * a.Count * columns), () => a.MatMulInto(x, y), [new(Libtorch.Name, Libtorch.Discard(() => csr.matmul(b)))]);
            }
        }
    }

    /// <summary>Different columns in every row, by a walk whose step has no divisor in common with n.</summary>
    private static (int[] Rows, int[] Columns) Places(int n)
    {
        List<int> rows = [], columns = [];
        for (int row = 0; row < n; row++)
        {
            for (int entry = 0; entry < PerRow - 5 + (row % 11); entry++)
            {
                rows.Add(row);
                columns.Add((int)(((row * 7919L) + (entry * 104_729L)) % n));
            }
        }

        return ([.. rows], [.. columns]);
    }

    private static TorchTensor Compressed(TorchTensor places, TorchTensor values, int n)
    {
        using TorchTensor named = TorchSharp.torch.sparse_coo_tensor(places, values, [n, n]);
        using TorchSharp.torch.jit.CompilationUnit script = TorchSharp.torch.jit.compile("def compressed(x: Tensor):\n  return x.coalesce().to_sparse_csr()\n");
        places.Dispose();
        values.Dispose();
        return (TorchTensor)script.invoke("compressed", named);
    }
}
