using System.Numerics;
using System.Runtime.CompilerServices;

namespace Onsager.Simd;

/// <summary>
/// A = Q R by blocks of 32 reflectors (Golub and Van Loan, Matrix Computations, 4th edition, section 5.2): a panel lies together in rows of its
/// own, and what it does to the rest of the matrix is three products.
/// </summary>
internal readonly unsafe struct HouseholderQr<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Block = BlockReflector<V, T>.Size;

    private readonly int rows;
    private readonly int leading;
    private readonly T* vectors;
    private readonly T* triangles;
    private readonly T* panel;
    private readonly T* gram;
    private readonly T* products;

    /// <summary>Reflectors of vectors of so many rows, at most so many of them, applied to at most so many columns, in memory of <see cref="Householder.ReflectorWork{T}"/> elements.</summary>
    public HouseholderQr(int rows, int reflectors, T* work)
    {
        this.rows = rows;
        leading = FixedLanes.Whole<T>(rows);
        vectors = work;
        triangles = vectors + ((long)Blocks(reflectors) * Block * leading);
        gram = triangles + (Blocks(reflectors) * Block * Block);
        panel = gram + (Block * Block);
        products = panel + ((long)Block * rows);
    }

    /// <summary>Factors b [rows, columns] in place: R in its upper triangle; what lies below is used up.</summary>
    public void Factor(T* b, int ldb, int columns, T* tau)
    {
        for (int j = 0; j < int.Min(rows, columns); j += Block)
        {
            int width = int.Min(Block, columns - j), left = rows - j, count = int.Min(width, left);
            T* v = Vectors(j);
            Bring(b + ((long)j * ldb) + j, ldb, left, width);
            new Span<T>(v, Block * leading).Clear();
            PanelQr<V, T>.Factor(panel, left, width, v, leading, tau + j);
            for (int i = 0; i < count; i++)
            {
                new ReadOnlySpan<T>(panel + (i * Block) + i, width - i).CopyTo(new Span<T>(b + ((long)(j + i) * ldb) + j + i, width - i));
            }

            BlockReflector<V, T>.Triangle(v, leading, count, left, tau + j, gram, Triangle(j));
            BlockReflector<V, T>.ApplyLeft(
                transpose: true, v, leading, count, left, Triangle(j), b + ((long)j * ldb) + j + width, ldb, columns - j - width, products);
        }
    }

    /// <summary>Takes reflectors that were made elsewhere: row i of x holds vector first + i, its pivot and zeros included.</summary>
    public void Take(int first, int count, T* tau) => BlockReflector<V, T>.Triangle(Vectors(first), leading, count, rows - first, tau + first, gram, Triangle(first));

    /// <summary>Where the vectors of the block that begins with this reflector lie: rows of <see cref="Leading"/> elements, the first for the row of the first pivot.</summary>
    public T* Vectors(int first) => vectors + ((long)first * leading);

    /// <summary>Elements from one vector to the next.</summary>
    public int Leading => leading;

    /// <summary>C [rows, columns] = Q C or Q^T C of so many reflectors.</summary>
    public void Apply(bool transpose, int reflectors, T* c, int ldc, int columns)
    {
        for (int block = 0; block < Blocks(reflectors); block++)
        {
            int j = (transpose ? block : Blocks(reflectors) - 1 - block) * Block;
            BlockReflector<V, T>.ApplyLeft(
                transpose, Vectors(j), leading, int.Min(Block, reflectors - j), rows - j, Triangle(j), c + ((long)j * ldc), ldc, columns, products);
        }
    }

    /// <summary>The first columns of Q, made from the last reflector on, so that they work on what is not yet zero or one alone.</summary>
    public void Form(int reflectors, T* q, int ldq, int columns)
    {
        for (int i = 0; i < rows; i++)
        {
            new Span<T>(q + ((long)i * ldq), columns).Clear();
            if (i < columns)
            {
                q[((long)i * ldq) + i] = T.One;
            }
        }

        for (int j = (Blocks(reflectors) - 1) * Block; j >= 0; j -= Block)
        {
            BlockReflector<V, T>.ApplyLeft(
                transpose: false, Vectors(j), leading, int.Min(Block, reflectors - j), rows - j, Triangle(j), q + ((long)j * ldq) + j, ldq, columns - j, products,
                beginsWithIdentity: true);
        }
    }

    /// <summary>x [rows, rows] = Q^T, made likewise.</summary>
    public void FormTransposed(int reflectors, T* x, int ldx)
    {
        for (int i = 0; i < rows; i++)
        {
            new Span<T>(x + ((long)i * ldx), rows).Clear();
            x[((long)i * ldx) + i] = T.One;
        }

        for (int j = (Blocks(reflectors) - 1) * Block; j >= 0; j -= Block)
        {
            BlockReflector<V, T>.ApplyRightTransposed(
                Vectors(j), leading, int.Min(Block, reflectors - j), rows - j, Triangle(j), x + ((long)j * ldx) + j, ldx, products);
        }
    }

    private static int Blocks(int reflectors) => (reflectors + Block - 1) / Block;

    private T* Triangle(int first) => triangles + (first * Block);

    private void Bring(T* from, int ldb, int count, int width)
    {
        for (int i = 0; i < count; i++)
        {
            Span<T> row = new(panel + ((long)i * Block), Block);
            new ReadOnlySpan<T>(from + ((long)i * ldb), width).CopyTo(row);
            row[width..].Clear();
        }
    }
}
