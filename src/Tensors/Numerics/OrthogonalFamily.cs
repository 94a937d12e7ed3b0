namespace Onsager.Tensors;

/// <summary>Orthogonal polynomials by their monic recurrence p(k + 1) = (x - Diagonal(k)) p(k) - OffDiagonal(k) p(k - 1), and the integral of their weight function.</summary>
/// <param name="Diagonal">The recurrence's a of k = 0, 1, ...</param>
/// <param name="OffDiagonal">Its b of k = 1, 2, ..., above zero.</param>
/// <param name="Total">The integral of the weight function.</param>
/// <param name="IsEven">Whether the weight function is even.</param>
internal sealed record OrthogonalFamily(Func<int, DoubleDouble> Diagonal, Func<int, DoubleDouble> OffDiagonal, DoubleDouble Total, bool IsEven = false)
{
    /// <summary>Beyond this, values of the polynomials are scaled down: their squares are summed.</summary>
    private const double Large = 1.157920892373162e77;

    /// <summary>2^-256, the scale.</summary>
    private const double Scale = 8.636168555094445e-78;

    private const int ScaleLog = 256;

    /// <summary>A relative step after which the next one is below double-double's precision.</summary>
    private const double Settled = 1e-20;

    private const int MaxSteps = 12;

    /// <summary>Nodes and weights of the Gauss rule with n nodes.</summary>
    /// <exception cref="ArithmeticException">The iteration for a node does not converge, which no family here is known to do.</exception>
    public (double[] Nodes, double[] Weights) Rule(string operation, int n)
    {
        DoubleDouble[] diagonal = new DoubleDouble[n], offDiagonal = new DoubleDouble[n + 1], inverse = new DoubleDouble[n + 1];
        double[] nodes = new double[n], beside = new double[n], weights = new double[n];
        for (int k = 0; k < n; k++)
        {
            diagonal[k] = Diagonal(k);
            nodes[k] = diagonal[k].High;
        }

        for (int k = 1; k < n; k++)
        {
            offDiagonal[k] = DoubleDouble.Sqrt(OffDiagonal(k));
            inverse[k] = (DoubleDouble)1 / offDiagonal[k];
            beside[k - 1] = offDiagonal[k].High;
        }

        TridiagonalEigenvalues.Find(operation, nodes, beside);
        for (int i = 0; i < (IsEven ? (n + 1) / 2 : n); i++)
        {
            bool isMiddle = IsEven && (2 * i) + 1 == n;
            (nodes[i], weights[i]) = Improve(operation, isMiddle ? 0 : nodes[i], isMiddle, diagonal, offDiagonal, inverse);
            if (IsEven)
            {
                nodes[n - 1 - i] = isMiddle ? 0 : -nodes[i];
                weights[n - 1 - i] = weights[i];
            }
        }

        return (nodes, weights);
    }

    private (double Node, double Weight) Improve(string operation, double start, bool isKnown, DoubleDouble[] diagonal, DoubleDouble[] offDiagonal, DoubleDouble[] inverse)
    {
        DoubleDouble x = start;
        for (int step = 0; step < MaxSteps; step++)
        {
            (DoubleDouble change, DoubleDouble squares, int scales) = Step(x, diagonal, offDiagonal, inverse);
            if (isKnown || Math.Abs(change.High) <= Settled * Math.Abs(x.High))
            {
                DoubleDouble weight = Total / squares;
                return (x.High, Math.ScaleB(weight.High, -2 * ScaleLog * scales));
            }

            x += change;
        }

        throw new ArithmeticException($"{operation}: the node near {start} is not found in {MaxSteps} Newton steps.");
    }

    /// <summary>
    /// With orthonormal q(0) = 1, q(1), ...: the sum of squares up to q(n - 1), and the Newton step -F / F' of F = sqrt(b(n)) q(n). By the formula of
    /// Christoffel and Darboux, that sum is F' q(n - 1) - F q'(n - 1): near a node it is F' q(n - 1), and no derivative is needed.
    /// </summary>
    private static (DoubleDouble Step, DoubleDouble Squares, int Scales) Step(DoubleDouble x, DoubleDouble[] diagonal, DoubleDouble[] offDiagonal, DoubleDouble[] inverse)
    {
        DoubleDouble before = 0, at = 1, squares = 1;
        int n = diagonal.Length, scales = 0;
        for (int k = 0; k < n - 1; k++)
        {
            DoubleDouble next = (((x - diagonal[k]) * at) - (offDiagonal[k] * before)) * inverse[k + 1];
            (before, at) = (at, next);
            squares += next * next;
            if (Math.Abs(next.High) > Large)
            {
                (before, at, squares) = (before.Scaled(Scale), at.Scaled(Scale), squares.Scaled(Scale).Scaled(Scale));
                scales++;
            }
        }

        DoubleDouble last = ((x - diagonal[n - 1]) * at) - (offDiagonal[n - 1] * before);
        return (-(last * at) / squares, squares, scales);
    }
}
