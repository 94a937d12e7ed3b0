using System.Numerics;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// All zeros of a polynomial at once: D. A. Bini, "Numerical computation of polynomial zeros by means of Aberth's method", Numerical Algorithms 13, 1996.
/// </summary>
internal static class PolynomialRoots
{
    private const int MaxSweeps = 500;

    public static Complex[] Find(ReadOnlySpan<double> coefficients)
    {
        foreach (double coefficient in coefficients)
        {
            if (!double.IsFinite(coefficient))
            {
                throw new ArgumentException($"roots: the coefficients must be finite; one is {coefficient}.", nameof(coefficients));
            }
        }

        if (coefficients[^1] == 0)
        {
            throw new ArgumentException("roots: every number is a zero of the polynomial 0.", nameof(coefficients));
        }

        int zeros = 0;
        while (coefficients[zeros] == 0)
        {
            zeros++;
        }

        Complex[] roots = new Complex[coefficients.Length - 1];
        Iterate(coefficients[zeros..], roots.AsSpan(zeros));
        Pair(roots);
        Array.Sort(roots, static (x, y) => x.Real != y.Real ? x.Real.CompareTo(y.Real) : x.Imaginary.CompareTo(y.Imaginary));
        return roots;
    }

    private static void Iterate(ReadOnlySpan<double> p, Span<Complex> roots)
    {
        int n = roots.Length;
        if (n == 0)
        {
            return;
        }

        double[] reversed = p.ToArray();
        Array.Reverse(reversed);
        Start(p, roots);
        bool[] isDone = new bool[n];
        int left = n;
        for (int sweep = 0; sweep < MaxSweeps && left > 0; sweep++)
        {
            for (int i = 0; i < n; i++)
            {
                if (isDone[i])
                {
                    continue;
                }

                if (TryFinish(p, reversed, ref roots[i], out Complex newton))
                {
                    isDone[i] = true;
                    left--;
                    continue;
                }

                Complex others = 0;
                for (int j = 0; j < n; j++)
                {
                    Complex distance = roots[i] - roots[j];
                    others += distance == 0 ? 0 : 1 / distance;
                }

                roots[i] -= newton / (1 - (newton * others));
            }
        }

        if (left > 0)
        {
            throw new ArithmeticException($"roots: {left} of {n} zeros are not found in {MaxSweeps} sweeps.");
        }
    }

    /// <summary>Whether |p(z)| is within its rounding errors; otherwise Newton's correction p / p'. A zero that is real within them becomes real.</summary>
    private static bool TryFinish(ReadOnlySpan<double> p, ReadOnlySpan<double> reversed, ref Complex z, out Complex newton)
    {
        if (Evaluate(p, reversed, z, out newton))
        {
            if (z.Imaginary != 0 && Evaluate(p, reversed, z.Real, out _))
            {
                z = z.Real;
            }

            return true;
        }

        return false;
    }

    private static bool Evaluate(ReadOnlySpan<double> p, ReadOnlySpan<double> reversed, Complex z, out Complex newton)
    {
        int n = p.Length - 1;
        bool isOutside = Size(z) > 1;
        Complex at = isOutside ? 1 / z : z;
        ReadOnlySpan<double> q = isOutside ? reversed : p;
        double radius = Size(at), bound = Math.Abs(q[n]);
        Complex value = q[n], slope = 0;
        for (int i = n - 1; i >= 0; i--)
        {
            slope = (slope * at) + value;
            value = (value * at) + q[i];
            bound = Math.FusedMultiplyAdd(bound, radius, Math.Abs(q[i]));
        }

        // With w = 1 / z and p(z) = z^n q(w): p / p' = z q / (n q - w q').
        newton = isOutside ? z * value / ((n * value) - (at * slope)) : value / slope;
        return Size(value) <= 4 * n * 0.5 * HostScalar.Epsilon * bound;
    }

    /// <summary>Points on circles whose radii the upper convex hull of (i, log |ci|) gives, so many on each as zeros are near it.</summary>
    private static void Start(ReadOnlySpan<double> p, Span<Complex> roots)
    {
        int n = roots.Length;
        List<(int Power, double Log)> hull = [];
        for (int i = 0; i <= n; i++)
        {
            if (p[i] == 0)
            {
                continue;
            }

            double log = Map.Unary<Log>(Math.Abs(p[i]));
            while (hull.Count >= 2 && IsBelow(hull[^2], hull[^1], (i, log)))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add((i, log));
        }

        int next = 0;
        for (int edge = 1; edge < hull.Count; edge++)
        {
            int count = hull[edge].Power - hull[edge - 1].Power;
            double radius = Map.Unary<Exp>((hull[edge - 1].Log - hull[edge].Log) / count);
            for (int j = 0; j < count; j++)
            {
                double angle = (2 * Math.PI * j / count) + (2 * Math.PI * edge / n) + 0.7;
                roots[next++] = new(radius * Map.Unary<Cos>(angle), radius * Map.Unary<Sin>(angle));
            }
        }
    }

    private static bool IsBelow((int Power, double Log) left, (int Power, double Log) middle, (int Power, double Log) right) =>
        (middle.Log - left.Log) * (right.Power - left.Power) <= (right.Log - left.Log) * (middle.Power - left.Power);

    /// <summary>Real coefficients have conjugate zeros: each above the axis takes the nearest below it, which becomes its mirror image.</summary>
    private static void Pair(Complex[] roots)
    {
        List<int> below = [.. Enumerable.Range(0, roots.Length).Where(i => roots[i].Imaginary < 0)];
        foreach (int i in Enumerable.Range(0, roots.Length).Where(i => roots[i].Imaginary > 0))
        {
            if (below.Count == 0)
            {
                return;
            }

            int nearest = below.MinBy(j => Size(roots[j] - new Complex(roots[i].Real, -roots[i].Imaginary)));
            roots[nearest] = new(roots[i].Real, -roots[i].Imaginary);
            below.Remove(nearest);
        }
    }

    private static double Size(Complex z) => Map.Binary<Hypot>(z.Real, z.Imaginary);
}
