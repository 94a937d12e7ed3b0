using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What a device is.</summary>
public enum DeviceKind
{
    /// <summary>The processor that runs the program: the default, and the reference for bits.</summary>
    Cpu,

    /// <summary>An OpenCL device.</summary>
    OpenCl,

    /// <summary>A CUDA device.</summary>
    Cuda,

    /// <summary>A device that a GPU compiler emulates on the processor, for tests.</summary>
    Emulated,
}

/// <summary>
/// Where tensors live and where work on them is done. The processor is <see cref="Cpu"/>; others are registered by their package, so this
/// assembly knows none of them. Every method gets operands that were checked and broadcast to the output's shape.
/// </summary>
public abstract class Device
{
    private static readonly List<Device> All = [];
    private static readonly Lock Gate = new();

    /// <summary>The processor.</summary>
    public static CpuDevice Cpu { get; } = new();

    /// <summary>The processor and every registered device.</summary>
    public static IReadOnlyList<Device> Devices
    {
        get
        {
            lock (Gate)
            {
                return [Cpu, .. All];
            }
        }
    }

    /// <summary>The name, for people and messages.</summary>
    public abstract string Name { get; }

    /// <summary>What the device is.</summary>
    public abstract DeviceKind Kind { get; }

    /// <summary>True when the device passed its self-test: it gives the processor's bits. False: results are within each operator's ulp bound.</summary>
    public abstract bool IsExact { get; }

    /// <summary>Adds a device to <see cref="Devices"/>.</summary>
    public static void Register(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (Gate)
        {
            if (!All.Contains(device))
            {
                All.Add(device);
            }
        }
    }

    /// <summary>Removes a device; tensors on it must be gone.</summary>
    public static void Unregister(Device device)
    {
        lock (Gate)
        {
            All.Remove(device);
        }
    }

    /// <summary>Memory of at least this many bytes, from the device's pool; its contents are undefined.</summary>
    /// <exception cref="OutOfMemoryException">The device has not so much left.</exception>
    public abstract Storage Allocate(nint bytes);

    /// <summary>Takes back memory that no tensor uses any more.</summary>
    protected internal abstract void Recycle(Storage storage);

