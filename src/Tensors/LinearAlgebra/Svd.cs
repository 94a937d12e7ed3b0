namespace Onsager.Tensors;

/// <summary>A = U diag(S) V^T.</summary>
/// <typeparam name="T">The element: float or double.</typeparam>
/// <param name="U">[..., m, k] with orthonormal columns.</param>
/// <param name="S">[..., min(m, n)] in descending order, none negative.</param>
/// <param name="Vt">[..., k, n] with orthonormal rows: V transposed, as in NumPy and LAPACK.</param>
public readonly record struct SvdFactors<T>(Tensor<T> U, Tensor<T> S, Tensor<T> Vt) : IDisposable
    where T : unmanaged
{
    /// <summary>Releases the three tensors.</summary>
    public void Dispose()
    {
        U.Dispose();
        S.Dispose();
        Vt.Dispose();
    }
}

/// <summary>
/// The singular value decomposition of matrices [..., m, n], batched over leading axes; <see cref="Simd.SingularValues"/> says how it comes about and in which order. Residuals
/// ||A - U S V^T|| / (max(m, n) ||A|| epsilon), ||I - U^T U|| / (m epsilon) and ||I - V^T V|| / (n epsilon) stay below 30, which tests check for every kind of matrix in LAPACK's testers.
/// <para>The signs of a pair of vectors, and among equal values the choice of vectors, are whatever comes out, the same on every machine. A matrix that holds a NaN or
/// an infinity gives NaN everywhere.</para>
/// <para>Derivatives of vectors divide by gaps between values, and by values. Where gaps or values are 0 to rounding (64 n epsilon of the largest), that part is 0, which is right for
/// what does not depend on the choice of vectors and treats equal values alike.</para>
/// </summary>
public static partial class Svd
{
    private const string Name = "svd";

    /// <summary>U [..., m, k], S and V^T [..., k, n], where k is min(m, n), or m and n with <paramref name="isFull"/>.</summary>
    /// <param name="a">The matrices [..., m, n].</param>
    /// <param name="isFull">Whether U and V are square.</param>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor; or m and n differ, U and V are to be square and A is being differentiated: their last vectors are not determined.</exception>
    public static SvdFactors<T> Factor<T>(Tensor<T> a, bool isFull = false)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>(Name, x);
        int k = int.Min(m, n), uColumns = isFull ? m : k, vRows = isFull ? n : k;
        if (isFull && m != n)
        {
            Tape.RefuseTracked(x, "svd (full)");
        }

        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        TensorNode whole = JointResult<T>.New(batch.Size * (((nint)m * uColumns) + k + ((nint)vRows * n)));
        try
        {
            Run<T>(x, whole, uColumns, vRows);
        }
        catch
        {
            whole.ReleaseHandle();
            throw;
        }

        Tape.Record(new SvdRule<T>(batch, m, n), x, null, null, whole);
        using Tensor<T> joint = new(whole);
        JointResult<T> results = new(joint);
        Tensor<T> u = results.Next(SquareMatrices.Join(batch, m, uColumns)), s = results.Next(Line(batch, k));
        return new(u, s, results.Next(SquareMatrices.Join(batch, vRows, n)));
    }

    /// <summary>S [..., min(m, n)] alone, with the same bits; in a function that is being differentiated vectors are made too, which the derivative needs.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="ArithmeticException">The iteration did not end, which has not been seen.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or not on the processor.</exception>
    public static Tensor<T> Values<T>(Tensor<T> a)
        where T : unmanaged
    {
        TensorNode x = a.Node;
        (int m, int n) = SpectralMatrices.Check<T>(Name, x);
        if (Tape.Records(x, x, x))
        {
            SvdFactors<T> all = Factor(a);
            all.U.Dispose();
            all.Vt.Dispose();
            return all.S;
        }

        TensorNode values = Tensor.NewNode<T>(Line(SquareMatrices.Batch(x.Layout.Shape), int.Min(m, n)), x.Storage!.Device);
        try
        {
            Run<T>(x, values, 0, 0);
        }
        catch
        {
            values.ReleaseHandle();
            throw;
        }

        return new(values);
    }

    /// <summary>What singular values are compared with, as a part of the largest.</summary>
    internal static double Cutoff<T>(string operation, int m, int n, double? rcond) => rcond switch
    {
        null => int.Max(m, n) * SpectralGaps.Epsilon<T>(),
        >= 0 => rcond.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(rcond), rcond, $"{operation}: rcond = {rcond} must be 0 or more."),
    };

    internal static Shape Line(Shape batch, int length) => SquareMatrices.Join(batch, 1, length).Without(batch.Rank, keep: false);

    private static void Run<T>(TensorNode x, TensorNode results, int uColumns, int vRows)
        where T : unmanaged
    {
        Shape batch = SquareMatrices.Batch(x.Layout.Shape);
        using LaidMatrices<T> matrices = new(Name, x, batch);
        MatrixBatch<T> all = matrices.Matrices;
        double flop = (uColumns + vRows > 0 ? 20.0 : 3.0) * all.Rows * all.Columns * int.Min(all.Rows, all.Columns);
        Device.Cpu.EachMatrix(new SvdWork<T>(all, results, batch.Size, uColumns, vRows), batch.Size, flop);
    }
}

