using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Systems with triangular matrices, batched over leading axes that broadcast: halves of the matrix with products between them, blocks of 32 rows by
/// substitution (<see cref="TriangularSolve"/> says the order). Derivatives are triangular solves themselves, to any order; the gradient by the matrix
/// is zero outside the triangle that is read.
/// </summary>
public static class Triangular
{
    internal const string Name = "triangular solve";

    /// <summary>
    /// X [..., n, columns], or x [n], with T X = B, or T^T X = B: only one triangle of T [..., n, n] is read, the lower one unless told otherwise.
    /// NaN and infinity spread as the arithmetic has it; residuals are below 30 units of ||T|| ||X|| n epsilon, which tests check.
    /// </summary>
    /// <param name="matrix">T.</param>
    /// <param name="b">B, or a vector.</param>
    /// <param name="transpose">Solves with T's transpose.</param>
    /// <param name="upper">T is upper triangular.</param>
    /// <param name="unitDiagonal">T's diagonal is 1 and not read.</param>
    /// <exception cref="ArgumentException">T is not square, B has not n rows, the leading axes do not broadcast, or the devices differ.</exception>
    /// <exception cref="DivideByZeroException">An element of T's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static Tensor<T> Solve<T>(Tensor<T> matrix, Tensor<T> b, bool transpose = false, bool upper = false, bool unitDiagonal = false)
        where T : unmanaged
    {
        TensorNode t = matrix.Node;
        SquareMatrices.CheckSquare<T>(Name, t);
        using Tensor<T> columns = SquareMatrices.Column(Name, matrix, b);
        TriangularForm form = new(upper, transpose, unitDiagonal);
        TensorNode right = columns.Node, x = Tensor.NewNode<T>(SquareMatrices.RightSide(Name, t, right), t.Storage!.Device);
        try
        {
            Run<T>(form, t, right, x);
        }
        catch
        {
            x.ReleaseHandle();
            throw;
        }

        Tape.Record(TriangularSolveRule<T>.For(form), t, right, null, x);
        return Shaped(new Tensor<T>(x), b.Rank == 1);
    }

    /// <summary>The solution into an existing tensor [..., n, columns] of the broadcast shape, which may be B itself.</summary>
    /// <exception cref="ArgumentException">The shapes or devices do not fit, or the destination overlaps the matrix, or B otherwise than exactly.</exception>
    /// <exception cref="DivideByZeroException">An element of T's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static void SolveInto<T>(Tensor<T> matrix, Tensor<T> b, Tensor<T> destination, bool transpose = false, bool upper = false, bool unitDiagonal = false)
        where T : unmanaged
    {
        TensorNode t = matrix.Node, right = b.Node, x = destination.Node;
        SquareMatrices.CheckSquare<T>(Name, t);
        Elementwise.CheckInto(Name, SquareMatrices.RightSide(Name, t, right), x, right, t);
        Products.CheckSeparate(Name, x, t);
        Run<T>(new(upper, transpose, unitDiagonal), t, right, x);
    }

    /// <summary>X [..., rows, n] with X T = B, or X T^T = B, of B [..., rows, n]: a view of the solution with the transposed matrix.</summary>
    /// <param name="matrix">T.</param>
    /// <param name="b">B.</param>
    /// <param name="transpose">Solves with T's transpose.</param>
    /// <param name="upper">T is upper triangular.</param>
    /// <param name="unitDiagonal">T's diagonal is 1 and not read.</param>
    /// <exception cref="ArgumentException">T is not square, B has not n columns, the leading axes do not broadcast, or the devices differ.</exception>
    /// <exception cref="DivideByZeroException">An element of T's diagonal is zero.</exception>
    /// <exception cref="NotSupportedException">The elements are neither float nor double, or on a device without such kernels.</exception>
    public static Tensor<T> SolveRight<T>(Tensor<T> matrix, Tensor<T> b, bool transpose = false, bool upper = false, bool unitDiagonal = false)
        where T : unmanaged
    {
        SquareMatrices.CheckSquare<T>(Name, matrix.Node);
        if (b.Rank < 2 || b.Shape[-1] != matrix.Shape[-1])
        {
            throw new ArgumentException($"{Name}: the matrix has shape {matrix.Shape}; the left side {b.Shape} must be [..., rows, {matrix.Shape[-1]}].", nameof(b));
        }

        using Tensor<T> turned = b.Transpose(), x = Solve(matrix, turned, !transpose, upper, unitDiagonal);
        return x.Transpose();
    }

    /// <summary>A column as the vector that it came as.</summary>
    internal static Tensor<T> Shaped<T>(Tensor<T> x, bool isVector)
        where T : unmanaged
    {
        if (!isVector)
        {
            return x;
        }

        using (x)
        {
            return x.Squeeze(-1);
        }
    }

    /// <summary>What is thrown where an element of the diagonal of matrix m of some is zero.</summary>
    internal static DivideByZeroException ZeroOnDiagonal(nint m, nint count, nint i) =>
        new($"{Name}: element [{i}, {i}] of {(count == 1 ? "the diagonal" : $"the diagonal of matrix {m} of {count}")} is zero.");

