using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Real lines of one length, to their results or back. The factor of a half or two that the direction brings stands in the scale, so that it costs nothing and rounds nothing.</summary>
internal readonly unsafe struct RealRows<T>
    where T : unmanaged
{
    private readonly FourierPlan<T> plan;
    private readonly nint length;
    private readonly T scale;
    private readonly T ends;

    public RealRows(int length, bool isDoubled, T scale)
    {
        this.length = length;
        plan = FourierPlans<T>.Of(length / 2);
        this.scale = isDoubled ? scale : Half(scale);
        ends = FourierPlan<T>.Of(isDoubled ? 1 : 2);
    }

    /// <summary>The results of rows.</summary>
    public void Forth(T* x, Planes<T> y, nint batch, bool isInverse, T* work)
    {
        nint h = length / 2, done = 0;
        RealFold<T> fold = Fold(isInverse);
        if (Fourier.IsShort(plan))
        {
            nint most = (h + 1) * Fourier.ShortWidth<T>(h, batch);
            T* memory = (T*)Scratch.Rent(8 * most * sizeof(T));
            Planes<T> z = Planes<T>.In(memory + (2 * most), most), even = Planes<T>.In(memory + (4 * most), most), odd = Planes<T>.In(memory + (6 * most), most), result = Planes<T>.In(memory, most);
            for (nint width; (width = Fourier.ShortWidth<T>(h, batch - done)) > 0; done += width)
            {
                // A column of the strip is a row, so its even and its odd numbers are rows. The result takes the strip's place.
                Planes<T> strip = new(memory, memory + width);
                (fold.Lanes, fold.X, fold.XRow, fold.Y, fold.YRow) = (width, z, width, result, width);
                Exchange<T>.Run(x + (done * length), length, width, length, memory, width);
                Strips<T>.Transform(plan, strip, 2 * width, z, width, width, scale, even, odd);
                fold.Run<Forth>();
                Exchange<T>.Run(result.Re, width, h + 1, width, y.Re + (done * (h + 1)), h + 1);
                Exchange<T>.Run(result.Im, width, h + 1, width, y.Im + (done * (h + 1)), h + 1);
            }
        }

        Planes<T> parts = Planes<T>.In(work, h);
        (fold.Lanes, fold.XRow, fold.YRow) = (1, 1, 1);
        for (; done < batch; done++)
        {
            Planes<T> to = y.From(done * (h + 1));
            Pairs<T>.Split(x + (done * length), h, parts);
            Lines<T>.Transform(plan, parts, to, scale, work + length);
            (fold.X, fold.Y) = (to, to);
            fold.Run<Forth>();
        }

        GC.KeepAlive(plan);
    }

    /// <summary>Rows from their results.</summary>
    public void Back(Planes<T> x, T* y, nint batch, bool isInverse, T* work)
    {
        nint h = length / 2, done = 0;
        RealFold<T> fold = Fold(!isInverse);
        if (Fourier.IsShort(plan))
        {
            nint most = (h + 1) * Fourier.ShortWidth<T>(h, batch);
            T* memory = (T*)Scratch.Rent(8 * most * sizeof(T));
            Planes<T> strip = Planes<T>.In(memory, most), z = Planes<T>.In(memory + (2 * most), most), even = Planes<T>.In(memory + (4 * most), most), odd = Planes<T>.In(memory + (6 * most), most);
            for (nint width; (width = Fourier.ShortWidth<T>(h, batch - done)) > 0; done += width)
            {
                Planes<T> result = new(memory, memory + width);
                (fold.Lanes, fold.X, fold.XRow, fold.Y, fold.YRow) = (width, strip, width, z, width);
                Exchange<T>.Run(x.Re + (done * (h + 1)), h + 1, width, h + 1, strip.Re, width);
                Exchange<T>.Run(x.Im + (done * (h + 1)), h + 1, width, h + 1, strip.Im, width);
                fold.Run<Back>();
                Strips<T>.Transform(plan, z.Swapped(), width, result.Swapped(), 2 * width, width, scale, even, odd);
                Exchange<T>.Run(memory, width, length, width, y + (done * length), length);
            }
        }

        Planes<T> parts = Planes<T>.In(work, h);
        (fold.Lanes, fold.XRow, fold.YRow) = (1, 1, 1);
        for (; done < batch; done++)
        {
            (fold.X, fold.Y) = (x.From(done * (h + 1)), parts);
            fold.Run<Back>();
            Lines<T>.Transform(plan, parts.Swapped(), parts.Swapped(), scale, work + length);
            Pairs<T>.Join(parts, h, y + (done * length));
        }

        GC.KeepAlive(plan);
    }

    /// <summary>Columns of a matrix, whose rows are so many numbers apart: its even rows are the real parts, its odd ones the imaginary parts.</summary>
    public void ColumnsForth(T* x, Planes<T> y, nint row, nint count, bool isInverse, T* work)
    {
        RealFold<T> fold = Fold(isInverse);
        nint width = Fourier.StripWidth<T>(length / 2);
        for (nint first = 0; first < count; first += width)
        {
            nint lanes = nint.Min(width, count - first);
            Planes<T> to = y.From(first);
            Fourier.Side(plan, new(x + first, x + row + first), 2 * row, to, row, lanes, scale, work);
            (fold.Lanes, fold.X, fold.XRow, fold.Y, fold.YRow) = (lanes, to, row, to, row);
            fold.Run<Forth>();
        }

        GC.KeepAlive(plan);
    }

    /// <summary>Columns of a matrix from their results.</summary>
    public void ColumnsBack(Planes<T> x, T* y, nint row, nint count, bool isInverse, T* work)
    {
        RealFold<T> fold = Fold(!isInverse);
        nint width = Fourier.StripWidth<T>(length / 2);
        for (nint first = 0; first < count; first += width)
        {
            nint lanes = nint.Min(width, count - first);
            Planes<T> to = new(y + first, y + row + first);
            (fold.Lanes, fold.X, fold.XRow, fold.Y, fold.YRow) = (lanes, x.From(first), row, to, 2 * row);
            fold.Run<Back>();
            Fourier.Side(plan, to.Swapped(), 2 * row, to.Swapped(), 2 * row, lanes, scale, work);
        }

        GC.KeepAlive(plan);
    }

    private RealFold<T> Fold(bool isConjugate)
    {
        RealTurns<T> turns = plan.RealTurns;
        return new() { Half = length / 2, Near = turns.Near, Far = turns.Far, Sign = FourierPlan<T>.Of(isConjugate ? -1 : 1), Ends = ends };
    }

    private static T Half(T x)
    {
        if (Operands.Is<T, float>())
        {
            *(float*)&x *= 0.5f;
        }
        else
        {
            *(double*)&x *= 0.5;
        }

        return x;
    }
}

