using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// min over x, max over y of x^T A y + b . x - c . y + (mu / 2) (|x|^2 - |y|^2): F(x, y) = (A y + b + mu x, c - A^T x + mu y). Points are vectors
/// [m + n], x before y, or batches of them [batch, m + n], whose rows have the bits that they have alone. The tensors stay the caller's.
/// </summary>
public sealed class BilinearGame : Operator
{
    private readonly Tensor<double> a;
    private readonly Tensor<double> b;
    private readonly Tensor<double> c;
    private readonly nint[] players;
    private readonly double mu;

    /// <summary>The game of a matrix A [m, n] and, if given, b [m], c [n] and mu.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">mu is negative or not finite.</exception>
    public BilinearGame(Tensor<double> a, Tensor<double> b = default, Tensor<double> c = default, double mu = 0)
    {
        if (a.Rank != 2 || !Fits(b, 0) || !Fits(c, 1))
        {
            throw new ArgumentException(
                $"bilinear game: a matrix [m, n] with b [m] and c [n] is needed; got {a.Shape}{(b.IsDisposed ? "" : $", b {b.Shape}")}{(c.IsDisposed ? "" : $", c {c.Shape}")}.");
        }

        this.a = a;
        this.b = b;
        this.c = c;
        this.mu = mu;
        players = [a.Shape[0], a.Shape[1]];
        StrongMonotonicity = mu;

        bool Fits(Tensor<double> vector, int axis) => vector.IsDisposed || (vector.Rank == 1 && vector.Shape[0] == a.Shape[axis]);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<nint> Players => players;

    /// <summary>
    /// A square matrix with these singular values between random orthogonal bases: conditions of a game that are known instead of drawn. Small
    /// sizes get bases by Gram-Schmidt, uniform; above 512 they are products of eight random reflections each.
    /// </summary>
    /// <exception cref="ArgumentException">There are no singular values.</exception>
    public static Tensor<double> Matrix(ReadOnlySpan<double> singularValues, RandomStream random, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (singularValues.IsEmpty)
        {
            throw new ArgumentException("bilinear game: a matrix needs at least one singular value.", nameof(singularValues));
        }

        int n = singularValues.Length;
        using Scope scope = Scope.Begin();
        Tensor<double> scales = Tensor.From(singularValues, [n]);
        if (n <= 512)
        {
            Tensor<double> left = Tensor.Empty<double>([n, n]), right = Tensor.Empty<double>([n, n]);
            Initializers.Orthogonal(left, random);
            Initializers.Orthogonal(right, random);
            return scope.Keep((left * scales).MatMul(right).To(device ?? Device.Cpu));
        }

        Tensor<double> matrix = Tensor.Identity<double>(n) * scales;
        for (int i = 0; i < 8; i++)
        {
            Reflect(matrix, random, columns: false);
            Reflect(matrix, random, columns: true);
        }

        return scope.Keep(matrix.To(device ?? Device.Cpu));
    }

    /// <inheritdoc/>
    public override Tensor<double> Apply(Tensor<double> z)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Parts(z);
        Tensor<double> first = Times(y, transposed: true), second = -Times(x, transposed: false);
        first = b.IsDisposed ? first : first + b;
        second = c.IsDisposed ? second : second + c;
        if (mu > 0)
        {
            first += x * mu;
            second += y * mu;
        }

        return scope.Keep(Tensor.Concatenate(z.Rank - 1, first, second));
    }

    /// <inheritdoc/>
    public override void ApplyInto(Tensor<double> z, Tensor<double> destination)
    {
        ApplyPlayerInto(0, z, destination);
        ApplyPlayerInto(1, z, destination);
    }

    /// <inheritdoc/>
    public override void ApplyPlayerInto(int player, Tensor<double> z, Tensor<double> destination)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Parts(z);
        (Tensor<double> top, Tensor<double> bottom) = Parts(destination);
        Tensor<double> vector = player == 0 ? b : c, own = player == 0 ? x : y, result = player == 0 ? top : bottom;
        Tensor<double> part = player == 0 ? Times(y, transposed: true) : Times(x, transposed: false);
        if (player == 1)
        {
            part.NegateInto(part);
        }

