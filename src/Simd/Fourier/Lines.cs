using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>Transforms of one line of numbers that lie side by side. The result may be the line itself.</summary>
internal static unsafe class Lines<T>
    where T : unmanaged
{
    /// <summary>Groups that the first pass leaves in a buffer before it brings their results side by side.</summary>
    private const int Block = 64;

    /// <summary>The working memory has the plan's <see cref="FourierPlan{T}.WorkLength"/>.</summary>
    public static void Transform(FourierPlan<T> plan, Planes<T> x, Planes<T> y, T scale, T* work)
    {
        switch (plan.Kind)
        {
            case FourierKind.Direct:
                Direct(plan, x, y, scale);
                break;
            case FourierKind.Large:
                LargeLines<T>.Transform(plan, x, y, scale, work);
                break;
            default:
                ChirpLines<T>.Transform(plan, x, y, scale, work);
                break;
        }
    }

    private static void Direct(FourierPlan<T> plan, Planes<T> x, Planes<T> y, T scale)
    {
        nint n = plan.Length, size = (n + 15) / 16 * 16;
        int[] radices = plan.Radices;
        if (radices.Length <= 1)
        {
            Strips<T>.Transform(plan, x, 1, y, 1, 1, scale, default, default);
            return;
        }

        // The result serves as working memory, unless it is the line.
        T* memory = (T*)Scratch.Rent(((4 * size) + (2 * Block * FourierPlans.LargestRadix)) * sizeof(T));
        Planes<T> even = Planes<T>.In(memory, size), odd = x.Re == y.Re || x.Re == y.Im ? Planes<T>.In(memory + (2 * size), size) : y;
        Planes<T> buffer = Planes<T>.In(memory + (4 * size), Block * FourierPlans.LargestRadix);

        // The last pass reads one and writes the other: from the number of passes follows which is first.
        bool isFirstOdd = radices.Length % 2 == 1 && odd.Re == y.Re;
        (Planes<T> at, Planes<T> next) = isFirstOdd ? (odd, even) : (even, odd);
        First(plan, x, at, buffer);
        nint before = radices[0];
        for (int i = 1; i < radices.Length; i++)
        {
            bool isLast = i == radices.Length - 1;
            Stage<T> stage = Strips<T>.Pass(plan, i, before, 1);
            stage.X = at;
            stage.Y = isLast ? y : next;
            stage.Scale = scale;
            Strips<T>.Run(ref stage, isLast);
            (at, next) = (next, at);
            before *= radices[i];
        }
    }

    /// <summary>
    /// The first pass, whose lanes are its groups. A group's results belong side by side; they are written by lanes into a buffer and
    /// exchanged in registers from there.
    /// </summary>
    private static void First(FourierPlan<T> plan, Planes<T> x, Planes<T> y, Planes<T> buffer)
    {
        int radix = plan.Radices[0];
        nint groups = plan.Length / radix;
        for (nint p = 0; p < groups; p += Block)
        {
            nint count = nint.Min(Block, groups - p);
            Stage<T> stage = new()
            {
                Radix = radix,
                Count = 1,
                Lanes = count,
                X = x.From(p),
                KStep = groups,
                Y = buffer,
                JStep = Block,
                Twiddles = plan.FirstPlanes + p,
                TwiddlePlane = groups,
                Circle = plan.Circles[0],
            };
            stage.Run<OfLane>();
            Interleave(buffer.Re, radix, count, y.Re + (p * radix));
            Interleave(buffer.Im, radix, count, y.Im + (p * radix));
        }
    }

    /// <summary>y[p, j] = rows[j, p].</summary>
    private static void Interleave(T* rows, int radix, nint count, T* y)
    {
        if (Operands.Is<T, float>())
        {
            Simd.Lanes.Run32(new InterleaveLoop<float>((float*)rows, Block, radix, count, (float*)y, radix), radix);
        }
        else
        {
            Simd.Lanes.Run64(new InterleaveLoop<double>((double*)rows, Block, radix, count, (double*)y, radix), radix);
        }
    }
}

/// <summary>y[p, j] = x[j, p] for p below count and j below rows.</summary>
internal readonly unsafe struct InterleaveLoop<T>(T* x, nint xRow, nint rows, nint count, T* y, nint yRow) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly nint xRow = xRow;
    private readonly nint rows = rows;
    private readonly nint count = count;
    private readonly T* y = y;
    private readonly nint yRow = yRow;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint j = 0;
        if (Transpose.Has<V, T>() && rows >= V.Width && V.Width > 1)
        {
            for (; j + V.Width <= rows; j += V.Width)
            {
                Transpose.Strip<V, T>(x + (j * xRow), xRow, V.Width, count, y + j, yRow);
            }
        }

        for (; j < rows; j++)
        {
            for (nint p = 0; p < count; p++)
            {
                y[(p * yRow) + j] = x[(j * xRow) + p];
            }
        }
    }
}
