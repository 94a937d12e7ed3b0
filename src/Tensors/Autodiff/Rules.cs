using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>dx = dy f'(x, y), fused into one pass.</summary>
internal readonly struct UnaryVjp<TOp> : ITernaryOp
    where TOp : struct, IUnaryOp
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V dy)
        where V : unmanaged, ILanes<V> => dy * TOp.Derivative(x, y);

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw First();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw First();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw First();

    internal static NotSupportedException First() => new("gradient: only first derivatives are recorded.");
}

/// <summary>dz times the partial derivative of a two-input operator, fused into one pass; the result is computed again where the derivative needs it.</summary>
internal readonly struct BinaryVjp<TOp, TWhich> : ITernaryOp
    where TOp : struct, IBinaryOp
    where TWhich : struct, IWhich
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V dz)
        where V : unmanaged, ILanes<V>
    {
        V z = TOp.Apply(x, y);
        return dz * (TWhich.Index == 0 ? TOp.DerivativeX(x, y, z) : TOp.DerivativeY(x, y, z));
    }

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();
}

internal sealed class UnaryRule<TOp, T> : Rule
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    public static readonly UnaryRule<TOp, T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Elementwise.Run<UnaryVjp<TOp>, T>(entry.X, entry.Result, dy.Node, dx.Target.Node);
    }
}

internal sealed class CopyRule<T> : Rule
    where T : unmanaged
{
    public static readonly CopyRule<T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        dy.Device.Copy<T>(dy.Operand, dx.Target.Operand);
    }
}

internal sealed class BinaryRule<TOp, T> : Rule
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    public static readonly BinaryRule<TOp, T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dz = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            Contribute<BinaryVjp<TOp, FirstInput>>(tape, entry.X, in entry, dz);
        }

        if (tape.Follows(entry.Y!))
        {
            Contribute<BinaryVjp<TOp, SecondInput>>(tape, entry.Y!, in entry, dz);
        }
    }

    private static void Contribute<TVjp>(Tape tape, TensorNode input, in Entry entry, Tensor<T> dz)
        where TVjp : struct, ITernaryOp
    {
        using Contribution<T> gradient = tape.Begin<T>(input);
        if (input.Layout.Shape == dz.Shape)
        {
            Elementwise.Run<TVjp, T>(entry.X, entry.Y!, dz.Node, gradient.Target.Node);
            return;
        }

        using Tensor<T> full = Tensor.Empty<T>(dz.Shape, dz.Device);
        Elementwise.Run<TVjp, T>(entry.X, entry.Y!, dz.Node, full.Node);
        Reductions.SumTo<T>(full.Node, gradient.Target.Node);
    }
}

/// <summary>dw/dx of a three-input operator, as an operator of its three inputs.</summary>
internal readonly struct TernaryPartial<TOp, TWhich> : ITernaryOp
    where TOp : struct, ITernaryOp
    where TWhich : struct, IWhich
{
    public static string Name => TOp.Name;

    public static double MaxUlpSingle => TOp.MaxUlpSingle;

    public static double MaxUlpDouble => TOp.MaxUlpDouble;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Apply<V>(V x, V y, V z)
        where V : unmanaged, ILanes<V>
    {
        V w = TOp.Apply(x, y, z);
        return TWhich.Index == 0 ? TOp.DerivativeX(x, y, z, w) : TWhich.Index == 1 ? TOp.DerivativeY(x, y, z, w) : TOp.DerivativeZ(x, y, z, w);
    }

    public static V DerivativeX<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();

    public static V DerivativeY<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();

    public static V DerivativeZ<V>(V x, V y, V z, V w)
        where V : unmanaged, ILanes<V> => throw UnaryVjp<Negate>.First();
}

/// <summary>Which input a partial derivative is taken with respect to.</summary>
internal interface IWhich
{
    static abstract int Index { get; }
}

internal readonly struct FirstInput : IWhich
{
    public static int Index => 0;
}

internal readonly struct SecondInput : IWhich
{
    public static int Index => 1;
}

internal readonly struct ThirdInput : IWhich
{
    public static int Index => 2;
}

