using Onsager.Simd;

namespace Onsager.Tensors;

internal sealed class UnaryRule<TOp, T> : Rule
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    public static readonly UnaryRule<TOp, T> Instance = new();

    public override string Name => TOp.Name;

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        Elementwise.Run<UnaryVjp<TOp>, T>(entry.X, entry.Result, dy.Node, dx.Target.Node);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        Known slope = TOp.Derivative(Known.Not, Known.Not);
        if (slope.IsZero)
        {
            return;
        }

        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Tensor<T> dx = slope.TryGet(out double constant)
            ? dy * Tensor.Constant<T>(constant)
            : new Tensor<T>(entry.X).Ternary<UnaryVjp<TOp>>(new Tensor<T>(entry.Result), dy);
        tape.Contribute(entry.X, dx);
    }
}

internal sealed class CopyRule<T> : Rule
    where T : unmanaged
{
    private static readonly CopyRule<T> Own = new();

    public static Rule Instance => typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Own : CopyRule<float>.Own;

    public override string Name => "copy";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        using Contribution<T> dx = tape.Begin<T>(entry.X);
        dy.Device.Copy<T>(dy.Operand, dx.Target.Operand);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dy = tape.Gradient<T>(entry.Result);
        tape.Contribute(entry.X, dy);
    }
}

/// <summary>The gradient goes back to the type that the values came from.</summary>
internal sealed class CastRule<T, TTo> : Rule
    where T : unmanaged
    where TTo : unmanaged
{
    private static readonly CastRule<T, TTo> Own = new();

    public static Rule Instance =>
        (typeof(T) == typeof(float) || typeof(T) == typeof(double)) && (typeof(TTo) == typeof(float) || typeof(TTo) == typeof(double)) ? Own : CastRule<float, double>.Own;

    public override string Name => "cast";

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<TTo> dy = tape.Gradient<TTo>(entry.Result);
        using Tensor<T> dx = dy.Cast<T>();
        tape.Contribute(entry.X, dx);
    }
}

internal sealed class BinaryRule<TOp, T> : Rule
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    public static readonly BinaryRule<TOp, T> Instance = new();

    public override string Name => TOp.Name;

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dz = tape.Gradient<T>(entry.Result);
        Contribute<FirstInput>(tape, entry.X, entry.Y!, in entry, dz, TOp.DerivativeX(Known.Not, Known.Not, Known.Not));
        Contribute<SecondInput>(tape, entry.Y!, entry.X, in entry, dz, TOp.DerivativeY(Known.Not, Known.Not, Known.Not));
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dz = tape.Gradient<T>(entry.Result);
        Compose<FirstInput>(tape, entry.X, entry.Y!, in entry, dz, TOp.DerivativeX(Known.Not, Known.Not, Known.Not));
        Compose<SecondInput>(tape, entry.Y!, entry.X, in entry, dz, TOp.DerivativeY(Known.Not, Known.Not, Known.Not));
    }

    private static void Contribute<TWhich>(Tape tape, TensorNode input, TensorNode other, in Entry entry, Tensor<T> dz, Known slope)
        where TWhich : struct, IWhich
    {
        if (!tape.Follows(input))
        {
            return;
        }

        using Contribution<T> gradient = tape.Begin<T>(input);
        bool isWhole = input.Layout.Shape == dz.Shape;
        if (slope.TryGet(out double constant) && constant == 1)
        {
            // A sum's: nothing to compute.
            if (isWhole)
            {
                dz.Device.Copy<T>(dz.Operand, gradient.Target.Operand);
            }
            else
            {
                Reductions.SumTo<T>(dz.Node, gradient.Target.Node);
            }
        }
        else if (isWhole)
        {
            Part<TWhich>(in entry, other, dz, gradient.Target.Node);
        }
        else
        {
            using Tensor<T> full = Tensor.Empty<T>(dz.Shape, dz.Device);
            Part<TWhich>(in entry, other, dz, full.Node);
            Reductions.SumTo<T>(full.Node, gradient.Target.Node);
        }
    }

    /// <summary>dz times the slope, in dz's shape.</summary>
    private static void Part<TWhich>(in Entry entry, TensorNode other, Tensor<T> dz, TensorNode part)
        where TWhich : struct, IWhich
    {
        if (typeof(TOp) == typeof(Multiply))
        {
            Elementwise.Run<Multiply, T>(dz.Node, other, part);
        }
        else
        {
            Elementwise.Run<BinaryVjp<TOp, TWhich>, T>(entry.X, entry.Y!, dz.Node, part);
        }
    }

    private static void Compose<TWhich>(Tape tape, TensorNode input, TensorNode other, in Entry entry, Tensor<T> dz, Known slope)
        where TWhich : struct, IWhich
    {
        if (slope.IsZero || !tape.Follows(input))
        {
            return;
        }

        if (slope.TryGet(out double constant))
        {
            using Tensor<T> scaled = constant == 1 ? dz.Share() : dz * Tensor.Constant<T>(constant);
            tape.Contribute(input, scaled);
            return;
        }

        // A product's derivative is a product, which has no needless derivatives of its own.
        using Tensor<T> part = typeof(TOp) == typeof(Multiply)
            ? dz * new Tensor<T>(other)
            : new Tensor<T>(entry.X).Ternary<BinaryVjp<TOp, TWhich>>(new Tensor<T>(entry.Y!), dz);
        tape.Contribute(input, part);
    }
}

