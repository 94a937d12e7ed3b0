using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Sequences of plane rotations of neighbouring rows, collected until there are enough to apply them strip by strip: a strip of columns then stays near while all of them pass over
/// it, and a row stays in registers between the rotations that it takes part in, two of one sequence and two of the next. A rotation is three multiply-adds (<see cref="RotationKernel{V, T}"/>).
/// </summary>
/// <remarks>
/// Rows are kept with signs apart, so that every cosine is positive: the sign of a cosine goes to both rows, and from there to the sines (<see cref="RotationPlace{V, T}"/>). Whoever collects holds a sign
/// for each row (<see cref="Signs"/>), by which it is multiplied in the end where that counts.
/// </remarks>
internal unsafe struct RotationSweeps<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Sequences that are collected.</summary>
    public const int Most = 48;

    private readonly T* cosines;
    private readonly int* ranges;
    private readonly int capacity;
    private readonly T* rows;
    private readonly int leading;
    private readonly int length;
    private readonly bool areSquares;
    private readonly long* signs;
    private int used;
    private int sweeps;

    /// <summary>Rotations of rows of so many elements, whole registers; rows is null where nobody wants them. memory holds 2 capacity elements, whole registers, ranges 2 x 48 numbers, signs one for each row.</summary>
    public RotationSweeps(T* rows, int leading, int length, T* memory, int capacity, int* ranges, long* signs, bool areSquares)
    {
        this.rows = rows;
        this.leading = leading;
        this.length = length;
        this.capacity = capacity;
        this.ranges = ranges;
        this.signs = signs;
        this.areSquares = areSquares;
        cosines = memory;
        used = sweeps = 0;
    }

    /// <summary>The sign of each row, a sign bit: its true elements are what is stored times this.</summary>
    public readonly long* Signs => signs;

    /// <summary>Elements from a cosine to its sine.</summary>
    public readonly nint Plane => capacity;

    /// <summary>Begins a sequence of so many rotations of the rows first and below, the last ones first where it goes up; returns where their cosines go, all positive, or the squares of these, and <see cref="Plane"/> elements on their sines, or the squares with their signs.</summary>
    public T* Begin(int first, int count, bool isUpwards)
    {
        if (sweeps == Most || used + count > capacity)
        {
            Finish();
        }

        ranges[2 * sweeps] = isUpwards ? -1 - first : first;
        ranges[(2 * sweeps) + 1] = count;
        sweeps++;
        T* place = cosines + used;
        used += count;
        return place;
    }

    /// <summary>Applies what was collected.</summary>
    public void Finish()
    {
        if (rows is not null)
        {
            Prepare(cosines, cosines + capacity, used, areSquares);
            int strip = RotationKernel<V, T>.IsWide ? 4 * V.Width : V.Width;
            for (int j = 0; j < length; j += strip)
            {
                if (length - j >= strip)
                {
                    Strip(rows + j, RotationKernel<V, T>.IsWide);
                    continue;
                }

                for (; j < length; j += V.Width)
                {
                    Strip(rows + j, isWide: false);
                }
            }
        }

        used = sweeps = 0;
    }

    /// <summary>All sequences on a strip of columns: two at a time where they begin at the same row.</summary>
    private readonly void Strip(T* strip, bool isWide)
    {
        T* from = cosines;
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            int first = ranges[2 * sweep], count = ranges[(2 * sweep) + 1];
            nint step = first < 0 ? -leading : leading;
            T* top = strip + ((long)Start(sweep) * leading);
            if (sweep + 1 < sweeps && Start(sweep + 1) == Start(sweep) && (ranges[2 * (sweep + 1)] < 0) == (first < 0))
            {
                int more = ranges[(2 * (sweep + 1)) + 1], done = int.Min(count - 1, more);
                if (isWide)
                {
                    RotationKernel<V, T>.FourOfTwo(top, step, from, from + count, capacity, done);
                }
                else
                {
                    RotationKernel<V, T>.OneOfTwo(top, step, from, from + count, capacity, done);
                }

                // One of them has come to its end.
                One(top + ((done + 1) * step), step, from + done + 1, count - done - 1, isWide);
                from += count;
                One(top + (done * step), step, from + done, more - done, isWide);
                from += more;
                sweep++;
            }
            else
            {
                One(top, step, from, count, isWide);
                from += count;
            }
        }
    }

    private readonly void One(T* row, nint step, T* from, int count, bool isWide)
    {
        if (count > 0 && isWide)
        {
            RotationKernel<V, T>.Four(row, step, from, capacity, count);
        }
        else if (count > 0)
        {
            RotationKernel<V, T>.One(row, step, from, capacity, count);
        }
    }

    private readonly int Start(int sweep)
    {
        int first = ranges[2 * sweep];
        return first < 0 ? -1 - first + ranges[(2 * sweep) + 1] : first;
    }

    /// <summary>Tangents of half the angles in the cosines' places, and negative sines.</summary>
    [MethodImpl(Loop)]
    private static void Prepare(T* cosines, T* sines, int count, bool areSquares)
    {
        V sign = V.Of(-0.0), one = V.Of(1);
        for (int i = 0; i < count; i += V.Width)
        {
            V c = V.Load(cosines + i), s = V.Load(sines + i);
            if (areSquares)
            {
                c = V.Sqrt(c);
                s = V.Or(V.Sqrt(V.Abs(s)), V.And(s, sign));
            }

            V.Store(cosines + i, s / (one + c));
            V.Store(sines + i, -s);
        }
    }
}

/// <summary>Where the rotations of a sequence go, one after the other.</summary>
internal unsafe struct RotationPlace<V, T>(T* cosines, nint plane, long* signs)
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly nint plane = plane;
    private T* cosines = cosines;
    private long* signs = signs;
    private long last;

    /// <summary>The rotation of the row that the last one left and the next one below; a sine, or its square with its sign, and the cosine with its sign, or its square with the cosine's sign.</summary>
    [MethodImpl(Inline)]
    public void Put(double c, double s)
    {
        long sign = BitConverter.DoubleToInt64Bits(c) & long.MinValue, both = sign ^ last;
        cosines[0] = T.CreateTruncating(Math.Abs(c));
        cosines[plane] = T.CreateTruncating(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(s) ^ both ^ signs[0] ^ signs[1]));
        signs[0] ^= both;
        last = sign;
        cosines++;
        signs++;
    }

    /// <summary>After the last one.</summary>
    [MethodImpl(Inline)]
    public readonly void End() => *signs ^= last;
}
