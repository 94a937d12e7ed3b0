using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// A long line as a matrix [rows, columns] of numbers side by side: strips of its columns are transformed in the cache and multiplied by
/// exp(-2 pi i k j / n) (k the row's number after the transform, j the column's), then strips of its rows, which are columns once they were
/// exchanged in registers, and whose results are the columns of the line's transform as a matrix [columns, rows].
/// </summary>
internal static unsafe class LargeLines<T>
    where T : unmanaged
{
    /// <summary>Rows whose twiddles share a factor: a twiddle is the product of one of every 32nd row and one of the first 32.</summary>
    private const int Near = 32;

    /// <summary>Columns or rows of a strip: two cache lines.</summary>
    private static int Width => 128 / sizeof(T);

    public static void Transform(FourierPlan<T> plan, Planes<T> x, Planes<T> y, T scale, T* work)
    {
        Planes<T> between = Planes<T>.In(work, plan.Length);
        Columns(plan, x, between);
        Rows(plan, between, y, scale);
    }

    private static void Columns(FourierPlan<T> plan, Planes<T> x, Planes<T> between)
    {
        FourierPlan<T> columns = plan.First!;
        nint rows = columns.Length, row = plan.Second!.Length, size = rows * Width, far = ((rows + Near - 1) / Near) + Near;
        T* memory = (T*)Scratch.Rent(((6 * size) + (2 * far * Width)) * sizeof(T));
        Planes<T> even = Planes<T>.In(memory, size), odd = Planes<T>.In(memory + (2 * size), size), result = Planes<T>.In(memory + (4 * size), size);
        Planes<T> turns = Planes<T>.In(memory + (6 * size), far * Width);
        for (nint j = 0; j < row; j += Width)
        {
            int lanes = (int)nint.Min(Width, row - j);
            Strips<T>.Transform(columns, x.From(j), row, result, lanes, lanes, One, even, odd);
            Turn(plan, j, lanes, turns);
            if (Operands.Is<T, float>())
            {
                Simd.Lanes.Run32(new TwiddleLoop<float>((float*)result.Re, (float*)result.Im, rows, lanes, (float*)turns.Re, (float*)turns.Im, Near, (float*)(between.Re + j), (float*)(between.Im + j), row));
            }
            else
            {
                Simd.Lanes.Run64(new TwiddleLoop<double>((double*)result.Re, (double*)result.Im, rows, lanes, (double*)turns.Re, (double*)turns.Im, Near, (double*)(between.Re + j), (double*)(between.Im + j), row));
            }
        }
    }

    /// <summary>The strip's twiddles of the first 32 rows, then those of every 32nd row, lanes of each side by side.</summary>
    private static void Turn(FourierPlan<T> plan, nint column, int lanes, Planes<T> turns)
    {
        nint rows = plan.First!.Length, at = 0;
        for (nint k = 0; k < nint.Min(Near, rows); k++, at += lanes)
        {
            Turn(plan, column, lanes, k, turns.From(at));
        }

        at = Near * lanes;
        for (nint k = 0; k < rows; k += Near, at += lanes)
        {
            Turn(plan, column, lanes, k, turns.From(at));
        }
    }

    private static void Turn(FourierPlan<T> plan, nint column, int lanes, nint k, Planes<T> turns)
    {
        long exponent = k * column % plan.Length;
        for (int i = 0; i < lanes; i++)
        {
            (double re, double im) = plan.Turns![(int)exponent];
            if (Operands.Is<T, float>())
            {
                ((float*)turns.Re)[i] = (float)re;
                ((float*)turns.Im)[i] = (float)im;
            }
            else
            {
                ((double*)turns.Re)[i] = re;
                ((double*)turns.Im)[i] = im;
            }

            exponent += k;
            exponent = exponent >= plan.Length ? exponent - plan.Length : exponent;
        }
    }

    private static void Rows(FourierPlan<T> plan, Planes<T> between, Planes<T> y, T scale)
    {
        FourierPlan<T> rows = plan.Second!;
        nint count = plan.First!.Length, n = rows.Length, size = n * Width;
        T* memory = (T*)Scratch.Rent(6 * size * sizeof(T));
        Planes<T> strip = Planes<T>.In(memory, size), even = Planes<T>.In(memory + (2 * size), size), odd = Planes<T>.In(memory + (4 * size), size);
        for (nint k = 0; k < count; k += Width)
        {
            int lanes = (int)nint.Min(Width, count - k);
            Exchange<T>.Run(between.Re + (k * n), n, lanes, n, strip.Re, lanes);
            Exchange<T>.Run(between.Im + (k * n), n, lanes, n, strip.Im, lanes);
            Strips<T>.Transform(rows, strip, lanes, y.From(k), count, lanes, scale, even, odd);
        }
    }

    private static T One
    {
        get
        {
            float single = 1;
            double one = 1;
            return Operands.Is<T, float>() ? *(T*)&single : *(T*)&one;
        }
    }
}

