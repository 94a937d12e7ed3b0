namespace Onsager.Tensors;

/// <summary>
/// The generalised minimal residual method for A x = b with any regular operator (Y. Saad, M. Schultz, SIAM J. Sci. Stat. Comput. 7, 1986): a basis by Gram and Schmidt, modified
/// and done twice, the least squares problem by Givens rotations, a new start when the basis is full. The derivative by b is a solution with the adjoint operator (<see cref="IAdjointOperator{T}"/>) and the same limits (the implicit
/// function rule), whose failure throws <see cref="ArithmeticException"/>; for the operator's own parameters see <see cref="IterativeSolution.Attach{TOperator, T}"/>.
/// </summary>
public static class Gmres
{
    private const string Name = "gmres";

    /// <summary>x [n] with A x = b to a relative residual |b - A x| / |b|, and how it went; x is the last iterate, whatever the end.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="b">The right side [n].</param>
    /// <param name="restart">Vectors of a basis.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to start, zeros by default.</param>
    /// <exception cref="ArgumentException">b is no vector, or the start does not fit it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">restart is below 1, or a limit is negative.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated, or what the operator works with is, or b is and the operator or the preconditioner has no adjoint.</exception>
    public static (Tensor<T> X, IterativeReport Report) Solve<TOperator, T>(in TOperator a, Tensor<T> b, int restart = 30, IterativeLimits? limits = null, Tensor<T>? start = null)
        where TOperator : ILinearOperator<T>
        where T : unmanaged => Solve(in a, default(IdentityOperator<T>), b, restart, limits, start);

    /// <summary>The same with a preconditioner on the right: the residual stays that of the system.</summary>
    /// <param name="a">The operator.</param>
    /// <param name="preconditioner">z = M^-1 r, an operator that resembles A's inverse.</param>
    /// <param name="b">The right side [n].</param>
    /// <param name="restart">Vectors of a basis.</param>
    /// <param name="limits">When to stop.</param>
    /// <param name="start">Where to start, zeros by default.</param>
    /// <exception cref="ArgumentException">b is no vector, or the start does not fit it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">restart is below 1, or a limit is negative.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or the start is being differentiated, or what the operator works with is, or b is and the operator or the preconditioner has no adjoint.</exception>
    public static (Tensor<T> X, IterativeReport Report) Solve<TOperator, TPreconditioner, T>(
        in TOperator a, in TPreconditioner preconditioner, Tensor<T> b, int restart = 30, IterativeLimits? limits = null, Tensor<T>? start = null)
        where TOperator : ILinearOperator<T>
        where TPreconditioner : ILinearOperator<T>
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(restart, 1);
        KrylovVectors.Check(Name, b, mayBeTracked: true);
        if (Tape.Records(b.Node, b.Node, b.Node) && (a is not IAdjointOperator<T> { HasAdjoint: true } || preconditioner is not IAdjointOperator<T> { HasAdjoint: true }))
        {
            throw new NotSupportedException("gmres: the right side is being differentiated, which needs adjoints of the operator and the preconditioner (IAdjointOperator).");
        }

        (double tolerance, int most) = (limits ?? new()).For<T>(Name, b.Size);
        using Scope scope = Scope.Begin();
        Tensor<T> x = KrylovVectors.Start(Name, b, start);
        IterativeReport report = Run(in a, in preconditioner, KrylovVectors.Right(b), x, restart, tolerance, most);
        if (Tape.Records(b.Node, b.Node, b.Node) && a is IAdjointOperator<T> forward && preconditioner is IAdjointOperator<T> inverse)
        {
            Tape.Record(new GmresRule<T>(forward, inverse, restart, limits), b.Node, null, null, x.Node);
        }

        return (scope.Keep(x), report);
    }

    private static IterativeReport Run<TOperator, TPreconditioner, T>(
        in TOperator a, in TPreconditioner preconditioner, Tensor<T> right, Tensor<T> x, int restart, double tolerance, int most)
        where TOperator : ILinearOperator<T>
        where TPreconditioner : ILinearOperator<T>
        where T : unmanaged
    {
        Tensor<T> r = Tensor.EmptyLike(right);
        double size = KrylovVectors.Norm(right);
        if (size == 0)
        {
            x.Fill(default);
            return new(IterativeStatus.Converged, 0, 0);
        }

        GmresCycle<T> cycle = new(right, int.Min(restart, checked((int)right.Size)));
        int iterations = 0;
        for (double previous = double.PositiveInfinity; ;)
        {
            KrylovVectors.Residual(in a, x, right, r);
            double norm = KrylovVectors.Norm(r), residual = norm / size;
            if (!double.IsFinite(residual))
            {
                return new(IterativeStatus.NotFinite, iterations, residual);
            }

            if (residual <= tolerance)
            {
                return new(IterativeStatus.Converged, iterations, residual);
            }

            // A full cycle that gained nothing at all would be followed by the same one.
            bool isStuck = residual >= previous;
            if (isStuck || iterations >= most)
            {
                return new(isStuck ? IterativeStatus.Breakdown : IterativeStatus.OutOfIterations, iterations, residual);
            }

            previous = residual;
            iterations += cycle.Run(in a, in preconditioner, r, norm, tolerance * size, most - iterations, x);
        }
    }
}

