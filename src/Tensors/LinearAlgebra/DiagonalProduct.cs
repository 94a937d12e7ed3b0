namespace Onsager.Tensors;

/// <summary>Products of the diagonals of factors, and the signs of row exchanges.</summary>
internal static class DiagonalProduct
{
    /// <summary>The products [...] of diagonals [..., n], from the first element on.</summary>
    public static Tensor<T> Run<T>(Tensor<T> diagonal)
        where T : unmanaged
    {
        TensorNode x = diagonal.Node, y = Tensor.NewNode<T>(x.Layout.Shape.Without(x.Layout.Shape.Rank - 1, keep: false), x.Storage!.Device);
        try
        {
            using Packed<T> from = new("determinant", x);
            Span<T> products = CpuDevice.Memory<T>(y.Storage!, 0, y.Layout.Shape.Size);
            int n = (int)x.Layout.Shape[-1];
            for (int i = 0; i < products.Length; i++)
            {
                T product = Tensor.Constant<T>(1);
                foreach (T factor in from.Elements.Slice(i * n, n))
                {
                    product = Scalars.Multiply(product, factor);
                }

                products[i] = product;
            }
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(DiagonalProductRule<T>.Instance, x, null, null, y);
        return new(y);
    }

    /// <summary>-1 [...] where an odd number of pivots [..., n] exchange rows, 1 otherwise.</summary>
    public static Tensor<T> Signs<T>(Tensor<int> pivots)
        where T : unmanaged
    {
        using Packed<int> from = new("determinant", pivots.Node);
        Tensor<T> signs = Tensor.Empty<T>(pivots.Shape.Without(pivots.Rank - 1, keep: false), pivots.Device);
        Span<T> all = signs.Memory();
        int n = (int)pivots.Shape[-1];
        for (int i = 0; i < all.Length; i++)
        {
            int exchanges = 0;
            for (int row = 0; row < n; row++)
            {
                exchanges += from.Elements[(i * n) + row] != row ? 1 : 0;
            }

            all[i] = Tensor.Constant<T>(exchanges % 2 == 0 ? 1 : -1);
        }

        return signs;
    }
}

/// <summary>dx = dy y / x.</summary>
internal sealed class DiagonalProductRule<T> : Rule
    where T : unmanaged
{
    public static readonly DiagonalProductRule<T> Instance = new();

    public override string Name => "determinant";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> dy = tape.Gradient<T>(entry.Result);
        tape.Contribute(entry.X, (dy * new Tensor<T>(entry.Result)).Unsqueeze(-1) / new Tensor<T>(entry.X));
    }
}