/// <summary>Pairs of neighbours to planes, and back.</summary>
internal static unsafe class Pairs<T>
    where T : unmanaged
{
    public static void Split(T* x, nint count, Planes<T> y)
    {
        if (Operands.Is<T, float>())
        {
            Simd.Lanes.Run32(new PairLoop<float>((float*)x, count, (float*)y.Re, (float*)y.Im, isSplit: true), count);
        }
        else
        {
            Simd.Lanes.Run64(new PairLoop<double>((double*)x, count, (double*)y.Re, (double*)y.Im, isSplit: true), count);
        }
    }

    public static void Join(Planes<T> x, nint count, T* y)
    {
        if (Operands.Is<T, float>())
        {
            Simd.Lanes.Run32(new PairLoop<float>((float*)y, count, (float*)x.Re, (float*)x.Im, isSplit: false), count);
        }
        else
        {
            Simd.Lanes.Run64(new PairLoop<double>((double*)y, count, (double*)x.Re, (double*)x.Im, isSplit: false), count);
        }
    }
}

/// <summary>pairs [count, 2] to the planes re and im, or from them.</summary>
internal readonly unsafe struct PairLoop<T>(T* pairs, nint count, T* re, T* im, bool isSplit) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* pairs = pairs;
    private readonly nint count = count;
    private readonly T* re = re;
    private readonly T* im = im;
    private readonly bool isSplit = isSplit;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0, whole = StepTwo.Has<V>() ? count / V.Width * V.Width : 0;
        if (isSplit)
        {
            for (; i < whole; i += V.Width)
            {
                StepPair.Load(pairs + (2 * i), out V first, out V second);
                V.Store(re + i, first);
                V.Store(im + i, second);
            }

            for (; i < count; i++)
            {
                (re[i], im[i]) = (pairs[2 * i], pairs[(2 * i) + 1]);
            }

            return;
        }

        for (; i < whole; i += V.Width)
        {
            StepPair.Store(pairs + (2 * i), V.Load(re + i), V.Load(im + i));
        }

        for (; i < count; i++)
        {
            (pairs[2 * i], pairs[(2 * i) + 1]) = (re[i], im[i]);
        }
    }
}
