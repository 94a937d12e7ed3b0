namespace Onsager.Tensors;

/// <summary>A function of one number that knows its derivative as a function of the same kind, so that it can be computed with on tensors that are differentiated, to any order.</summary>
public abstract class Curve
{
    private Curve? slope;
    private CurveRule? rule;

    /// <summary>The value at x; NaN where x is NaN.</summary>
    public abstract double Evaluate(double x);

    /// <summary>The derivative.</summary>
    public abstract Curve Derivative();

    /// <summary>The values at all elements of a tensor, in its shape; recorded, with the derivative's values as its derivative.</summary>
    /// <exception cref="NotSupportedException">x is not on the processor.</exception>
    public Tensor<double> Evaluate(Tensor<double> x)
    {
        Packed<double>.Check("curve", x.Device, x.Shape);
        Tensor<double> y = Tensor.Empty<double>(x.Shape);
        try
        {
            using Packed<double> elements = new("curve", x.Node);
            Span<double> results = y.Memory();
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = Evaluate(elements.Elements[i]);
            }
        }
        catch
        {
            y.Dispose();
            throw;
        }

        Tape.Record(rule ??= new CurveRule(this), x.Node, null, null, y.Node);
        return y;
    }

    /// <summary>The derivative, made once.</summary>
    internal Curve Slope => slope ??= Derivative();
}

/// <summary>dx = dy f'(x).</summary>
internal sealed class CurveRule(Curve curve) : Rule
{
    public override void Backward(Tape tape, in Entry entry)
    {
        using Tensor<double> dy = tape.Gradient<double>(entry.Result), x = Gradients.View<double>(entry.X), slope = curve.Slope.Evaluate(x), dx = dy * slope;
        tape.Contribute(entry.X, dx);
    }
}