        if (!vector.IsDisposed)
        {
            part.AddInto(vector, part);
        }

        if (mu > 0)
        {
            part.AddInto(own * mu, part);
        }

        part.CopyInto(result);
    }

    /// <inheritdoc/>
    public override Tensor<double> Jvp(Tensor<double> z, Tensor<double> dz) => Linear(dz, 1);

    /// <inheritdoc/>
    public override Tensor<double> Vjp(Tensor<double> z, Tensor<double> dy) => Linear(dy, -1);

    /// <summary>
    /// On the whole space, with s = 1 + step mu: y solves (s^2 I + step^2 A^T A) y = s (z_y - step c) + step A^T (z_x - step b), by conjugate
    /// gradients, and x = (z_x - step b - step A y) / s.
    /// </summary>
    /// <inheritdoc/>
    public override bool TryResolventInto(Tensor<double> z, double step, ProximalTerm term, Tensor<double> destination)
    {
        if (term is not WholeSpace || z.Rank != 1)
        {
            return false;
        }

        double s = 1 + (step * mu);
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Parts(z);
        Tensor<double> rightX = x.Clone(), right = y.Clone();
        if (!b.IsDisposed)
        {
            Vectors.Add(rightX, -step, b);
        }

        if (!c.IsDisposed)
        {
            Vectors.Add(right, -step, c);
        }

        Vectors.Scale(right, s);
        Vectors.Add(right, step, Times(rightX, transposed: false));
        (Tensor<double> newX, Tensor<double> newY) = Parts(destination);
        FunctionOperator<(BilinearGame Game, double Square, double Step), double> normal = new((this, s * s, step), static (state, from, to) =>
        {
            using Tensor<double> image = state.Game.Times(from, transposed: true), back = state.Game.Times(image, transposed: false);
            from.CopyInto(to);
            Vectors.Scale(to, state.Square);
            Vectors.Add(to, state.Step * state.Step, back);
        });
        Tensor<double> solution = newY.Clone();
        Vectors.Solve(normal, right, solution);
        Vectors.Add(rightX, -step, Times(solution, transposed: true));
        Vectors.Scale(rightX, 1 / s);
        rightX.CopyInto(newX);
        solution.CopyInto(newY);
        return true;
    }

    /// <summary>matrix -= 2 v v^T matrix / |v|^2, or the same from the right.</summary>
    private static void Reflect(Tensor<double> matrix, RandomStream random, bool columns)
    {
        using Scope scope = Scope.Begin();
        Tensor<double> v = random.Normal<double>([matrix.Shape[0]]), image = columns ? matrix.MatMul(v) : v.MatMul(matrix);
        double factor = 2 / Vectors.Dot(v, v);
        Tensor<double> outer = columns ? image.Unsqueeze(1) * (v * factor) : (v * factor).Unsqueeze(1) * image;
        matrix.SubtractInto(outer, matrix);
    }

    private (Tensor<double> X, Tensor<double> Y) Parts(Tensor<double> z)
    {
        nint m = players[0], n = players[1];
        return z.Rank is 1 or 2 && z.Shape[z.Rank - 1] == m + n
            ? (z.Slice(z.Rank - 1, 0, m), z.Slice(z.Rank - 1, m, m + n))
            : throw new ArgumentException($"bilinear game: points [{m + n}] or [batch, {m + n}] are needed for a matrix {a.Shape}; got {z.Shape}.");
    }

    /// <summary>v A^T, that is A v, or v A, that is A^T v, for each row v.</summary>
    private Tensor<double> Times(Tensor<double> v, bool transposed)
    {
        if (!transposed)
        {
            return v.MatMul(a);
        }

        using Tensor<double> turned = a.Transpose();
        return v.MatMul(turned);
    }

    /// <summary>(mu I +- J) v.</summary>
    private Tensor<double> Linear(Tensor<double> v, int sign)
    {
        using Scope scope = Scope.Begin();
        (Tensor<double> x, Tensor<double> y) = Parts(v);
        Tensor<double> first = Times(y, transposed: true) * (double)sign, second = Times(x, transposed: false) * (double)-sign;
        return scope.Keep(Tensor.Concatenate(v.Rank - 1, first + (x * mu), second + (y * mu)));
    }
}
