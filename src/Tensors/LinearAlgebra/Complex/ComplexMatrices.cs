using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What decompositions of complex matrices share. They compute in float64, whatever the parts are.</summary>
internal static class ComplexMatrices
{
    /// <summary>Rows and columns of matrices [..., m, n] on the processor that nobody differentiates.</summary>
    /// <exception cref="ArgumentException">The rank is below 2.</exception>
    /// <exception cref="NotSupportedException">They are elsewhere, too large or being differentiated, or the parts are neither float nor double.</exception>
    public static (int Rows, int Columns) Check<T>(string operation, ComplexTensor<T> a)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>(operation);
        TensorNode planes = a.Planes.Node;
        Shape shape = a.Shape;
        if (shape.Rank < 2)
        {
            throw new ArgumentException($"{operation}: {shape} has rank {shape.Rank}; matrices are needed.");
        }

        Tape.RefuseTracked(planes, $"{operation} (complex)");
        return SpectralMatrices.Check<T>(operation, planes);
    }

    /// <summary>The number of rows of square matrices.</summary>
    /// <exception cref="ArgumentException">They are not square.</exception>
    /// <exception cref="NotSupportedException">See <see cref="Check"/>.</exception>
    public static int CheckSquare<T>(string operation, ComplexTensor<T> a)
        where T : unmanaged
    {
        CheckSquareShape(operation, a.Shape);
        return Check(operation, a).Rows;
    }

    /// <exception cref="ArgumentException">The shape is not that of square matrices.</exception>
    public static void CheckSquareShape(string operation, Shape shape)
    {
        if (shape.Rank < 2 || shape[-1] != shape[-2])
        {
            throw new ArgumentException($"{operation}: a square matrix is needed; got {shape}.");
        }
    }

    /// <summary>The planes in float64, without gaps.</summary>
    public static ComplexBatch Load<T>(ComplexTensor<T> a)
        where T : unmanaged => new(a.Planes.Cast<double>());

    /// <summary>Planes of matrices.</summary>
    public static ComplexBatch New(Shape batch, int rows, int columns) => new(Tensor.Empty<double>(GeneralEigen.Planes(SquareMatrices.Join(batch, rows, columns))));

    /// <summary>The power of two, as an exponent, that brings the largest part to about 1; 0 where there is none, or none that is finite.</summary>
    public static int Exponent(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary)
    {
        double largest = real.IsEmpty ? 0 : double.Max(Reduce.All<MaximumNorm, double>(default, real), Reduce.All<MaximumNorm, double>(default, imaginary));
        return Exponent(largest);
    }

    /// <summary>The same of a number that is known.</summary>
    public static int Exponent(double largest) => largest > 0 && double.IsFinite(largest) ? int.Clamp(-Math.ILogB(largest), -1000, 1000) : 0;

    /// <summary>The next piece of working memory.</summary>
    public static Span<double> Take(ref Span<double> rest, nint count)
    {
        Span<double> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    /// <summary>Whether every part is a number.</summary>
    public static bool IsFinite(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary) =>
        real.IsEmpty || (double.IsFinite(Reduce.All<MaximumNorm, double>(default, real)) && double.IsFinite(Reduce.All<MaximumNorm, double>(default, imaginary)));
}

/// <summary>Planes [2, ..., rows, columns] without gaps.</summary>
internal readonly struct ComplexBatch(Tensor<double> planes)
{
    private readonly TensorNode node = planes.Node;

    public Tensor<double> Planes => planes;

    public Shape Batch => SquareMatrices.Batch(node.Layout.Shape.Without(0, keep: false));

    public int Rows => (int)node.Layout.Shape[-2];

    public int Columns => (int)node.Layout.Shape[-1];

    private nint Size => Rows * (nint)Columns;

    public Span<double> Real(nint i) => CpuDevice.Memory<double>(node.Storage!, node.Layout.Offset + (i * Size), Size);

    public Span<double> Imaginary(nint i) => CpuDevice.Memory<double>(node.Storage!, node.Layout.Offset + (node.Layout.Shape.Size / 2) + (i * Size), Size);

    /// <summary>NaN in place of matrix i.</summary>
    public void FillNaN(nint i)
    {
        Real(i).Fill(double.NaN);
        Imaginary(i).Fill(double.NaN);
    }
}