/// <summary>Rows to columns, in registers where there are enough.</summary>
internal static unsafe class Exchange<T>
    where T : unmanaged
{
    /// <summary>y[p, j] = x[j, p] for p below count and j below rows.</summary>
    public static void Run(T* x, nint xRow, nint rows, nint count, T* y, nint yRow)
    {
        if (Operands.Is<T, float>())
        {
            Simd.Lanes.Run32(new InterleaveLoop<float>((float*)x, xRow, rows, count, (float*)y, yRow), rows);
        }
        else
        {
            Simd.Lanes.Run64(new InterleaveLoop<double>((double*)x, xRow, rows, count, (double*)y, yRow), rows);
        }
    }
}

/// <summary>y[k, lane] = x[k, lane] times the product of two twiddles: of the row below a multiple of near, and of that multiple.</summary>
internal readonly unsafe struct TwiddleLoop<T>(T* xr, T* xi, nint rows, nint lanes, T* turnRe, T* turnIm, nint near, T* yr, T* yi, nint yRow) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly T* xr = xr;
    private readonly T* xi = xi;
    private readonly nint rows = rows;
    private readonly nint lanes = lanes;
    private readonly T* turnRe = turnRe;
    private readonly T* turnIm = turnIm;
    private readonly nint near = near;
    private readonly T* yr = yr;
    private readonly T* yi = yi;
    private readonly nint yRow = yRow;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint whole = lanes / V.Width * V.Width;
        for (nint k = 0; k < rows; k += near)
        {
            T* farRe = turnRe + ((near + (k / near)) * lanes), farIm = turnIm + ((near + (k / near)) * lanes);
            nint end = nint.Min(near, rows - k);
            for (nint i = 0; i < end; i++)
            {
                nint from = (k + i) * lanes, to = (k + i) * yRow;
                nint q = 0;
                for (; q < whole; q += V.Width)
                {
                    V ar = V.Load(farRe + q), ai = V.Load(farIm + q), br = V.Load(turnRe + (i * lanes) + q), bi = V.Load(turnIm + (i * lanes) + q);
                    V wr = V.Fma(ar, br, -(ai * bi)), wi = V.Fma(ar, bi, ai * br), r = V.Load(xr + from + q), s = V.Load(xi + from + q);
                    V.Store(yr + to + q, V.Fma(r, wr, -(s * wi)));
                    V.Store(yi + to + q, V.Fma(r, wi, s * wr));
                }

                if (q < lanes)
                {
                    int rest = (int)(lanes - q);
                    V ar = V.LoadPartial(farRe + q, rest), ai = V.LoadPartial(farIm + q, rest);
                    V br = V.LoadPartial(turnRe + (i * lanes) + q, rest), bi = V.LoadPartial(turnIm + (i * lanes) + q, rest);
                    V wr = V.Fma(ar, br, -(ai * bi)), wi = V.Fma(ar, bi, ai * br), r = V.LoadPartial(xr + from + q, rest), s = V.LoadPartial(xi + from + q, rest);
                    V.StorePartial(yr + to + q, rest, V.Fma(r, wr, -(s * wi)));
                    V.StorePartial(yi + to + q, rest, V.Fma(r, wi, s * wr));
                }
            }
        }
    }
}
