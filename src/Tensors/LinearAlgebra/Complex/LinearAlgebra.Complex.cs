using System.Numerics;

namespace Onsager.Tensors;

/// <content>
/// Complex systems are real ones of twice the size, [[Re, -Im], [Im, Re]], with all that real systems have: derivatives, broadcasting, blocked products. Determinants, which that matrix has
/// without their phases, come from a factorisation of their own, in float64 whatever the parts are.
/// </content>
public static partial class LinearAlgebra
{
    /// <summary>X [..., n, columns], or x [n], with A X = B; leading axes broadcast.</summary>
    /// <exception cref="ArgumentException">A is not square, B has not n rows, the leading axes do not broadcast, or the devices differ.</exception>
    /// <exception cref="ArithmeticException">A is singular.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, or not on the processor.</exception>
    public static ComplexTensor<T> Solve<T>(ComplexTensor<T> a, ComplexTensor<T> b)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        ComplexMatrices.CheckSquareShape("solve", a.Shape);
        bool isVector = b.Rank == 1;
        nint n = a.Shape[-1];
        if (b.Rank == 0 || b.Shape[isVector ? -1 : -2] != n)
        {
            throw new ArgumentException($"solve: the matrix has shape {a.Shape}; the right side {b.Shape} must be [{n}] or [..., {n}, columns].", nameof(b));
        }

        int axis = isVector ? -1 : -2;
        return scope.Keep(Halved(Regular("solve", a, Tensor.Concatenate(axis, b.Real(), b.Imaginary())), axis));
    }

    /// <summary>The inverse of A [..., n, n].</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="ArithmeticException">A is singular.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, or not on the processor.</exception>
    public static ComplexTensor<T> Inverse<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        ComplexMatrices.CheckSquareShape("inverse", a.Shape);
        nint n = a.Shape[-1];
        Tensor<T> identity = Tensor.Concatenate(0, Tensor.Identity<T>(n, a.Device), Tensor.Zeros<T>([n, n], a.Device));
        return scope.Keep(Halved(Regular("inverse", a, identity), -2));
    }

    /// <summary>The determinant [...] of A [..., n, n]: 0 for singular matrices, 1 for empty ones, NaN where A has a NaN or an infinity; it overflows and underflows as products do.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static ComplexTensor<T> Determinant<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        ComplexMatrices.CheckSquare("determinant", a);
        Tensor<double> pivots = Pivots(a);
        return new(scope.Keep(pivots.Select(0, 0).Cast<T>()));
    }

    /// <summary>The sign [...] of A's determinant, a number of size 1, or 0, and the logarithm [...] of its size: 0 and -infinity for singular matrices, NaN where A has a NaN or an infinity.</summary>
    /// <exception cref="ArgumentException">A is not a square matrix.</exception>
    /// <exception cref="NotSupportedException">The parts are neither float nor double, A is not on the processor, or it is being differentiated.</exception>
    public static (ComplexTensor<T> Sign, Tensor<T> Logarithm) SignedLogDeterminant<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        ComplexMatrices.CheckSquare("log determinant", a);
        Tensor<double> pivots = Pivots(a);
        (Tensor<T> sign, Tensor<T> logarithm) = (pivots.Select(0, 1).Cast<T>(), pivots.Select(0, 2).Select(0, 0).Cast<T>());
        return (new(scope.Keep(sign)), scope.Keep(logarithm));
    }

    /// <summary>Determinants, signs and logarithms, [3, 2, ...].</summary>
    private static Tensor<double> Pivots<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        ComplexBatch matrices = ComplexMatrices.Load(a);
        Tensor<double> results = Tensor.Zeros<double>(Shape.Create([3, 2, .. matrices.Batch.AsSpan()]));
        double n = matrices.Rows;
        Device.Cpu.EachMatrix(new ComplexPivotWork(matrices, results.Node), matrices.Batch.Size, 8.0 / 3 * n * n * n);
        return results;
    }

    /// <summary>[[Re, -Im], [Im, Re]].</summary>
    private static Tensor<T> Doubled<T>(ComplexTensor<T> a)
        where T : unmanaged
    {
        Tensor<T> real = a.Real(), imaginary = a.Imaginary();
        return Tensor.Concatenate(-2, Tensor.Concatenate(-1, real, -imaginary), Tensor.Concatenate(-1, imaginary, real));
    }

    private static ComplexTensor<T> Halved<T>(Tensor<T> x, int axis)
        where T : unmanaged
    {
        nint n = x.Shape[axis] / 2;
        return ComplexTensor.Of(x.Slice(axis, ..(int)n), x.Slice(axis, (int)n..));
    }

    /// <summary>
    /// The doubled system's solution. Where it has none, what is no number in a matrix may have hidden behind a pivot of zero: such matrices give NaN, and a message says what a user of
    /// complex ones understands, since pivots are those of the doubled matrix.
    /// </summary>
    private static Tensor<T> Regular<T>(string operation, ComplexTensor<T> a, Tensor<T> b)
        where T : unmanaged
    {
        Tensor<T> doubled = Doubled(a);
        try
        {
            return Solve(doubled, b);
        }
        catch (ArithmeticException singular)
        {
            Tensor<bool> isBad = doubled.IsFinite().All([-2, -1], keepDimensions: true).Not();
            if (!isBad.Any())
            {
                throw new ArithmeticException($"{operation}: a matrix of {a.Shape} is singular.", singular);
            }

            Tensor<T> nan = Tensor.Scalar(Tensor.Constant<T>(double.NaN)), regular = Tensor.Where(isBad, Tensor.Identity<T>(doubled.Shape[-1]), doubled);
            Tensor<T> x = Solve(regular, b);
            return Tensor.Where(b.Rank == 1 ? isBad.Squeeze(-1) : isBad, nan, x);
        }
    }
}