    /// <summary>Copies from the host into consecutive elements.</summary>
    public abstract void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset)
        where T : unmanaged;

    /// <summary>Copies consecutive elements to the host, after all work that makes them.</summary>
    public abstract void CopyToHost<T>(Storage source, nint offset, Span<T> destination)
        where T : unmanaged;

    /// <summary>y = x, element by element, whatever the strides and the element type.</summary>
    public abstract void Copy<T>(Operand x, Operand y)
        where T : unmanaged;

    /// <summary>Every element of y becomes the value.</summary>
    public abstract void Fill<T>(T value, Operand y)
        where T : unmanaged;

    /// <summary>y = f(x), element by element.</summary>
    public abstract void Unary<TOp, T>(Operand x, Operand y)
        where TOp : struct, IUnaryOp
        where T : unmanaged;

    /// <summary>z = f(x, y), element by element.</summary>
    public abstract void Binary<TOp, T>(Operand x, Operand y, Operand z)
        where TOp : struct, IBinaryOp
        where T : unmanaged;

    /// <summary>w = f(x, y, z), element by element.</summary>
    public abstract void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w)
        where TOp : struct, ITernaryOp
        where T : unmanaged;

    /// <summary>z, of booleans, = whether x relates to y, element by element; nothing but inequality holds beside NaN.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Compare<TRelation, T>(Operand x, Operand y, Operand z)
        where TRelation : struct, IRelation
        where T : unmanaged => throw new NotSupportedException($"{TRelation.Name}: not available on {Name}.");

    /// <summary>z = logic of x and y, all of booleans, element by element; z may be x or y.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Combine<TLogic>(Operand x, Operand y, Operand z)
        where TLogic : struct, ILogic => throw new NotSupportedException($"{TLogic.Name}: not available on {Name}.");

    /// <summary>w = x where the mask, of booleans, is true, otherwise y, as bits; w may be x or y.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel, or an element has neither 1, 2, 4 nor 8 bytes.</exception>
    public virtual void Choose<T>(Operand mask, Operand x, Operand y, Operand w)
        where T : unmanaged => throw new NotSupportedException($"where: not available on {Name}.");

    /// <summary>
    /// y = the sums of x over its last axes, in the fixed order: x's shape is y's shape followed by the reduced axes, in logical row-major order.
    /// </summary>
    public abstract void Sum<T>(Operand x, Operand y)
        where T : unmanaged;

    /// <summary>
    /// y = a reduction of x over its last axes: x's shape is y's shape followed by the reduced axes, in logical row-major order.
    /// </summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Reduce<TReduction, T>(TReduction reduction, Operand x, Operand y)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        if (typeof(TReduction) != typeof(Total) && typeof(TReduction) != typeof(Mean))
        {
            throw new NotSupportedException($"{TReduction.Name}: not available on {Name}.");
        }

        // A sum is every device's own, and a mean is one divided.
        Sum<T>(x, y);
        nint outputs = y.Layout.Shape.Size;
        if (typeof(TReduction) == typeof(Mean) && outputs > 0)
        {
            Storage count = Allocate(Unsafe.SizeOf<T>());
            try
            {
                CopyFromHost<T>([Tensor.Constant<T>(x.Layout.Shape.Size / outputs)], count, 0);
                Layout everywhere = Layout.Contiguous([]).Expand(y.Layout.Shape, "mean");
                Binary<Divide, T>(y, new Operand(count, in everywhere), y);
            }
            finally
            {
                Recycle(count);
            }
        }
    }

    /// <summary>
    /// y, of 32-bit integers, = the places in row-major order of the largest (or smallest) elements of x over its last axes: the first NaN,
    /// or the first of equals.
    /// </summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void ArgExtreme<T>(bool isLargest, Operand x, Operand y)
        where T : unmanaged => throw new NotSupportedException($"{(isLargest ? "argmax" : "argmin")}: not available on {Name}.");

    /// <summary>y = softmax of x, or its logarithm, along the last axis.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Softmax<T>(bool isLogarithm, Operand x, Operand y)
        where T : unmanaged => throw new NotSupportedException($"{(isLogarithm ? "log-softmax" : "softmax")}: not available on {Name}.");

    /// <summary>y = the cumulative sums of x along the last axis.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void CumulativeSum<T>(Operand x, Operand y)
        where T : unmanaged => throw new NotSupportedException($"cumulative sum: not available on {Name}.");

    /// <summary>c [m, n] = alpha a [m, k] b [k, n] + beta c by the contract on bits.</summary>
    public abstract void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c)
        where T : unmanaged;

    /// <summary>c [..., m, n] = a [..., m, k] b [..., k, n], matrix by matrix; the leading axes of all three are the same, where a and b may have strides of 0.</summary>
    public virtual void MatMulBatch<T>(Operand a, Operand b, Operand c)
        where T : unmanaged
    {
        Shape shape = c.Layout.Shape;
        nint batch = 1;
        for (int axis = 0; axis < shape.Rank - 2; axis++)
        {
            batch *= shape[axis];
        }

        for (nint i = 0; i < batch; i++)
        {
            Layout x = a.Layout.Matrix(i), y = b.Layout.Matrix(i), z = c.Layout.Matrix(i);
            Products.Matrix<T>(this, new(a.Storage, in x), new(b.Storage, in y), new(c.Storage, in z));
        }
    }

    /// <summary>y [m, n] = x [m, k] weight [k, n] + bias, the bias broadcast to y's shape: the product, then the sum with a rounding of its own.</summary>
    public virtual void Linear<T>(Operand x, Operand weight, Operand bias, Operand y)
        where T : unmanaged
    {
        MatMul(Tensor.Constant<T>(1), x, weight, default, y);
        Binary<Add, T>(y, bias, y);
    }

    /// <summary>y [m, n] = f(x [m, k] weight [k, n] + bias), with the bits of the steps done one after the other.</summary>
    public virtual void Linear<TOp, T>(Operand x, Operand weight, Operand bias, Operand y)
        where TOp : struct, IUnaryOp
        where T : unmanaged
    {
        Linear<T>(x, weight, bias, y);
        Unary<TOp, T>(y, y);
    }

    /// <summary>y = elements first, first + 1, ... of a stream of a distribution, in row-major order; y is contiguous.</summary>
    public abstract void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y)
        where TDistribution : struct, IDistribution
        where T : unmanaged;

    /// <summary>y = elements first, first + 1, ... of a stream of a rule, in row-major order; y is contiguous.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Draw<TDraw, T>(TDraw draw, ulong seed, ulong stream, ulong first, Operand y)
        where TDraw : struct, IDraw<T>
        where T : unmanaged => throw new NotSupportedException($"{TDraw.Name}: not available on {Name}.");

    /// <summary>One optimizer step over contiguous parameters; moments that the rule does not remember are empty.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Update<TUpdate, T>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second)
        where TUpdate : struct, IUpdate
        where T : unmanaged => throw new NotSupportedException($"{TUpdate.Name}: not available on {Name}.");

    /// <summary>y = x in another element type, rounded to nearest even; both contiguous.</summary>
    /// <exception cref="NotSupportedException">The device cannot convert between these types.</exception>
    public virtual void Convert<TFrom, TTo>(Operand x, Operand y)
        where TFrom : unmanaged
        where TTo : unmanaged => throw new NotSupportedException($"convert: {typeof(TFrom).Name} to {typeof(TTo).Name} is not available on {Name}.");

    /// <summary>
    /// y = x with index(p) places along the axis instead of its own: y's shape is x's with one or more axes, or none, in the place of the axis; the
    /// indices broadcast to y's shape and have its rank.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Gather<T>(IndexedAxis axis, Operand x, Operand indices, Operand y)
        where T : unmanaged => throw new NotSupportedException($"{axis.Operation}: not available on {Name}.");

    /// <summary>
    /// y = x, and then, in the row-major order of the source, each of its elements is written, or added, where Gather would have read it. y has x's
    /// shape and may be x; source and indices are as Gather's y and indices, in memory of their own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void Scatter<T>(IndexedAxis axis, bool isSum, Operand x, Operand indices, Operand source, Operand y)
        where T : unmanaged => throw new NotSupportedException($"{axis.Operation}: not available on {Name}.");

    /// <summary>
    /// Probabilities [batch, classes] = the softmax of the scores' rows, and a scalar, the mean over the batch of -log of the label's
    /// probability; scores and probabilities are contiguous, labels are int [batch].
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void CrossEntropy<T>(Operand scores, Operand labels, Operand probabilities, Operand loss)
        where T : unmanaged => throw new NotSupportedException($"softmax cross-entropy: not available on {Name}.");

    /// <summary>dx [batch, classes] = dy (probabilities - one-hot(labels)) / batch, dy a scalar; contiguous as above.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    public virtual void CrossEntropyGradient<T>(Operand probabilities, Operand labels, Operand dy, Operand dx)
        where T : unmanaged => throw new NotSupportedException($"softmax cross-entropy: not available on {Name}.");

    /// <summary>L of matrices A [..., n, n], of which the lower triangle is read, into l, contiguous, which may be A itself, in the order of <see cref="Simd.CholeskyFactor"/>.</summary>
    /// <exception cref="ArithmeticException">A matrix is not positive definite; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernels.</exception>
    internal virtual void Cholesky<T>(Operand a, Operand l)
        where T : unmanaged => throw new NotSupportedException($"cholesky: not available on {Name}.");

    /// <summary>X [..., n, columns], contiguous, with op(T) X = B, which may be X itself; T [..., n, n] broadcasts. In the order of <see cref="Simd.TriangularSolve"/>.</summary>
    /// <exception cref="DivideByZeroException">An element of T's diagonal is zero; nothing is written.</exception>
    /// <exception cref="NotSupportedException">The device has no such kernels.</exception>
    internal virtual void SolveTriangular<T>(TriangularForm form, Operand t, Operand b, Operand x)
        where T : unmanaged => throw new NotSupportedException($"{Triangular.Name}: not available on {Name}.");

    /// <summary>y [2, ...], contiguous, = the Fourier transform of the planes x, which may be y itself.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    internal virtual void Fourier<T>(FourierForm form, Operand x, Operand y)
        where T : unmanaged => throw new NotSupportedException($"fft: not available on {Name}.");

    /// <summary>y, contiguous, = the Fourier transform of real numbers as planes, or back; x is contiguous too, and not y.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    internal virtual void RealFourier<T>(RealForm form, Operand x, Operand y)
        where T : unmanaged => throw new NotSupportedException($"fft: not available on {Name}.");

    /// <summary>The results of a product with sparse matrices; all operands are contiguous, and the results apart from the others.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    internal virtual void Sparse<T>(SparseForm form, Operand x, Operand y, Operand results)
        where T : unmanaged => throw new NotSupportedException($"sparse product: not available on {Name}.");

    /// <summary>y [n, columns] = symmetric numbers contracted with the columns of x; contiguous, and y apart from x. No elements are a default operand: they are made from the form's stream.</summary>
    /// <exception cref="NotSupportedException">The device has no such kernel.</exception>
    internal virtual void Contract(SymmetricForm form, Operand elements, Operand x, Operand y) => throw new NotSupportedException($"{SymmetricForm.Name}: not available on {Name}.");

    /// <summary>Copies the elements of windows over an image, seven axes, in row-major order, to contiguous memory of any shape.</summary>
    internal virtual void CopyWindows<T>(Operand windows, Operand packed)
        where T : unmanaged
    {
        Layout target = Layout.Contiguous(windows.Layout.Shape, packed.Layout.Offset);
        Copy<T>(windows, new Operand(packed.Storage, in target));
    }

    /// <summary>
    /// y [n, g o, oh, ow] from weights [g, o, k] and windows [n, g, c, kh, kw, oh, ow], whose axes c, kh, kw are k, and a contiguous bias [g o], or none
    /// (a default operand). False where the windows cannot be met as they lie: then nothing is written.
    /// </summary>
    internal virtual bool TryConvolve<T>(Operand weights, Operand windows, Operand bias, Operand y)
        where T : unmanaged => false;

    /// <summary>dw [g, o, k], contiguous, from windows as above and dy [n, g o, oh, ow]; false as above.</summary>
    internal virtual bool TryWeightGradient<T>(Operand windows, Operand dy, Operand dw)
        where T : unmanaged => false;

    /// <summary>y [n, c, oh, ow] = the largest elements, or the means, of windows [n, 1, c, kh, kw, oh, ow]; false as above.</summary>
    internal virtual bool TryPool<T>(Operand windows, Operand y, bool isMax)
        where T : unmanaged => false;

    /// <summary>
    /// dx, a padded image [n, c, h, w] with windows target, from dy [n, c, oh, ow] where windows of x have their largest elements y; y, dy and dx
    /// contiguous; false as above.
    /// </summary>
    internal virtual bool TryMaxAdjoint<T>(Operand windows, Operand y, Operand dy, Operand target, Operand dx)
        where T : unmanaged => false;

    /// <summary>The same for means: all elements of a window share.</summary>
    internal virtual bool TryAverageAdjoint<T>(Operand dy, Operand target, Operand dx)
        where T : unmanaged => false;

    /// <summary>result [n, c, oh, ow] = the means of g's windows over the places where those of x have their largest elements y; y and the result contiguous; false as above.</summary>
    internal virtual bool TryMaxGather<T>(Operand windows, Operand y, Operand others, Operand result)
        where T : unmanaged => false;

    /// <summary>y [n, c, height, width], contiguous, = x [n, c, h, w] inside a margin of the value; false as above.</summary>
    internal virtual bool TryPad<T>(Operand x, int top, int left, T value, Operand y)
        where T : unmanaged => false;

    /// <summary>Waits until all work given to the device is done.</summary>
    public virtual void Synchronize()
    {
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A tensor as a device sees it: memory and where the elements lie in it.</summary>
/// <param name="storage">The memory.</param>
/// <param name="layout">Where the elements lie.</param>
public readonly ref struct Operand(Storage storage, ref readonly Layout layout)
{
    /// <summary>Where the elements lie.</summary>
    public readonly ref readonly Layout Layout = ref layout;

    /// <summary>The memory.</summary>
    public Storage Storage { get; } = storage;
}
