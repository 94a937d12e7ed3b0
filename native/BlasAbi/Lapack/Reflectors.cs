using System.Numerics;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// A block of at most 32 reflectors, Q = H(1) ... H(k) = I - V T V^T, and what it does to matrices by columns: C by columns is C^T by rows, so the products stand on its
/// other side. The reflectors themselves lie as LAPACK stores them, in columns below a 1 that is not stored; here they have rows of their own, with the zeros and the 1.
/// </summary>
internal readonly unsafe struct Reflectors<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public const int Block = 32;

    private readonly T* vectors;
    private readonly T* triangle;
    private readonly T* gram;
    private readonly T* panel;
    private readonly T* products;

    /// <summary>At most so many reflectors of at most so many rows, applied to so many columns (or, from the right, rows), in memory of <see cref="Work"/> elements.</summary>
    public Reflectors(int rows, int most, nint columns, T* memory)
    {
        triangle = memory;
        gram = triangle + (Block * Block);
        vectors = gram + (Block * Block);
        products = vectors + ((nint)int.Min(Block, most) * FixedLanes.Whole<T>(rows));
        panel = products + (2 * Block * columns);
    }

    /// <summary>Elements of memory; to factor columns takes a panel of them besides.</summary>
    public static nint Work(int rows, int most, nint columns, bool factors) =>
        (2 * Block * (Block + columns)) + ((nint)int.Min(Block, most) * FixedLanes.Whole<T>(rows)) + (factors ? (nint)Block * rows : 0);

    /// <summary>Factors the columns a [rows, width] in their place: R above, reflectors below the diagonal.</summary>
    public void Factor(int rows, int width, T* a, nint lda, T* tau)
    {
        if (typeof(T) == typeof(float))
        {
            FixedLanes.Run32(new PanelLoop<float>(rows, width, (float*)a, lda, (float*)tau, (float*)panel, (float*)vectors, (float*)gram, (float*)triangle));
        }
        else
        {
            FixedLanes.Run64(new PanelLoop<double>(rows, width, (double*)a, lda, (double*)tau, (double*)panel, (double*)vectors, (double*)gram, (double*)triangle));
        }
    }

    /// <summary>Takes so many reflectors from where they are stored, the first one's pivot at a.</summary>
    public void Take(int rows, int count, T* a, nint lda, T* tau)
    {
        int leading = FixedLanes.Whole<T>(rows);
        for (int j = 0; j < count; j++)
        {
            Span<T> row = new(vectors + ((nint)j * leading), leading);
            row.Clear();
            row[j] = T.One;
            new ReadOnlySpan<T>(a + (j * lda) + j + 1, rows - j - 1).CopyTo(row[(j + 1)..]);
        }

        if (typeof(T) == typeof(float))
        {
            FixedLanes.Run32(new TriangleLoop<float>(rows, count, (float*)tau, (float*)vectors, (float*)gram, (float*)triangle));
        }
        else
        {
            FixedLanes.Run64(new TriangleLoop<double>(rows, count, (double*)tau, (double*)vectors, (double*)gram, (double*)triangle));
        }
    }

    /// <summary>C [rows, columns] = Q C or Q^T C.</summary>
    public void ApplyLeft(bool trans, int rows, int count, nint columns, T* c, nint ldc)
    {
        if (columns > 0)
        {
            int leading = FixedLanes.Whole<T>(rows);
            T* second = products + (Block * columns);
            Team.Multiply(columns, count, rows, T.One, new(c, ldc, 1), new(vectors, 1, leading), T.Zero, products, count);
            Team.Multiply(columns, count, count, T.One, new(products, count, 1), Middle(trans), T.Zero, second, count);
            Team.Multiply(columns, rows, count, T.One, new(second, count, 1), new(vectors, leading, 1), T.One, c, ldc);
        }
    }

    /// <summary>C [m, rows] = C Q or C Q^T.</summary>
    public void ApplyRight(bool trans, int rows, int count, nint m, T* c, nint ldc)
    {
        if (m > 0)
        {
            int leading = FixedLanes.Whole<T>(rows);
            T* second = products + (Block * m);
            Team.Multiply(count, m, rows, T.One, new(vectors, leading, 1), new(c, ldc, 1), T.Zero, products, m);
            Team.Multiply(count, m, count, T.One, Middle(trans), new(products, m, 1), T.Zero, second, m);
            Team.Multiply(rows, m, count, T.One, new(vectors, 1, leading), new(second, m, 1), T.One, c, ldc);
        }
    }

    /// <summary>C [rows, columns] = Q C for a C whose first count columns are those of the identity, with zeros in the other columns' first rows: part of the first product is V itself.</summary>
    public void Form(int rows, int count, nint columns, T* c, nint ldc)
    {
        int leading = FixedLanes.Whole<T>(rows);
        T* second = products + (Block * columns);
        for (int i = 0; i < count; i++)
        {
            for (int p = 0; p < count; p++)
            {
                products[(i * count) + p] = vectors[((nint)p * leading) + i];
            }
        }

        if (columns > count)
        {
            Team.Multiply(
                columns - count, count, rows - count, T.One, new(c + (count * (ldc + 1)), ldc, 1), new(vectors + count, 1, leading), T.Zero, products + (count * count), count);
        }

        Team.Multiply(columns, count, count, T.One, new(products, count, 1), Middle(trans: false), T.Zero, second, count);
        Team.Multiply(columns, rows, count, T.One, new(second, count, 1), new(vectors, leading, 1), T.One, c, ldc);
    }

    /// <summary>The triangle lies as -T^T, as a C by columns wants it for Q.</summary>
    private Matrix<T> Middle(bool trans) => trans ? new(triangle, 1, Block) : new(triangle, Block, 1);
}

