using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// The recorded operations that everything about sparse matrices is made of: products, sampled products, products of three patterns, and moves of values
/// by index. Each one's derivatives are operations of the same kinds.
/// </summary>
internal static class SparseOperations
{
    /// <summary>A vector [size] on the processor.</summary>
    public static void CheckVector<T>(string operation, Tensor<T> x, nint size, string name)
        where T : unmanaged
    {
        if (x.Rank != 1 || x.Size != size)
        {
            throw new ArgumentException($"{operation}: the {name} have shape {x.Shape}; [{size}] is needed.", nameof(x));
        }

        Check(operation, x.Device, x.Shape);
    }

    /// <summary>Refuses other devices and sizes before anything is made. A plan that is being recorded repeats what the processor does.</summary>
    private static void Check(string operation, Device device, Shape shape) => Packed<float>.Check(operation, device is RecordingDevice recording ? recording.Inner : device, shape);

    /// <summary>y[i] = x[places[i]], recorded.</summary>
    public static Tensor<T> Gather<T>(Tensor<T> x, ReadOnlySpan<int> places)
        where T : unmanaged
    {
        using Tensor<int> indices = Tensor.From(places, [places.Length]);
        return x.Take(0, indices);
    }

    /// <summary>y [size]: zeros, to which x[i] was added at places[i] in the order of i; recorded.</summary>
    public static Tensor<T> Scatter<T>(Tensor<T> x, ReadOnlySpan<int> places, int size)
        where T : unmanaged
    {
        using Tensor<int> indices = Tensor.From(places, [places.Length]);
        using Tensor<T> zeros = Tensor.Zeros<T>([size]);
        return zeros.IndexAdd(0, indices, x);
    }

    /// <summary>A x or A^T x, recorded.</summary>
    public static Tensor<T> Product<T>(string operation, SparsePattern pattern, Tensor<T> values, Tensor<T> x, bool isTransposed)
        where T : unmanaged
    {
        Shape shape = ResultShape(operation, pattern, x, isTransposed);
        Tensor<T> y = Tensor.Empty<T>(shape);
        try
        {
            Run(isTransposed ? pattern.Transposed : pattern, values, x, y);
        }
        catch
        {
            y.Dispose();
            throw;
        }

        Tape.Record(isTransposed ? SparseRules<T>.Of(pattern).Transposed : SparseRules<T>.Of(pattern).Product, values.Node, x.Node, null, y.Node);
        return y;
    }

    public static void ProductInto<T>(string operation, SparsePattern pattern, Tensor<T> values, Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        Indexing.CheckSeparate(operation, ResultShape(operation, pattern, x, isTransposed: false), y.Node, values.Node, x.Node);
        if (!y.IsContiguous)
        {
            throw new ArgumentException($"{operation}: the destination {y.Shape} must be contiguous.", nameof(y));
        }

        Run(pattern, values, x, y);
    }

    /// <summary>The inner products of rows of u and w at the entries of a pattern, recorded. Vectors count as one column.</summary>
    public static Tensor<T> Sample<T>(string operation, SparsePattern pattern, Tensor<T> u, Tensor<T> w)
        where T : unmanaged
    {
        bool isVector = u.Rank == 1 && w.Rank == 1, isMatrix = u.Rank == 2 && w.Rank == 2 && u.Shape[1] == w.Shape[1];
        if (!(isVector || isMatrix) || u.Shape[0] != pattern.Rows || w.Shape[0] != pattern.Columns)
        {
            throw new ArgumentException($"{operation}: u [{pattern.Rows}, n] and w [{pattern.Columns}, n] are needed; got {u.Shape} and {w.Shape}.", nameof(u));
        }

        Check(operation, u.Device, u.Shape);
        Check(operation, w.Device, w.Shape);
        Tensor<T> results = Tensor.Empty<T>([pattern.Count]);
        try
        {
            using Tensor<T> left = Contiguous(u), right = Contiguous(w);
            Run(SparseForm.Sample(pattern, isVector ? 1 : checked((int)u.Shape[1])), left, right, results);
        }
        catch
        {
            results.Dispose();
            throw;
        }

        Tape.Record(SparseRules<T>.Of(pattern).Sample, u.Node, w.Node, null, results.Node);
        return results;
    }

    /// <summary>The values of a product of sparse matrices at the entries of a pattern, recorded.</summary>
    public static Tensor<T> Triple<T>(SparsePattern pattern, SparsePattern a, Tensor<T> left, SparsePattern b, Tensor<T> right)
        where T : unmanaged
    {
        Tensor<T> results = Tensor.Empty<T>([pattern.Count]);
        try
        {
            using Tensor<T> x = Contiguous(left), y = Contiguous(right);
            Run(SparseForm.Triple(pattern, a, b), x, y, results);
        }
        catch
        {
            results.Dispose();
            throw;
        }

        if (Tape.IsActive || Watch.IsOn)
        {
            Tape.Record(new SparseTripleRule<T>(pattern, a, b), left.Node, right.Node, null, results.Node);
        }

        return results;
    }

    /// <summary>Whether two numbers are equal, as IEEE 754 says.</summary>
    public static bool IsEqual<T>(T x, T y)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Unsafe.BitCast<T, float>(x) == Unsafe.BitCast<T, float>(y)
            : Unsafe.BitCast<T, double>(x) == Unsafe.BitCast<T, double>(y);

    private static void Run<T>(SparsePattern a, Tensor<T> values, Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        using Tensor<T> own = Contiguous(values), columns = Contiguous(x);
        Run(SparseForm.Product(a, x.Rank == 1 ? 1 : checked((int)x.Shape[1])), own, columns, y);
    }

    private static void Run<T>(SparseForm form, Tensor<T> x, Tensor<T> y, Tensor<T> results)
        where T : unmanaged => results.Node.Storage!.Device.Sparse<T>(form, x.Operand, y.Operand, results.Operand);

    /// <summary>The same elements one after the other: a copy is not recorded, since what it is made for is.</summary>
    private static Tensor<T> Contiguous<T>(Tensor<T> x)
        where T : unmanaged
    {
        if (x.IsContiguous)
        {
            return x.Share();
        }

        Tensor<T> packed = Tensor.Empty<T>(x.Shape);
        x.Device.Copy<T>(x.Operand, packed.Operand);
        return packed;
    }

    private static Shape ResultShape<T>(string operation, SparsePattern a, Tensor<T> x, bool isTransposed)
        where T : unmanaged
    {
        (int rows, int inner) = isTransposed ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        if (x.Rank is not (1 or 2) || x.Shape[0] != inner)
        {
            throw new ArgumentException($"{operation}: a vector [{inner}] or a matrix [{inner}, n] is needed for [{a.Rows}, {a.Columns}]{(isTransposed ? " transposed" : "")}; got {x.Shape}.", nameof(x));
        }

        Check(operation, x.Device, x.Shape);
        Shape shape = x.Rank == 1 ? [rows] : [rows, x.Shape[1]];
        Check(operation, x.Device, shape);
        return shape;
    }
}