/// <summary>Matrices one after the other; all U stand before all values, and these before all V^T.</summary>
internal readonly struct SvdWork<T>(MatrixBatch<T> matrices, TensorNode results, nint batch, int uColumns, int vRows) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        int m = matrices.Rows, n = matrices.Columns, k = int.Min(m, n), sizeU = m * uColumns, sizeV = vRows * n;
        using WorkMemory<T> work = new(checked((nint)Simd.SingularValues.Work<T>(m, n)));
        for (nint i = first; i < end; i++)
        {
            Span<T> u = CpuDevice.Memory<T>(results.Storage!, i * sizeU, sizeU), values = CpuDevice.Memory<T>(results.Storage!, (batch * sizeU) + (i * k), k);
            Span<T> vt = CpuDevice.Memory<T>(results.Storage!, (batch * (sizeU + k)) + (i * sizeV), sizeV);
            if (!Simd.SingularValues.Run(m, n, matrices[i], matrices.Leading, values, uColumns, u, vRows, vt, work.Elements))
            {
                throw new ArithmeticException($"svd: matrix {i} of {batch} has singular values that the iteration did not find.");
            }
        }
    }
}

/// <summary>
/// The derivative of the thin decomposition (J. Townsend, "Differentiating the singular value decomposition", 2016). With the antisymmetric parts K of U^T dU and L of V^T dV,
/// dA = U (diag(dS) + ((K + L) / (b - a) + (K - L) / (a + b)) / 2 over pairs of values a, b) V^T, and where A is not square, what of dU lies outside the space of U, over S.
/// </summary>
internal sealed class SvdRule<T>(Shape batch, int m, int n) : Rule
    where T : unmanaged
{
    public override string Name => "svd";

    public override void Backward(Tape tape, in Entry entry)
    {
        int k = int.Min(m, n);
        if (k == 0)
        {
            return;
        }

        using Scope scope = Scope.Begin();
        JointResult<T> results = new(new Tensor<T>(entry.Result)), gradients = new(tape.Gradient<T>(entry.Result));
        Shape left = SquareMatrices.Join(batch, m, k), line = Svd.Line(batch, k), right = SquareMatrices.Join(batch, k, n);
        Tensor<T> u = results.Next(left), s = results.Next(line), vt = results.Next(right);
        Tensor<T> du = gradients.Next(left), ds = gradients.Next(line), dvt = gradients.Next(right);
        Tensor<T> ofLeft = u.Transpose().MatMul(du), ofRight = vt.MatMul(dvt.Transpose());
        Tensor<T> antiLeft = ofLeft - ofLeft.Transpose(), antiRight = ofRight - ofRight.Transpose();
        Tensor<T> inner = SpectralGaps.Divide(antiLeft + antiRight, s, -1) + SpectralGaps.Divide(antiLeft - antiRight, s, 1);
        Tensor<T> da = u.MatMul(ds.DiagEmbed() + (inner * Tensor.Constant<T>(0.5))).MatMul(vt);
        if (m > k)
        {
            Tensor<T> outside = du - u.MatMul(ofLeft);
            da += SpectralGaps.DivideByValues(outside, s.Unsqueeze(-2)).MatMul(vt);
        }

        if (n > k)
        {
            Tensor<T> outside = dvt - ofRight.Transpose().MatMul(vt);
            da += u.MatMul(SpectralGaps.DivideByValues(outside.Transpose(), s.Unsqueeze(-2)).Transpose());
        }

        tape.Contribute(entry.X, da);
    }
}