    private static void Run<T>(TriangularForm form, TensorNode t, TensorNode b, TensorNode x)
        where T : unmanaged
    {
        if (x.Storage!.Device is not CpuDevice)
        {
            Elsewhere<T>(form, t, b, x);
            return;
        }

        Shape shape = x.Layout.Shape, batch = SquareMatrices.Batch(shape);
        using LaidMatrices<T> matrices = new(Name, t, batch, mayTurn: true);
        nint count = batch.Size;
        if (!form.UnitDiagonal && shape.Size > 0)
        {
            CheckDiagonals(matrices.Matrices, count);
        }

        // What is solved in its own place is copied there first.
        using Unpacked<T> target = new(Name, x);
        Layout right = b.Layout.Expand(shape, Name);
        if (!(b.Storage == x.Storage && right.SameElements(in x.Layout)) || !x.Layout.IsContiguous)
        {
            target.CopyFrom(new Operand(b.Storage!, in right));
        }

        double flop = (double)shape[-2] * shape[-2] * shape[-1];
        Device.Cpu.EachMatrix(new TriangularWork<T>(form, matrices.Matrices, target.Matrices), count, flop);
        target.Finish();
    }

    /// <summary>On another device: there X is made in contiguous memory, its own if it has such.</summary>
    private static void Elsewhere<T>(TriangularForm form, TensorNode t, TensorNode b, TensorNode x)
        where T : unmanaged
    {
        Device device = x.Storage!.Device;
        Layout right = b.Layout.Expand(x.Layout.Shape, Name);
        Operand given = new(b.Storage!, in right);
        if (x.Layout.IsContiguous)
        {
            device.SolveTriangular<T>(form, t.Operand(), given, x.Operand());
            return;
        }

        using Tensor<T> place = new(Tensor.NewNode<T>(in x.Layout.Extents, device));
        device.SolveTriangular<T>(form, t.Operand(), given, place.Operand);
        device.Copy<T>(place.Operand, x.Operand());
    }

    private static void CheckDiagonals<T>(MatrixBatch<T> matrices, nint count)
        where T : unmanaged
    {
        int n = matrices.Rows;
        for (nint m = 0; m < count; m++)
        {
            ReadOnlySpan<T> elements = matrices[m];
            for (int i = 0; i < n; i++)
            {
                if (Scalars.IsZero(elements[(i * matrices.Leading) + i]))
                {
                    throw ZeroOnDiagonal(m, count, i);
                }
            }
        }
    }
}

/// <summary>Which triangle, and what is solved with it.</summary>
internal readonly record struct TriangularForm(bool Upper, bool Transpose, bool UnitDiagonal)
{
    /// <summary>The form's place among all eight.</summary>
    public int Number => (Upper ? 1 : 0) + (Transpose ? 2 : 0) + (UnitDiagonal ? 4 : 0);

    public static TriangularForm At(int number) => new((number & 1) != 0, (number & 2) != 0, (number & 4) != 0);
}

internal readonly struct TriangularWork<T>(TriangularForm form, MatrixBatch<T> matrices, MatrixBatch<T> right) : IMatrixWork
    where T : unmanaged
{
    public void Run(nint first, nint end)
    {
        for (nint i = first; i < end; i++)
        {
            TriangularSolve.Left<T>(
                form.Upper == matrices.IsTurned, form.Transpose != matrices.IsTurned, form.UnitDiagonal, right.Rows, right.Columns,
                matrices[i], matrices.Leading, right[i], right.Leading);
        }
    }
}

/// <summary>With op(T) X = B: dB = op(T)^-T dX and dT = -dB X^T in the triangle, turned where op turns.</summary>
internal sealed class TriangularSolveRule<T>(TriangularForm form) : Rule
    where T : unmanaged
{
    private static readonly TriangularSolveRule<T>[] Rules = [.. Enumerable.Range(0, 8).Select(number => new TriangularSolveRule<T>(TriangularForm.At(number)))];

    public override string Name => Triangular.Name;

    public static TriangularSolveRule<T> For(TriangularForm form) => Rules[form.Number];

    public override void Backward(Tape tape, in Entry entry)
    {
        Tensor<T> matrix = new(entry.X), x = new(entry.Result);
        using Tensor<T> dx = tape.Gradient<T>(entry.Result), db = Triangular.Solve(matrix, dx, !form.Transpose, form.Upper, form.UnitDiagonal);
        tape.Contribute(entry.Y!, db);
        if (!tape.Follows(entry.X))
        {
            return;
        }

        using Tensor<T> turned = form.Transpose ? db.Transpose() : x.Transpose(), product = form.Transpose ? x.MatMul(turned) : db.MatMul(turned);
        nint offset = form.UnitDiagonal ? 1 : 0;
        using Tensor<T> triangle = form.Upper ? product.Triu(offset) : product.Tril(-offset), dt = -triangle;
        tape.Contribute(entry.X, dt);
    }
}