/// <summary>A panel turned into rows, factored, and stored.</summary>
internal readonly unsafe struct PanelLoop<T>(int rows, int width, T* a, nint lda, T* tau, T* panel, T* vectors, T* gram, T* triangle) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int rows = rows;
    private readonly int width = width;
    private readonly T* a = a;
    private readonly nint lda = lda;
    private readonly T* tau = tau;
    private readonly T* panel = panel;
    private readonly T* vectors = vectors;
    private readonly T* gram = gram;
    private readonly T* triangle = triangle;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        const int Block = Reflectors<T>.Block;
        int leading = FixedLanes.Whole<T>(rows), count = int.Min(rows, width);
        if (width < Block)
        {
            NativeMemory.Clear(panel, (nuint)Block * (nuint)rows * (nuint)sizeof(T));
        }

        Vectors.Transpose(width, rows, a, lda, panel, Block);
        NativeMemory.Clear(vectors, (nuint)count * (nuint)leading * (nuint)sizeof(T));
        PanelQr<V, T>.Factor(panel, rows, width, vectors, leading, tau);
        for (int j = 0; j < width; j++)
        {
            T* column = a + (j * lda);
            for (int i = 0; i <= int.Min(j, count - 1); i++)
            {
                column[i] = panel[(i * Block) + j];
            }

            if (j < count)
            {
                new ReadOnlySpan<T>(vectors + ((nint)j * leading) + j + 1, rows - j - 1).CopyTo(new Span<T>(column + j + 1, rows - j - 1));
            }
        }

        BlockReflector<V, T>.Triangle(vectors, leading, count, rows, tau, gram, triangle);
    }
}

/// <summary>T of reflectors that lie in rows.</summary>
internal readonly unsafe struct TriangleLoop<T>(int rows, int count, T* tau, T* vectors, T* gram, T* triangle) : ILaneLoop<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int rows = rows;
    private readonly int count = count;
    private readonly T* tau = tau;
    private readonly T* vectors = vectors;
    private readonly T* gram = gram;
    private readonly T* triangle = triangle;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T> => BlockReflector<V, T>.Triangle(vectors, FixedLanes.Whole<T>(rows), count, rows, tau, gram, triangle);
}
