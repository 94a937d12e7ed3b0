using System.Runtime.CompilerServices;
using static Onsager.Simd.Operands;

namespace Onsager.Simd;

/// <summary>
/// The working memory of a method with stages, such as Runge-Kutta's: a state, the state after it, a stage's state, and a row for each stage's slope, with
/// the combinations of rows that the method needs, which are given once. What <see cref="Combination"/> checks at every call is true by construction
/// here, so that a combination costs a small system of equations its arithmetic alone; the bits are the same.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed unsafe class StageMemory<T>
    where T : unmanaged
{
    private readonly T[] memory;
    private readonly T[] coefficients;
    private readonly RowTerm<T>[] terms;
    private readonly (int First, int Count)[] runs;
    private readonly int rows;
    private readonly int stride;

    // The arrays are pinned, so these stay where they point for as long as this lives.
    private readonly T* k;
    private readonly T* c;
    private readonly RowTerm<T>* term;
    private int state;
    private int next;

    /// <summary>Takes the memory, all zero.</summary>
    /// <param name="size">Elements of a state.</param>
    /// <param name="rows">Rows of slopes, each of as many elements.</param>
    /// <param name="combinations">The coefficients of each combination, at most one for each row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="ArgumentException">A combination has more coefficients than there are rows.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public StageMemory(int size, int rows, params ReadOnlySpan<T[]> combinations)
    {
        CheckLanes<T>("stage memory");
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (Size, this.rows) = (size, rows);

        // Rows begin at whole cache lines from the first one on.
        int line = 64 / sizeof(T);
        stride = checked((size + line - 1) / line * line);
        memory = GC.AllocateArray<T>(checked(stride * (rows + 3)), pinned: true);
        coefficients = GC.AllocateArray<T>(combinations.Length * rows, pinned: true);
        terms = GC.AllocateArray<RowTerm<T>>((combinations.Length * rows) + 1, pinned: true);
        runs = new (int, int)[combinations.Length];
        int at = 0;
        for (int i = 0; i < combinations.Length; i++)
        {
            ReadOnlySpan<T> given = combinations[i];
            if (given.Length > rows)
            {
                throw new ArgumentException($"stage memory: combination {i} has {given.Length} coefficients for {rows} rows.", nameof(combinations));
            }

            int first = at;
            given.CopyTo(coefficients.AsSpan(i * rows));
            for (int row = 0; row < given.Length; row++)
            {
                T coefficient = given[row];
                if (!CombinedRows.IsZero(&coefficient))
                {
                    terms[at++] = new RowTerm<T>(coefficient, (nint)row * stride);
                }
            }

            runs[i] = (first, at - first);
        }

        k = (T*)Unsafe.AsPointer(ref memory[0]);
        c = combinations.Length == 0 ? null : (T*)Unsafe.AsPointer(ref coefficients[0]);
        term = (RowTerm<T>*)Unsafe.AsPointer(ref terms[0]);
        (state, next) = (stride * (rows + 1), stride * (rows + 2));
    }

    /// <summary>Elements of a state.</summary>
    public int Size { get; }

    /// <summary>Elements from one row of slopes to the next.</summary>
    public int Stride => stride;

    /// <summary>The rows of slopes, one behind the other.</summary>
    public ReadOnlySpan<T> Rows => memory.AsSpan(0, rows * stride);

    /// <summary>The state.</summary>
    public Span<T> State => memory.AsSpan(state, Size);

    /// <summary>The state after it.</summary>
    public Span<T> Next => memory.AsSpan(next, Size);

    /// <summary>A stage's state.</summary>
    public Span<T> Stage => memory.AsSpan(stride * rows, Size);

    /// <summary>A row of slopes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<T> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return memory.AsSpan(row * stride, Size);
    }

    /// <summary>stage = state + h (c[0] k[0] + c[1] k[1] + ...), with the order and the bits of <see cref="Combination.Add"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such combination.</exception>
    public void ToStage(int combination, T h) => Add(combination, h, stride * rows);

    /// <summary>The same into the state after the step.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such combination.</exception>
    public void ToNext(int combination, T h) => Add(combination, h, next);

    /// <summary>
    /// The sum of squares of h (c[0] k[0] + ...) / (absolute + relative max(|state|, |next|)), whose elements stand in the stage's state then: see
    /// <see cref="Combination.Share"/>.
    /// </summary>
    /// <exception cref="IndexOutOfRangeException">There is no such combination.</exception>
    public T SquaredShare(int combination, T h, T absolute, T relative)
    {
        (int first, int count) = runs[combination];
        if (Size > ShortRows.Most)
        {
            Combination.Share(h, coefficients.AsSpan(combination * rows, rows), Rows, stride, absolute, relative, State, Next, Stage);
            return Reduce.Dot<T>(Stage, Stage);
        }

        T result;
        if (Is<T, float>())
        {
            float sum = ShortRows.Share<F32x1, float>(*(float*)&h, (RowTerm<float>*)(term + first), count, (float*)k, *(float*)&absolute, *(float*)&relative, (float*)k + state, (float*)k + next, (float*)k + ((nint)stride * rows), Size);
            result = *(T*)&sum;
        }
        else
        {
            double sum = ShortRows.Share<F64x1, double>(*(double*)&h, (RowTerm<double>*)(term + first), count, (double*)k, *(double*)&absolute, *(double*)&relative, (double*)k + state, (double*)k + next, (double*)k + ((nint)stride * rows), Size);
            result = *(T*)&sum;
        }

        GC.KeepAlive(this);
        return result;
    }

    /// <summary>The state after the step becomes the state, and the other way round.</summary>
    public void Swap() => (state, next) = (next, state);

    private void Add(int combination, T h, int y)
    {
        (int first, int count) = runs[combination];
        if (Size > ShortRows.Most)
        {
            if (Is<T, float>())
            {
                Lanes.Run32(new CombinationLoop<float>((float*)k + state, *(float*)&h, (float*)c + ((nint)combination * rows), rows, (float*)k, stride, (float*)k + y, Size));
            }
            else
            {
                Lanes.Run64(new CombinationLoop<double>((double*)k + state, *(double*)&h, (double*)c + ((nint)combination * rows), rows, (double*)k, stride, (double*)k + y, Size));
            }
        }
        else if (Is<T, float>())
        {
            ShortRows.Add<F32x1, float>((float*)k + state, *(float*)&h, (RowTerm<float>*)(term + first), count, (float*)k, (float*)k + y, Size);
        }
        else
        {
            ShortRows.Add<F64x1, double>((double*)k + state, *(double*)&h, (RowTerm<double>*)(term + first), count, (double*)k, (double*)k + y, Size);
        }

        GC.KeepAlive(this);
    }
}