/// <summary>Products of pivots: Gaussian elimination with the pivot whose parts have the largest sum, as LAPACK's.</summary>
internal readonly struct ComplexPivotWork(ComplexBatch matrices, TensorNode results) : IMatrixWork
{
    public void Run(nint first, nint end)
    {
        int n = matrices.Rows;
        nint batch = matrices.Batch.Size;
        using WorkMemory<double> memory = new(2 * (nint)n * n);
        ComplexRows a = new(memory.Elements, n, n);
        Span<double> found = CpuDevice.Memory<double>(results.Storage!, results.Layout.Offset, 6 * batch);
        for (nint i = first; i < end; i++)
        {
            int exponent = ComplexMatrices.Exponent(matrices.Real(i), matrices.Imaginary(i));
            a.Load(matrices.Real(i), matrices.Imaginary(i), Math.ScaleB(1, exponent));
            Complex determinant = Complex.One, sign = Complex.One;
            double logarithm = 0, unit = Simd.Map.Unary<Simd.Log>(2);
            for (int k = 0; k < n; k++)
            {
                int row = Eliminate(a, k);
                Complex pivot = row == k ? a[k, k] : -a[k, k];
                double size = Complex.Abs(pivot);
                determinant *= new Complex(Math.ScaleB(pivot.Real, -exponent), Math.ScaleB(pivot.Imaginary, -exponent));
                (sign, logarithm) = size == 0
                    ? (Complex.Zero, double.NegativeInfinity)
                    : (sign * new Complex(pivot.Real / size, pivot.Imaginary / size), logarithm + Simd.Map.Unary<Simd.Log>(size) - (exponent * unit));
            }

            if (!ComplexMatrices.IsFinite(matrices.Real(i), matrices.Imaginary(i)))
            {
                // What is no number may have met a zero only.
                (determinant, sign, logarithm) = (new(double.NaN, double.NaN), new(double.NaN, double.NaN), double.NaN);
            }

            Span<double> own = found[(int)i..];
            (own[0], own[(int)batch]) = (determinant.Real, determinant.Imaginary);
            (own[(int)(2 * batch)], own[(int)(3 * batch)], own[(int)(4 * batch)]) = (sign.Real, sign.Imaginary, logarithm);
        }
    }

    /// <summary>Brings the pivot of column k to row k and clears the column below it; returns the row where it was.</summary>
    private static int Eliminate(ComplexRows a, int k)
    {
        int best = k;
        for (int i = k + 1; i < a.Rows; i++)
        {
            best = Size(a[i, k]) > Size(a[best, k]) ? i : best;
        }

        if (best != k)
        {
            a.Swap(best, k);
        }

        Complex pivot = a[k, k];
        for (int i = k + 1; i < a.Rows && pivot != Complex.Zero; i++)
        {
            Complex factor = a[i, k] / pivot;
            if (factor != Complex.Zero)
            {
                a.Add(i, k + 1, -factor, a.Parts(k, k + 1), a.Columns);
            }
        }

        return best;

        static double Size(Complex x) => Math.Abs(x.Real) + Math.Abs(x.Imaginary);
    }
}