internal sealed class TernaryRule<TOp, T> : Rule
    where TOp : struct, ITernaryOp
    where T : unmanaged
{
    public static readonly TernaryRule<TOp, T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result);
        Contribute<FirstInput>(tape, entry.X, in entry, dw);
        Contribute<SecondInput>(tape, entry.Y!, in entry, dw);
        Contribute<ThirdInput>(tape, entry.Z!, in entry, dw);
    }

    private static void Contribute<TWhich>(Tape tape, TensorNode input, in Entry entry, Tensor<T> dw)
        where TWhich : struct, IWhich
    {
        if (!tape.Follows(input))
        {
            return;
        }

        using Contribution<T> gradient = tape.Begin<T>(input);
        using Tensor<T> full = Tensor.Empty<T>(dw.Shape, dw.Device);
        Elementwise.Run<TernaryPartial<TOp, TWhich>, T>(entry.X, entry.Y!, entry.Z!, full.Node);
        if (input.Layout.Shape == dw.Shape)
        {
            Elementwise.Run<Multiply, T>(dw.Node, full.Node, gradient.Target.Node);
            return;
        }

        Elementwise.Run<Multiply, T>(dw.Node, full.Node, full.Node);
        Reductions.SumTo<T>(full.Node, gradient.Target.Node);
    }
}

internal sealed class SumRule<T> : Rule
    where T : unmanaged
{
    public static readonly SumRule<T> Instance = new();

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Layout spread = dy.Layout.Expand(entry.X.Layout.Shape, "sum");
        dy.Device.Copy<T>(new Operand(dy.Node.Storage!, in spread), dx.Target.Operand);
    }
}

internal sealed class MatMulRule<T> : Rule
    where T : unmanaged
{
    public static readonly MatMulRule<T> Instance = new();

    /// <summary>da = dc b^T and db = a^T dc, summed over axes that were broadcast.</summary>
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dc = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.X))
        {
            using Tensor<T> transposed = Transposed(entry.Y!);
            Contribute(tape, entry.X, dc.Node, transposed.Node);
        }

        if (tape.Follows(entry.Y!))
        {
            using Tensor<T> transposed = Transposed(entry.X);
            Contribute(tape, entry.Y!, transposed.Node, dc.Node);
        }
    }

    private static Tensor<T> Transposed(TensorNode node)
    {
        using Tensor<T> view = new(TensorNode.Create(node.Storage!, in node.Layout));
        return view.Transpose();
    }

    private static void Contribute(Tape tape, TensorNode input, TensorNode left, TensorNode right)
    {
        using Contribution<T> gradient = tape.Begin<T>(input);
        Shape shape = Products.ResultShape(left, right);
        if (shape == input.Layout.Shape)
        {
            Products.Run<T>(left, right, gradient.Target.Node);
            return;
        }

        using Tensor<T> full = Tensor.Empty<T>(shape, gradient.Target.Device);
        Products.Run<T>(left, right, full.Node);
        Reductions.SumTo<T>(full.Node, gradient.Target.Node);
    }
}

internal sealed class LinearRule<T> : Rule
    where T : unmanaged
{
    public static readonly LinearRule<T> Instance = new();

    /// <summary>dW = x^T dy, db = the column sums of dy, dx = dy W^T.</summary>
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        if (tape.Follows(entry.Y!))
        {
            using Contribution<T> dw = tape.Begin<T>(entry.Y!);
            Layout transposed = entry.X.Layout.Permute([1, 0]);
            Products.Run<T>(new Operand(entry.X.Storage!, in transposed), dy.Operand, dw.Target.Operand);
        }

        if (entry.Z is { } bias && tape.Follows(bias))
        {
            using Contribution<T> db = tape.Begin<T>(bias);
            Reductions.SumTo<T>(dy.Node, db.Target.Node);
        }

        if (tape.Follows(entry.X))
        {
            using Contribution<T> dx = tape.Begin<T>(entry.X);
            Layout transposed = entry.Y!.Layout.Permute([1, 0]);
            Products.Run<T>(dy.Operand, new Operand(entry.Y.Storage!, in transposed), dx.Target.Operand);
        }
    }
}