internal sealed class TernaryRule<TOp, T> : Rule
    where TOp : struct, ITernaryOp
    where T : unmanaged
{
    public static readonly TernaryRule<TOp, T> Instance = new();

    private static readonly bool IsDerived = default(TOp) is IDerived;

    public override string Name => IsDerived ? $"{TOp.Name} derivative" : TOp.Name;

    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result);
        if (typeof(TOp) == typeof(FusedMultiplyAdd))
        {
            Multiplied(tape, entry.X, entry.Y!, dw);
            Multiplied(tape, entry.Y!, entry.X, dw);
            tape.Contribute(entry.Z!, dw);
            return;
        }

        Contribute<FirstInput>(tape, entry.X, in entry, dw);
        Contribute<SecondInput>(tape, entry.Y!, in entry, dw);
        Contribute<ThirdInput>(tape, entry.Z!, in entry, dw);
    }

    public override void Compose(Tape tape, in Entry entry)
    {
        using Tensor<T> dw = tape.Gradient<T>(entry.Result);
        Compose<FirstInput>(tape, entry.X, in entry, dw);
        Compose<SecondInput>(tape, entry.Y!, in entry, dw);
        Compose<ThirdInput>(tape, entry.Z!, in entry, dw);
    }

    private static void Contribute<TWhich>(Tape tape, TensorNode input, in Entry entry, Tensor<T> dw)
        where TWhich : struct, IWhich
    {
        if (!tape.Follows(input) || (IsDerived && IsZero<TWhich>()))
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

    /// <summary>A factor's gradient is a product, which needs no partial derivative beside it.</summary>
    private static void Multiplied(Tape tape, TensorNode input, TensorNode other, Tensor<T> dw)
    {
        if (!tape.Follows(input))
        {
            return;
        }

        using Contribution<T> gradient = tape.Begin<T>(input);
        if (input.Layout.Shape == dw.Shape)
        {
            Elementwise.Run<Multiply, T>(dw.Node, other, gradient.Target.Node);
            return;
        }

        using Tensor<T> full = Tensor.Empty<T>(dw.Shape, dw.Device);
        Elementwise.Run<Multiply, T>(dw.Node, other, full.Node);
        Reductions.SumTo<T>(full.Node, gradient.Target.Node);
    }

    private static void Compose<TWhich>(Tape tape, TensorNode input, in Entry entry, Tensor<T> dw)
        where TWhich : struct, IWhich
    {
        if (!tape.Follows(input) || IsZero<TWhich>())
        {
            return;
        }

        using Scope scope = Scope.Begin();
        int mark = TensorLane<T>.Begin(dw.Device);
        try
        {
            TensorLane<T> slope = TernaryPartial<TOp, TWhich>.Slope(Lane(entry.X), Lane(entry.Y!), Lane(entry.Z!), Lane(entry.Result));
            if (!slope.IsZero)
            {
                tape.Contribute(input, dw * slope.ToTensor());
            }
        }
        finally
        {
            TensorLane<T>.End(mark);
        }
    }

    private static TensorLane<T> Lane(TensorNode node) => TensorLane<T>.Of(new Tensor<T>(node));

    private static bool IsZero<TWhich>()
        where TWhich : struct, IWhich => TernaryPartial<TOp, TWhich>.Slope(Known.Not, Known.Not, Known.Not, Known.Not).IsZero;
}
