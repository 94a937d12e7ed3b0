using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Products: each element is a chain of fused multiply-adds over the entries, see <see cref="SparseProduct"/>.</content>
public sealed partial class SparseMatrix<T>
{
    /// <summary>A x of a vector [columns], or A X of a matrix [columns, n].</summary>
    /// <exception cref="ArgumentException">x has not as many rows as this matrix has columns, or not one or two axes.</exception>
    /// <exception cref="NotSupportedException">x is not on the processor.</exception>
    public Tensor<T> MatMul(Tensor<T> x) => SparseOperations.Product("sparse matmul", Pattern, Values, x, isTransposed: false);

    /// <summary>A x or A X into an existing contiguous tensor [rows] or [rows, n], which overlaps neither.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit, or the destination is strided or overlaps an operand.</exception>
    /// <exception cref="NotSupportedException">x is not on the processor, or is being differentiated.</exception>
    public void MatMulInto(Tensor<T> x, Tensor<T> destination) => SparseOperations.ProductInto("sparse matmul", Pattern, Values, x, destination);

    /// <summary>The transposed matrix's product: A^T x of a vector [rows], or A^T X of a matrix [rows, n], without making A^T's values.</summary>
    /// <exception cref="ArgumentException">x has not as many rows as this matrix, or not one or two axes.</exception>
    /// <exception cref="NotSupportedException">x is not on the processor.</exception>
    public Tensor<T> TransposedMatMul(Tensor<T> x) => SparseOperations.Product("sparse transposed matmul", Pattern, Values, x, isTransposed: true);

    /// <summary>The product from the left, x A of a vector [rows] or X A of a matrix [m, rows], as (A^T X^T)^T: a view, transposed, of a row-major result.</summary>
    /// <exception cref="ArgumentException">x has not as many columns as this matrix has rows, or not one or two axes.</exception>
    /// <exception cref="NotSupportedException">x is not on the processor.</exception>
    public Tensor<T> LeftMatMul(Tensor<T> x)
    {
        Tensor<T> own = Values;
        if (x.Rank is not (1 or 2) || x.Shape[-1] != Rows)
        {
            throw new ArgumentException($"sparse left matmul: a vector [{Rows}] or a matrix [m, {Rows}] is needed before [{Rows}, {Columns}]; got {x.Shape}.", nameof(x));
        }

        if (x.Rank == 1)
        {
            return SparseOperations.Product("sparse left matmul", Pattern, own, x, isTransposed: true);
        }

        using Tensor<T> turned = x.Transpose(), product = SparseOperations.Product("sparse left matmul", Pattern, own, turned, isTransposed: true);
        return product.Transpose();
    }

    /// <summary>The sparse product A B, with an entry wherever a row of A and a column of B have entries at one place, even if the sum is zero.</summary>
    /// <exception cref="ArgumentException">The inner dimensions differ.</exception>
    public SparseMatrix<T> MatMul(SparseMatrix<T> b)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (Columns != b.Rows)
        {
            throw new ArgumentException($"sparse matmul: inner dimensions differ: a [{Rows}, {Columns}] has k = {Columns}, b [{b.Rows}, {b.Columns}] has k = {b.Rows}.", nameof(b));
        }

        SparsePattern pattern = Pattern.Multiply(b.Pattern);
        using Scope scope = Scope.Begin();
        return new SparseMatrix<T>(pattern, SparseOperations.Triple(pattern, Pattern, Values, b.Pattern, b.Values)).KeptIn(scope);
    }

    /// <summary>
    /// The product of two dense matrices U [rows, n] and W^T, W [columns, n], at the entries of this pattern alone: what the gradient by the values of a
    /// product is. The inner products are summed in the order of sums; the values of this matrix are not read.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">An operand is not on the processor.</exception>
    public SparseMatrix<T> SampledMatMul(Tensor<T> u, Tensor<T> w)
    {
        _ = Values;
        using Scope scope = Scope.Begin();
        return new SparseMatrix<T>(Pattern, SparseOperations.Sample("sampled matmul", Pattern, u, w)).KeptIn(scope);
    }
}
