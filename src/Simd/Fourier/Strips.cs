namespace Onsager.Simd;

/// <summary>Transforms of several columns side by side, pass by pass: what is one number in a line is a run of lanes here.</summary>
internal static unsafe class Strips<T>
    where T : unmanaged
{
    /// <summary>
    /// y [n, lanes] = the transforms of the columns of x [n, lanes], whose rows lie xRow and yRow apart; even and odd are each room for n times
    /// lanes numbers, odd only for three passes and more. y may be x.
    /// </summary>
    public static void Transform(FourierPlan<T> plan, Planes<T> x, nint xRow, Planes<T> y, nint yRow, nint lanes, T scale, Planes<T> even, Planes<T> odd)
    {
        int[] radices = plan.Radices;
        if (radices.Length == 0)
        {
            Stage<T> copy = new() { Radix = 2, Count = 1, Lanes = lanes, X = x, Y = y, Scale = scale };
            Copy(in copy);
            return;
        }

        nint before = 1;
        (Planes<T> at, Planes<T> next) = (x, even);
        for (int i = 0; i < radices.Length; i++)
        {
            bool isFirst = i == 0, isLast = i == radices.Length - 1;
            Stage<T> stage = Pass(plan, i, before, lanes);
            (stage.X, stage.Y, stage.Scale) = (at, isLast ? y : next, scale);
            if (isFirst)
            {
                // Groups and what they read are rows of x.
                stage.XStep = xRow;
                stage.KStep = plan.Length / radices[0] * xRow;
            }

            if (isLast && !isFirst)
            {
                // What lay side by side is rows of y.
                (stage.Count, stage.Lanes) = (before, lanes);
                (stage.XStep, stage.YStep, stage.JStep) = (lanes, yRow, before * yRow);
            }
            else if (isLast)
            {
                stage.JStep = yRow;
            }

            Run(ref stage, isLast);
            (at, next) = (stage.Y, stage.Y.Re == even.Re ? odd : even);
            before *= radices[i];
        }
    }

    /// <summary>A pass whose rows lie side by side, without its places: before is the product of the radices before it.</summary>
    public static Stage<T> Pass(FourierPlan<T> plan, int pass, nint before, nint lanes)
    {
        int radix = plan.Radices[pass];
        nint groups = plan.Length / before / radix, run = before * lanes;
        return new()
        {
            Radix = radix,
            Count = groups,
            Lanes = run,
            XStep = run,
            KStep = groups * run,
            YStep = radix * run,
            JStep = run,
            Twiddles = plan.Twiddles[pass],
            Circle = plan.Circles[pass],
        };
    }

    /// <summary>The last pass has one group, all of whose twiddles are 1, and takes the scale.</summary>
    public static void Run(ref Stage<T> stage, bool isLast)
    {
        if (!isLast)
        {
            stage.Run<OfGroup>();
        }
        else if (IsOne(stage.Scale))
        {
            stage.Run<Plain>();
        }
        else
        {
            stage.Run<Scaled>();
        }
    }

    private static bool IsOne(T scale) => Operands.Is<T, float>() ? *(float*)&scale == 1 : *(double*)&scale == 1;

    /// <summary>The transform of one number.</summary>
    private static void Copy(in Stage<T> stage)
    {
        int lanes = (int)stage.Lanes;
        ReadOnlySpan<T> re = new(stage.X.Re, lanes), im = new(stage.X.Im, lanes);
        T scale = stage.Scale;

        // Through a copy: the result may be the input with its parts exchanged.
        for (int i = 0; i < lanes; i++)
        {
            (T r, T s) = (re[i], im[i]);
            if (Operands.Is<T, float>())
            {
                *(float*)&r *= *(float*)&scale;
                *(float*)&s *= *(float*)&scale;
            }
            else
            {
                *(double*)&r *= *(double*)&scale;
                *(double*)&s *= *(double*)&scale;
            }

            (stage.Y.Re[i], stage.Y.Im[i]) = (r, s);
        }
    }
}
