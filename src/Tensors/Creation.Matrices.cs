using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <content>Tensors like others, from arrays, and with ones on a diagonal.</content>
public static partial class Tensor
{
    /// <summary>A tensor of the same shape on the same device, whose elements are undefined until they are written.</summary>
    public static Tensor<T> EmptyLike<T>(Tensor<T> like)
        where T : unmanaged => Empty<T>(like.Shape, like.Device);

    /// <summary>Zeros in the same shape on the same device.</summary>
    public static Tensor<T> ZerosLike<T>(Tensor<T> like)
        where T : unmanaged => Zeros<T>(like.Shape, like.Device);

    /// <summary>Ones in the same shape on the same device.</summary>
    public static Tensor<T> OnesLike<T>(Tensor<T> like)
        where T : unmanaged, INumber<T> => Full(like.Shape, T.One, like.Device);

    /// <summary>The same value everywhere in the same shape on the same device.</summary>
    public static Tensor<T> FullLike<T>(Tensor<T> like, T value)
        where T : unmanaged => Full(like.Shape, value, like.Device);

    /// <summary>A matrix [rows, columns] (columns as rows if not given) with ones on a diagonal: where the column is the row plus the offset.</summary>
    /// <exception cref="ArgumentException">An extent is negative.</exception>
    public static Tensor<T> Eye<T>(nint rows, nint? columns = null, nint offset = 0, Device? device = null)
        where T : unmanaged, INumber<T>
    {
        Tensor<T> matrix = Zeros<T>([rows, columns ?? rows], device);
        FillDiagonal(matrix, offset);
        return matrix;
    }

    /// <summary>Ones on a diagonal and zeros beside it into an existing matrix, or into each of several [..., rows, columns].</summary>
    /// <exception cref="ArgumentException">The destination has fewer than two axes, or is an expanded view.</exception>
    public static void EyeInto<T>(Tensor<T> destination, nint offset = 0)
        where T : unmanaged, INumber<T>
    {
        Triangles.CheckMatrix("eye", destination.Shape);
        Elementwise.CheckDestination("eye", destination.Node);
        destination.Device.Fill(default(T), destination.Operand);
        FillDiagonal(destination, offset);
    }

    /// <summary>A copy of a vector.</summary>
    public static Tensor<T> From<T>(T[] elements, Device? device = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(elements, [elements.Length], device);
    }

    /// <summary>A copy of a matrix.</summary>
    public static Tensor<T> From<T>(T[,] elements, Device? device = null)
        where T : unmanaged => FromArray<T>(elements, device);

    /// <summary>A copy of an array of three axes.</summary>
    public static Tensor<T> From<T>(T[,,] elements, Device? device = null)
        where T : unmanaged => FromArray<T>(elements, device);

    /// <summary>A copy of an array of four axes.</summary>
    public static Tensor<T> From<T>(T[,,,] elements, Device? device = null)
        where T : unmanaged => FromArray<T>(elements, device);

    /// <summary>A matrix [rows, columns] of rows of equal length.</summary>
    /// <exception cref="ArgumentException">The rows' lengths differ.</exception>
    public static Tensor<T> From<T>(T[][] rows, Device? device = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        int columns = rows.Length == 0 ? 0 : rows[0].Length;
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != columns)
            {
                throw new ArgumentException($"from: row {i} has {rows[i].Length} elements, row 0 {columns}.", nameof(rows));
            }
        }

        Tensor<T> matrix = Empty<T>([rows.Length, columns]);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].CopyTo(matrix.AsSpan().Slice(i * columns, columns));
        }

        return OnDevice(matrix, device);
    }

    private static Tensor<T> FromArray<T>(Array elements, Device? device)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        Span<nint> extents = stackalloc nint[elements.Rank];
        for (int axis = 0; axis < extents.Length; axis++)
        {
            extents[axis] = elements.GetLength(axis);
        }

        ref T first = ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(elements));
        return From(MemoryMarshal.CreateReadOnlySpan(ref first, elements.Length), Shape.Create(extents), device);
    }

    private static void FillDiagonal<T>(Tensor<T> matrices, nint offset)
        where T : unmanaged, INumber<T>
    {
        using Tensor<T> diagonal = matrices.Diagonal(offset, -2, -1);
        diagonal.Device.Fill(T.One, diagonal.Operand);
    }
}
