namespace Onsager.Simd;

/// <summary>How a length is transformed.</summary>
internal enum FourierKind
{
    /// <summary>Passes over the whole, one for each radix (T. G. Stockham, 1966; the self-sorting form of P. N. Swarztrauber, 1984).</summary>
    Direct,

    /// <summary>The columns of a matrix, twiddles, and its rows (D. H. Bailey, "FFTs in external or hierarchical memory", 1990).</summary>
    Large,

    /// <summary>A convolution with a chirp (L. I. Bluestein, 1970), by transforms of a power of two.</summary>
    Chirp,
}

/// <summary>What the transforms of one length need beside their data; nothing in it ever changes once it is there, so that threads share it.</summary>
internal sealed unsafe class FourierPlan<T>
    where T : unmanaged
{
    private readonly T[] memory;
    private RealTurns<T>? realTurns;

    public FourierPlan(int length, bool isDirect = false)
    {
        Length = length;
        Kind = !FourierPlans.IsSmooth(length) ? FourierKind.Chirp : isDirect || length < FourierPlans.Large ? FourierKind.Direct : FourierKind.Large;
        memory = Kind switch
        {
            FourierKind.Direct => MakeDirect(),
            FourierKind.Large => MakeLarge(),
            _ => MakeChirp(),
        };
    }

    public int Length { get; }

    public FourierKind Kind { get; }

    /// <summary>For the cache of plans.</summary>
    public long LastUse { get; set; }

    /// <summary>Bytes of all tables.</summary>
    public long Bytes => ((long)memory.Length * sizeof(T)) + (First?.Bytes ?? 0) + (Second?.Bytes ?? 0) + (Turns?.Bytes ?? 0) + (realTurns?.Bytes ?? 0);

    /// <summary>The radices of a direct transform.</summary>
    public int[] Radices { get; private set; } = [];

    /// <summary>Each pass's twiddles, group by group; none for the last.</summary>
    public T*[] Twiddles { get; private set; } = [];

    /// <summary>The first pass's twiddles again, in planes.</summary>
    public T* FirstPlanes { get; private set; }

    /// <summary>Cosines and sines of a radix without code of its own, for each pass.</summary>
    public T*[] Circles { get; private set; } = [];

    /// <summary>The columns' plan of a large transform, or the convolution's.</summary>
    public FourierPlan<T>? First { get; private set; }

    /// <summary>The rows' plan of a large transform.</summary>
    public FourierPlan<T>? Second { get; private set; }

    /// <summary>The twiddles between columns and rows.</summary>
    public TurnTable? Turns { get; private set; }

    /// <summary>The roots that lead from this transform to that of twice as many real numbers, made when first asked for; two threads may make them, and both get the one that stays.</summary>
    public RealTurns<T> RealTurns
    {
        get
        {
            if (Volatile.Read(ref realTurns) is { } there)
            {
                return there;
            }

            RealTurns<T> made = new(Length);
            return Interlocked.CompareExchange(ref realTurns, made, null) ?? made;
        }
    }

    /// <summary>exp(-i pi j^2 / n): the chirp.</summary>
    public Planes<T> Chirp { get; private set; }

    /// <summary>The transform of the chirp's conjugates, divided by the convolution's length.</summary>
    public Planes<T> Convolution { get; private set; }

    /// <summary>Elements of working memory that a transform of one line needs.</summary>
    public nint WorkLength => Kind switch
    {
        FourierKind.Direct => 0,
        FourierKind.Large => 2 * (nint)Length,
        _ => (2 * (nint)First!.Length) + First.WorkLength,
    };

    private T[] MakeDirect()
    {
        int n = Length;
        Radices = FourierPlans.Radices(n);
        Roots roots = new(n);
        long size = Line;
        int left = n;
        foreach (int radix in Radices)
        {
            left /= radix;
            size += Padded(left == 1 ? 0 : 2L * (radix - 1) * left) + Padded(2 * radix);
        }

        size += Radices.Length > 1 ? 2L * (Radices[0] - 1) * (n / Radices[0]) : 0;
        T[] table = NewTable(size, out T* at);
        Twiddles = new T*[Radices.Length];
        Circles = new T*[Radices.Length];
        int before = 1;
        for (int i = 0; i < Radices.Length; i++)
        {
            int radix = Radices[i], groups = n / before / radix;
            Twiddles[i] = at;
            for (long p = 0; groups > 1 && p < groups; p++)
            {
                for (int j = 1; j < radix; j++)
                {
                    (double re, double im) = roots[p * j * before];
                    *at++ = Of(re);
                    *at++ = Of(im);
                }
            }

            at = Aligned(at);
            Circles[i] = at;
            Roots circle = new(radix);
            for (int k = 0; k < radix; k++)
            {
                (double re, double im) = circle[k];
                at[k] = Of(re);
                at[k + radix] = Of(-im);
            }

            at = Aligned(at + (2 * radix));
            before *= radix;
        }

        FirstPlanes = at;
        int firstGroups = Radices.Length > 1 ? n / Radices[0] : 0;
        for (int p = 0; p < firstGroups; p++)
        {
            for (int j = 0; j < 2 * (Radices[0] - 1); j++)
            {
                at[(j * firstGroups) + p] = Twiddles[0][(2 * (Radices[0] - 1) * p) + j];
            }
        }

        return table;
    }

    private T[] MakeLarge()
    {
        int columns = FourierPlans.Columns(Length);
        First = new FourierPlan<T>(columns, isDirect: true);
        Second = new FourierPlan<T>(Length / columns, isDirect: true);
        Turns = new TurnTable(Length);
        return [];
    }

    private T[] MakeChirp()
    {
        int n = Length, m = 1;
        while (m < (2 * n) - 1)
        {
            m *= 2;
        }

        First = new FourierPlan<T>(m);
        T[] table = NewTable(Line + Padded(2L * n) + (2L * m), out T* at);
        Chirp = Planes<T>.In(at, n);
        Convolution = Planes<T>.In(Aligned(at + (2 * (nint)n)), m);
        Roots roots = new(2L * n, isTable: 2L * n < 1 << 24);
        for (long j = 0; j < n; j++)
        {
            (double re, double im) = roots[j * j % (2L * n)];
            (Chirp.Re[j], Chirp.Im[j]) = (Of(re), Of(im));

            // Conjugates, and zeros where the two ends of the chirp do not meet.
            (Convolution.Re[j], Convolution.Im[j]) = (Of(re), Of(-im));
            (Convolution.Re[(m - j) % m], Convolution.Im[(m - j) % m]) = (Of(re), Of(-im));
        }

        T[] work = new T[First.WorkLength];
        fixed (T* pw = work)
        {
            Lines<T>.Transform(First, Convolution, Convolution, Of(1.0 / m), pw);
        }

        return table;
    }

    private static int Line => 64 / sizeof(T);

    private static long Padded(long elements) => (elements + Line - 1) / Line * Line;

    private static T* Aligned(T* at) => (T*)(((nuint)at + 63) / 64 * 64);

    /// <summary>So many elements from a multiple of 64 bytes on, which the collector does not move.</summary>
    public static T[] NewTable(long size, out T* first)
    {
        T[] table = GC.AllocateArray<T>(checked((int)size + (2 * Line)), pinned: true);
        first = Aligned((T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(table)));
        return table;
    }

    /// <summary>The number, rounded to the element.</summary>
    public static T Of(double value)
    {
        float single = (float)value;
        return Operands.Is<T, float>() ? *(T*)&single : *(T*)&value;
    }
}