/// <summary>One cycle from a start: basis, rotated Hessenberg matrix, and correction.</summary>
internal sealed class GmresCycle<T>
    where T : unmanaged
{
    private readonly int capacity;
    private readonly Tensor<T>[] basis;
    private readonly Tensor<T> direction;
    private readonly Tensor<T> beside;
    private readonly double[,] h;
    private readonly double[] cosines;
    private readonly double[] sines;
    private readonly double[] rest;

    /// <summary>Memory for so many vectors like one; it belongs to the scope that is open.</summary>
    public GmresCycle(Tensor<T> like, int capacity)
    {
        this.capacity = capacity;
        basis = new Tensor<T>[capacity + 1];
        for (int i = 0; i <= capacity; i++)
        {
            basis[i] = Tensor.EmptyLike(like);
        }

        direction = Tensor.EmptyLike(like);
        beside = Tensor.EmptyLike(like);
        h = new double[capacity + 1, capacity];
        cosines = new double[capacity];
        sines = new double[capacity];
        rest = new double[capacity + 1];
    }

    /// <summary>Adds a correction to x that brings the residual r, of this norm, to a goal if it can; the number of products with A.</summary>
    public int Run<TOperator, TPreconditioner>(in TOperator a, in TPreconditioner preconditioner, Tensor<T> r, double norm, double goal, int most, Tensor<T> x)
        where TOperator : ILinearOperator<T>
        where TPreconditioner : ILinearOperator<T>
    {
        Array.Clear(rest);
        rest[0] = norm;
        KrylovVectors.Divide(r, norm, basis[0]);
        int j = 0;
        for (bool goes = true; goes && j < capacity && j < most; j++)
        {
            preconditioner.Apply(basis[j], direction);
            a.Apply(direction, basis[j + 1]);
            double next = Orthogonalize(j);
            Rotate(j);
            goes = Math.Abs(rest[j + 1]) > goal && next > 0;
        }

        Correct(in preconditioner, j, x);
        return j;
    }

    /// <summary>Takes the earlier vectors out of the new one, twice, and makes it of length 1; its length before that, 0 where nothing is left.</summary>
    private double Orthogonalize(int j)
    {
        Tensor<T> v = basis[j + 1];
        double before = KrylovVectors.Norm(v);
        for (int i = 0; i <= j; i++)
        {
            h[i, j] = 0;
        }

        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = 0; i <= j; i++)
            {
                double part = KrylovVectors.Dot(basis[i], v, beside);
                h[i, j] += part;
                KrylovVectors.Add(-part, basis[i], v);
            }
        }

        double length = KrylovVectors.Norm(v), epsilon = typeof(T) == typeof(float) ? 1.1920928955078125e-7 : 2.220446049250313e-16;
        length = length <= 4 * epsilon * before ? 0 : length;
        h[j + 1, j] = length;
        if (length > 0)
        {
            KrylovVectors.Divide(v, length, v);
        }

        return length;
    }

    /// <summary>The earlier rotations on the new column, and one of its own that makes its last element zero.</summary>
    private void Rotate(int j)
    {
        for (int i = 0; i < j; i++)
        {
            (h[i, j], h[i + 1, j]) = ((cosines[i] * h[i, j]) + (sines[i] * h[i + 1, j]), (cosines[i] * h[i + 1, j]) - (sines[i] * h[i, j]));
        }

        double x = h[j, j], y = h[j + 1, j], largest = Math.Max(Math.Abs(x), Math.Abs(y));
        double radius = largest == 0 ? 0 : largest * Math.Sqrt((x / largest * (x / largest)) + (y / largest * (y / largest)));
        (cosines[j], sines[j]) = radius == 0 ? (1, 0) : (x / radius, y / radius);
        (h[j, j], h[j + 1, j]) = (radius, 0);
        (rest[j], rest[j + 1]) = (cosines[j] * rest[j], -sines[j] * rest[j]);
    }

    /// <summary>x += M^-1 V y with the triangle's solution y; columns without a pivot give nothing.</summary>
    private void Correct<TPreconditioner>(in TPreconditioner preconditioner, int count, Tensor<T> x)
        where TPreconditioner : ILinearOperator<T>
    {
        double[] y = new double[count];
        for (int i = count - 1; i >= 0; i--)
        {
            double sum = rest[i];
            for (int k = i + 1; k < count; k++)
            {
                sum -= h[i, k] * y[k];
            }

            y[i] = h[i, i] == 0 ? 0 : sum / h[i, i];
        }

        beside.Fill(default);
        for (int i = 0; i < count; i++)
        {
            KrylovVectors.Add(y[i], basis[i], beside);
        }

        preconditioner.Apply(beside, direction);
        KrylovVectors.Add(1, direction, x);
    }
}

/// <summary>db = A^-T dx</summary>
internal sealed class GmresRule<T>(IAdjointOperator<T> a, IAdjointOperator<T> preconditioner, int restart, IterativeLimits? limits) : Rule
    where T : unmanaged
{
    public override string Name => "gmres";

    public override void Backward(Tape tape, in Entry entry)
    {
        (Tensor<T> db, IterativeReport report) = Gmres.Solve(new AdjointOperator<T>(a), new AdjointOperator<T>(preconditioner), tape.Gradient<T>(entry.Result), restart, limits);
        using (db)
        {
            report.ThrowIfFailed();
            tape.Contribute(entry.X, db);
        }
    }
}
