using System.Numerics;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>Vectors. Sums are the engine's: in its order, whatever the strides.</summary>
internal static unsafe class Level1<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Squares whose sum lies between these have neither overflowed nor lost more than rounding does.</summary>
    private static readonly T Least = typeof(T) == typeof(float) ? T.ScaleB(T.One, -80) : T.ScaleB(T.One, -900);
    private static readonly T Most = typeof(T) == typeof(float) ? T.ScaleB(T.One, 126) : T.ScaleB(T.One, 1022);

    public static T Dot(nint n, T* x, nint incx, T* y, nint incy)
    {
        if (n <= 0)
        {
            return T.Zero;
        }

        if (incx != 1 || incy != 1)
        {
            T* memory = (T*)Scratch.RentOuter(2 * n * sizeof(T));
            x = Vectors.Contiguous(n, x, incx, memory);
            y = Vectors.Contiguous(n, y, incy, memory + n);
        }

        return Vectors.Dot(n, x, y);
    }

    /// <summary>The sum of magnitudes.</summary>
    public static T Asum(nint n, T* x, nint incx) => n <= 0 || incx <= 0 ? T.Zero : Reduce.All(default(ManhattanNorm), Whole(n, x, incx));

    /// <summary>
    /// The 2-norm, without overflow or underflow of squares: where the plain sum is in danger, elements are first divided by a power of two near
    /// the largest.
    /// </summary>
    public static T Nrm2(nint n, T* x, nint incx)
    {
        if (n <= 0)
        {
            return T.Zero;
        }

        ReadOnlySpan<T> whole = Whole(n, x, incx);
        T square = Reduce.Dot(whole, whole);
        if (square >= Least && square <= Most)
        {
            return T.Sqrt(square);
        }

        T largest = Reduce.All(default(MaximumNorm), whole);
        if (largest == T.Zero || !T.IsFinite(largest))
        {
            return largest;
        }

        // In two steps, as the power itself may be out of range.
        int exponent = T.ILogB(largest), half = exponent / 2;
        T down = T.ScaleB(T.One, -half), further = T.ScaleB(T.One, half - exponent);
        T* scaled = (T*)Scratch.RentOuter(n * sizeof(T));
        whole.CopyTo(new Span<T>(scaled, (int)n));
        Vectors.Scale(n, down, scaled);
        Vectors.Scale(n, further, scaled);
        return T.Sqrt(Vectors.Dot(n, scaled, scaled)) * T.ScaleB(T.One, half) * T.ScaleB(T.One, exponent - half);
    }

    /// <summary>The first element of the largest magnitude, counted from 1; 0 where there is none. A NaN is the largest only in front.</summary>
    public static int Amax(nint n, T* x, nint incx)
    {
        if (n <= 0 || incx <= 0)
        {
            return 0;
        }

        ReadOnlySpan<T> whole = Whole(n, x, incx);
        if (T.IsNaN(whole[0]))
        {
            return 1;
        }

        fixed (T* elements = whole)
        {
            T largest = Vectors.Largest(n, elements);
            int first = 0;
            while (T.Abs(elements[first]) != largest)
            {
                first++;
            }

            return first + 1;
        }
    }

    /// <summary>y = alpha x + y, which stays as it is if alpha is zero.</summary>
    public static void Axpy(nint n, T alpha, T* x, nint incx, T* y, nint incy)
    {
        if (alpha != T.Zero)
        {
            Add(n, alpha, x, incx, y, incy);
        }
    }

    /// <summary>y += c x.</summary>
    public static void Add(nint n, T c, T* x, nint incx, T* y, nint incy)
    {
        if (incx == 1 && incy == 1 && n > 0)
        {
            Vectors.Add(n, c, x, y);
            return;
        }

        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            *y = T.FusedMultiplyAdd(c, *x, *y);
        }
    }

    /// <summary>x = c x, as level 2 and 3 scale: by zero without reading, by one not at all; of any stride.</summary>
    public static void Multiply(nint n, T c, T* x, nint incx)
    {
        if (c == T.One)
        {
            return;
        }

        if (incx == 1)
        {
            if (c == T.Zero)
            {
                new Span<T>(x, (int)n).Clear();
                return;
            }

            Vectors.Scale(n, c, x);
            return;
        }

        x = Vectors.First(n, x, incx);
        for (nint i = 0; i < n; i++, x += incx)
        {
            *x = c == T.Zero ? T.Zero : c * *x;
        }
    }

    /// <summary>x = c x.</summary>
    public static void Scal(nint n, T c, T* x, nint incx)
    {
        if (incx == 1 && n > 0 && c != T.One)
        {
            Vectors.Scale(n, c, x);
            return;
        }

        for (nint i = 0; i < n && incx > 0 && c != T.One; i++, x += incx)
        {
            *x *= c;
        }
    }

    /// <summary>y = x.</summary>
    public static void Copy(nint n, T* x, nint incx, T* y, nint incy)
    {
        if (incx == 1 && incy == 1 && n > 0)
        {
            new ReadOnlySpan<T>(x, (int)n).CopyTo(new Span<T>(y, (int)n));
            return;
        }

        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            *y = *x;
        }
    }

    /// <summary>x and y exchanged.</summary>
    public static void Swap(nint n, T* x, nint incx, T* y, nint incy)
    {
        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            (*x, *y) = (*y, *x);
        }
    }

    /// <summary>(x, y) = (c x + s y, c y - s x).</summary>
    public static void Rot(nint n, T* x, nint incx, T* y, nint incy, T c, T s)
    {
        if (incx == 1 && incy == 1 && n > 0)
        {
            Vectors.Rotate(n, x, y, c, s);
            return;
        }

        x = Vectors.First(n, x, incx);
        y = Vectors.First(n, y, incy);
        for (nint i = 0; i < n; i++, x += incx, y += incy)
        {
            T own = *x, other = *y;
            *x = T.FusedMultiplyAdd(s, other, c * own);
            *y = T.FusedMultiplyAdd(-s, own, c * other);
        }
    }

    private static ReadOnlySpan<T> Whole(nint n, T* x, nint incx) =>
        new(incx == 1 ? x : Vectors.Contiguous(n, x, incx, (T*)Scratch.RentOuter(n * sizeof(T))), (int)n);
}
