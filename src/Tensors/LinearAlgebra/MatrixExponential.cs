using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>The exponential of matrices.</content>
public static partial class LinearAlgebra
{
    /// <summary>
    /// The exponential of matrices [..., n, n], by scaling and squaring with Pade approximants of degree 3, 5, 7, 9 or 13 (float: 3, 5 or 7), chosen for each matrix by its 1-norm
    /// (N. Higham, "The scaling and squaring method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26, 2005). A matrix with NaN or infinity gives NaN
    /// everywhere.
    /// </summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    /// <remarks>The derivative along dA is the upper right block of the exponential of [[A, dA], [0, A]] (C. Van Loan, 1978), and so has derivatives in its turn.</remarks>
    public static Tensor<T> MatrixExponential<T>(Tensor<T> a)
        where T : unmanaged
    {
        const string name = "matrix exponential";
        TensorNode x = a.Node;
        SquareMatrices.Check<T>(name, x);
        Shape shape = x.Layout.Shape;
        TensorNode y = Tensor.NewNode<T>(shape, x.Storage!.Device);
        try
        {
            nint count = SquareMatrices.Count(shape);
            using LaidMatrices<T> matrices = new(name, x, SquareMatrices.Batch(shape));
            Device.Cpu.EachMatrix(new ExponentialWork<T>(matrices.Matrices, MatrixBatch<T>.Of(y)), count, 16.0 * shape[-1] * shape[-1] * shape[-1]);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(MatrixExponentialRule<T>.Instance, x, null, null, y);
        return new(y);
    }
}

/// <summary>dA = the derivative of the exponential at A^T along dY: that block of an exponential of twice the size. dY is scaled to norm 1, so that it does not decide the degree.</summary>
internal sealed class MatrixExponentialRule<T> : Rule
    where T : unmanaged
{
    public static readonly MatrixExponentialRule<T> Instance = new();

    public override string Name => "matrix exponential";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Scope scope = Scope.Begin();
        Tensor<T> a = new Tensor<T>(entry.X).Transpose(), dy = tape.Gradient<T>(entry.Result);
        nint n = a.Shape[-1];
        if (dy.Size == 0)
        {
            return;
        }

        // The derivative is linear in dY, so the scale is a constant that cancels.
        Tensor<T> size = Norms.One(Autodiff.StopGradient(dy)).Unsqueeze(-1).Unsqueeze(-1), one = Tensor.Ones<T>([]);
        Tensor<T> scale = Tensor.Zeros<T>([]).Less(size).Where(size, one), zeros = Tensor.Zeros<T>(a.Shape);
        Tensor<T> above = Tensor.Concatenate(a.Rank - 1, a, dy / scale), below = Tensor.Concatenate(a.Rank - 1, zeros, a);
        Tensor<T> whole = LinearAlgebra.MatrixExponential(Tensor.Concatenate(a.Rank - 2, above, below));
        tape.Contribute(entry.X, whole.Slice(-2, 0, n).Slice(-1, n, 2 * n) * scale);
    }
}

/// <summary>Exponentials of matrices, one after the other.</summary>
internal readonly struct ExponentialWork<T>(MatrixBatch<T> matrices, MatrixBatch<T> results) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        using WorkMemory<T> memory = new(PadeExponential<T>.Elements(n));
        using WorkMemory<int> pivots = new(n);
        for (nint i = first; i < end; i++)
        {
            new PadeExponential<T>(n, memory.Elements, pivots.Elements).Run(matrices[i], matrices.Leading, results[i]);
        }
    }
}
