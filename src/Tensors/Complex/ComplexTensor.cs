using System.Numerics;

namespace Onsager.Tensors;

/// <summary>
/// Complex numbers in split form: one tensor of planes [2, ...], the real parts before the imaginary parts. A plane is a tensor like any
/// other, so registers are filled with equal parts, derivatives need no rules of their own, and whoever wants a function of complex numbers
/// differentiated hands over its planes. It owns the planes: disposing it disposes them.
/// </summary>
/// <typeparam name="T">The parts: float or double.</typeparam>
public readonly partial struct ComplexTensor<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The complex numbers of planes [2, ...], which it owns from now on.</summary>
    /// <exception cref="ArgumentException">The first axis has not extent 2.</exception>
    public ComplexTensor(Tensor<T> planes) => Planes = planes.Rank > 0 && planes.Shape[0] == 2
        ? planes
        : throw new ArgumentException($"complex: planes [2, ...] are needed; got {planes.Shape}.", nameof(planes));

    /// <summary>The real and the imaginary parts, [2, ...]: the same handle, not to be disposed beside this.</summary>
    public Tensor<T> Planes { get; }

    /// <summary>The extents, without that of the planes.</summary>
    public Shape Shape => Planes.Shape.Without(0, keep: false);

    /// <summary>The number of axes, without that of the planes.</summary>
    public int Rank => Planes.Rank - 1;

    /// <summary>The number of complex numbers.</summary>
    public nint Size => Planes.Size / 2;

    /// <summary>The device that holds the planes.</summary>
    public Device Device => Planes.Device;

    /// <summary>A view of the real parts.</summary>
    public Tensor<T> Real() => Planes.Select(0, 0);

    /// <summary>A view of the imaginary parts.</summary>
    public Tensor<T> Imaginary() => Planes.Select(0, 1);

    /// <summary>The numbers in row-major order.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Complex[] ToArray()
    {
        Tensor.CheckArithmetic<T>("complex");
        T[] parts = Planes.ToArray();
        Complex[] numbers = new Complex[Size];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = new Complex(Number(parts[i]), Number(parts[i + numbers.Length]));
        }

        return numbers;

        static double Number(T part) => typeof(T) == typeof(float) ? (float)(object)part : (double)(object)part;
    }

    /// <summary>Releases the planes.</summary>
    public void Dispose() => Planes.Dispose();

    /// <inheritdoc/>
    public override string ToString() => Planes.IsDisposed ? $"ComplexTensor<{typeof(T).Name}> (disposed)" : $"complex {Shape}, planes {Planes}";
}

/// <summary>Makes tensors of complex numbers.</summary>
public static class ComplexTensor
{
    /// <summary>Real and imaginary parts of one shape, copied.</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static ComplexTensor<T> Of<T>(Tensor<T> real, Tensor<T> imaginary)
        where T : unmanaged => new(Tensor.Stack(0, real, imaginary));

    /// <summary>Real numbers, copied; the imaginary parts are zero.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static ComplexTensor<T> Of<T>(Tensor<T> real)
        where T : unmanaged => new(Spectra.Planes("complex", real));

    /// <summary>Numbers in row-major order, copied.</summary>
    /// <exception cref="ArgumentException">Their number is not the shape's size.</exception>
    public static ComplexTensor<double> From(ReadOnlySpan<Complex> numbers, Shape shape, Device? device = null)
    {
        if (numbers.Length != shape.Size)
        {
            throw new ArgumentException($"complex: {numbers.Length} numbers for {shape}, which has {shape.Size}.", nameof(numbers));
        }

        double[] parts = new double[2 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            (parts[i], parts[i + numbers.Length]) = (numbers[i].Real, numbers[i].Imaginary);
        }

        return new(Tensor.From<double>(parts, [2, .. shape.AsSpan()], device));
    }

    /// <summary>Lets complex numbers outlive a scope.</summary>
    public static ComplexTensor<T> Keep<T>(this Scope scope, ComplexTensor<T> tensor)
        where T : unmanaged
    {
        scope.Keep(tensor.Planes);
        return tensor;
    }
}
