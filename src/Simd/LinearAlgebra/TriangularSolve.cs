namespace Onsager.Simd;

/// <summary>
/// Systems T X = B with a triangular matrix, row-major, on one thread: halves of the matrix are solved one after the other with a product between
/// them (the recursive form of E. Elmroth, F. Gustavson, I. Jonsson, B. Kagstrom, SIAM Review 46, 2004), blocks of 32 by substitution.
/// <para>Bits: halves end at multiples of 32 rows. An element of a block begins as -b, takes t x of the block's earlier unknowns in order, each
/// by a fused multiply-add, after the products of earlier blocks by the contract of <see cref="Gemm"/>, is divided by the diagonal's element (if that is
/// not 1 by agreement), and its sign is turned, so that a zero is +0.</para>
/// </summary>
public static unsafe class TriangularSolve
{
    /// <summary>Rows that are solved by substitution.</summary>
    internal const int Block = 32;

    /// <summary>X [n, columns] with op(T) X = B, in the place of B; only one triangle of T is read, and its diagonal only if it is not 1 by agreement.</summary>
    /// <param name="lower">The stored triangle lies below the diagonal, otherwise above.</param>
    /// <param name="transpose">op(T) is T's transpose.</param>
    /// <param name="unit">The diagonal is 1 and not read.</param>
    /// <param name="n">Rows of T and B.</param>
    /// <param name="columns">Columns of B.</param>
    /// <param name="t">The elements of T.</param>
    /// <param name="ldt">T's leading dimension.</param>
    /// <param name="b">The elements of B, then of X.</param>
    /// <param name="ldb">B's leading dimension.</param>
    /// <remarks>A zero on the diagonal gives infinities and NaN, as the division does.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or a leading dimension is below the stored row's length.</exception>
    /// <exception cref="ArgumentException">A span is shorter than its matrix, or B overlaps T.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Left<T>(bool lower, bool transpose, bool unit, int n, int columns, ReadOnlySpan<T> t, int ldt, Span<T> b, int ldb)
        where T : unmanaged
    {
        SquareChecks.Check("triangular solve", "t", t, n, n, ldt);
        SquareChecks.Check<T>("triangular solve", "b", b, n, columns, ldb);
        SquareChecks.CheckApart("triangular solve", t, b, "t and b");
        fixed (T* pt = t, pb = b)
        {
            Left(lower != transpose, unit, n, columns, transpose ? new(pt, 1, ldt) : new Matrix<T>(pt, ldt, 1), pb, ldb);
        }
    }

    /// <summary>The same without checks on a matrix with any strides.</summary>
    public static void Left<T>(bool lower, bool unit, nint n, nint columns, Matrix<T> t, T* b, nint ldb)
        where T : unmanaged
    {
        if (n == 0 || columns == 0)
        {
            return;
        }

        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new TriangularLoop<float>(lower, unit, n, columns, new((float*)t.First, t.Row, t.Column), (float*)b, ldb), columns);
        }
        else
        {
            Lanes.Run64(new TriangularLoop<double>(lower, unit, n, columns, new((double*)t.First, t.Row, t.Column), (double*)b, ldb), columns);
        }
    }

    /// <summary>X in the place of -B.</summary>
    internal static void Negated<V, T>(bool lower, bool unit, nint n, nint columns, Matrix<T> t, T* x, nint ldx)
        where T : unmanaged
        where V : unmanaged, IMemoryLanes<V, T>
    {
        if (n <= Block)
        {
            // An upper triangle is a lower one seen from its last row.
            if (lower)
            {
                Substitution.Run<V, T>(unit, n, columns, t, x, ldx);
            }
            else
            {
                Substitution.Run<V, T>(unit, n, columns, new(t.First + ((n - 1) * (t.Row + t.Column)), -t.Row, -t.Column), x + ((n - 1) * ldx), -ldx);
            }

            return;
        }

        nint half = Half(n), rest = n - half;
        Matrix<T> second = new(t.First + (half * (t.Row + t.Column)), t.Row, t.Column);
        T one = Operands.One<T>();
        if (lower)
        {
            Negated<V, T>(lower, unit, half, columns, t, x, ldx);
            Gemm.Multiply(rest, columns, half, one, new(t.First + (half * t.Row), t.Row, t.Column), new(x, ldx, 1), one, x + (half * ldx), ldx);
            Negated<V, T>(lower, unit, rest, columns, second, x + (half * ldx), ldx);
        }
        else
        {
            Negated<V, T>(lower, unit, rest, columns, second, x + (half * ldx), ldx);
            Gemm.Multiply(half, columns, rest, one, new(t.First + (half * t.Column), t.Row, t.Column), new(x + (half * ldx), ldx, 1), one, x, ldx);
            Negated<V, T>(lower, unit, half, columns, t, x, ldx);
        }
    }

    /// <summary>Where n rows above a block are cut.</summary>
    internal static nint Half(nint n) => ((n / 2) + Block - 1) / Block * Block;
}

/// <summary>X in the place of B.</summary>
internal readonly unsafe struct TriangularLoop<T>(bool lower, bool unit, nint n, nint columns, Matrix<T> t, T* b, nint ldb) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly bool lower = lower;
    private readonly bool unit = unit;
    private readonly nint n = n;
    private readonly nint columns = columns;
    private readonly Matrix<T> t = t;
    private readonly T* b = b;
    private readonly nint ldb = ldb;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        Turned.Negate<V, T>(n, columns, b, ldb, b, ldb);
        TriangularSolve.Negated<V, T>(lower, unit, n, columns, t, b, ldb);
    }
}
