using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Functions that are recorded as one: stopped gradients, checkpoints, custom rules; and the printed graph.</summary>
public sealed class RecordedFunctionTests
{
    private const string Saved =
        "custom: a tensor that the forward function computed from its argument is used outside of it, where its dependence on the argument is not recorded, "
        + "so that a derivative would be wrong; compute it again from the argument.";

    [Fact]
    public void A_stopped_gradient_is_a_constant_to_every_level()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2, 3], [3]);
        Assert.Equal([1.0, 4, 9], Autodiff.Grad(x, x => (x * Autodiff.StopGradient(x.Square())).Sum()).ToArray());
        Tensor<double> twice = Autodiff.Grad(x, x => Autodiff.Grad(x, y => (y.Square() * Autodiff.StopGradient(x)).Sum()).Sum());
        Assert.Equal([2.0, 4, 6], twice.ToArray());
        Assert.Equal([1.0, 2, 3], Autodiff.StopGradient(x).ToArray());
    }

    [Fact]
    public void A_checkpoint_changes_no_bit_of_a_gradient()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(3);
        Tensor<float> flat = stream.Normal<float>([23]) * 0.5f, x = stream.Normal<float>([5, 2]);
        Tensor<float> plain = Autodiff.Grad(flat, p => Loss(p, (h, f) => f(h))), saved = Autodiff.Grad(flat, p => Loss(p, Autodiff.Checkpoint));
        Assert.Equal(plain.ToArray(), saved.ToArray());
        Assert.Equal(Autodiff.Hvp(flat, plain, p => Loss(p, (h, f) => f(h))).Shape, flat.Shape);

        // Also inside each other, and where the function is the argument itself or ignores it.
        Tensor<float> inside = Autodiff.Grad(flat, p => Loss(p, (h, f) => Autodiff.Checkpoint(h, g => Autodiff.Checkpoint(g, f))));
        Assert.Equal(plain.ToArray(), inside.ToArray());
        Assert.Equal(plain.ToArray(), Autodiff.Grad(flat, p => Loss(Autodiff.Checkpoint(p, q => q), (h, f) => f(h))).ToArray());
        Assert.Equal(new float[23], Autodiff.Grad(flat, p => Autodiff.Checkpoint(p, _ => x.Sum())).ToArray());

        // Bias, weights and hidden layer are used inside without being arguments.
        Tensor<float> Loss(Tensor<float> p, Func<Tensor<float>, Func<Tensor<float>, Tensor<float>>, Tensor<float>> run)
        {
            Tensor<float> hidden = x.Linear(p.Slice(0, 0, 10).Reshape(2, 5), p.Slice(0, 10, 15));
            Tensor<float> output = run(hidden, h => (h.Tanh() * h.Sigmoid() + h).Linear(p.Slice(0, 15, 20).Reshape(5, 1), p.Slice(0, 20, 21)));
            return (output + hidden.Sum(1, keepDimension: true)).Square().Mean();
        }
    }

    [Fact]
    public void A_checkpoint_has_derivatives_of_higher_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(4).Normal<double>([4]), v = new RandomStream(5).Normal<double>([4]);
        Differences.Check(x, x => (Autodiff.Grad(x, y => Autodiff.Checkpoint(y.Exp(), z => (z.Square().Tanh() * y).Sum())) * v).Sum());
        Assert.Equal(
            Autodiff.Hvp(x, v, y => (y.Exp().Square().Tanh() * y).Sum()).ToArray(),
            Autodiff.Hvp(x, v, y => Autodiff.Checkpoint(y, z => (z.Exp().Square().Tanh() * z).Sum())).ToArray());
        Differences.Check(x, x => Autodiff.Checkpoint(x, y => Autodiff.Grad(y, z => z.Exp().Sum()).Square().Sum()));
        Differences.Check(x, x => Autodiff.Jvp(x, v, y => Autodiff.Checkpoint(y, z => z.Exp() * z)).Tangent.Square().Sum());
    }

    [Fact]
    public void A_checkpoint_whose_function_changes_its_mind_is_found_out()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2], [2]);
        double factor = 1;
        Throws.Exactly<InvalidOperationException>(
            "checkpoint: the function gave other values when it was computed again; all that it depends on must be its argument or stay as it was.",
            () => Autodiff.Grad(x, x => Autodiff.Checkpoint(x, y => y * factor++).Sum()));
        Assert.Equal([2.0, 4], Autodiff.Grad(x, x => x.Square().Sum()).ToArray());
    }

    [Fact]
    public void A_custom_rule_is_used_and_can_be_differentiated()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(6).Normal<double>([4]), y = new RandomStream(7).Normal<double>([4]);
        Assert.Equal(x.Exp().ToArray(), Exp(x).ToArray());
        Differences.Check(x, x => Exp(x * 2).Sum());
        Differences.Check(x, x => Autodiff.Jvp(x, y, Exp).Tangent.Square().Sum());
        Differences.Check(x, x => (Autodiff.Hvp(x, y, x => Exp(x.Square()).Sum()) * y).Sum());
        Differences.Check(x, x => Autodiff.Grad(x, x => Exp(x).Square().Sum()).Square().Sum());

        // A rule says what the gradient is, whatever the function does.
        Assert.Equal([7.0, 7, 7, 7], Autodiff.Grad(x, x => Autodiff.Custom(x, x => x.Floor(), (x, y, dy) => dy * 7).Sum()).ToArray());
        Differences.Check(x, x => Product(x, y).Sum() + Product(y, x.Exp()).Sum() + Product(x, x).Sum());
        Differences.Check(x, x => Autodiff.Grad(x, x => Product(x, x.Exp()).Sum()).Square().Sum());

        static Tensor<double> Exp(Tensor<double> x) => Autodiff.Custom(x, x => x.Exp(), (x, y, dy) => dy * y);

        static Tensor<double> Product(Tensor<double> x, Tensor<double> y) => Autodiff.Custom(x, y, (x, y) => x * y, (x, y, z, dz) => (dz * y, dz * x));
    }

    [Fact]
    public void A_rule_that_kept_an_intermediate_gives_first_derivatives_and_refuses_second_ones()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2], [2]);
        Tensor<double> slopes = Autodiff.Grad(x, x => Kept(x).Sum());
        Assert.Equal((x.Exp() * 2).ToArray(), slopes.ToArray());
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Hvp(x, x, x => Kept(x).Sum()));
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Hessian(x, x => Kept(x).Sum()));
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Grad(x, x => Autodiff.Grad(x, x => Kept(x).Sum()).Sum()));

        // Kept under another name: the argument itself, seen through a view.
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Hvp(x, x, x =>
        {
            Tensor<double> view = default;
            return Autodiff.Custom(
                x,
                x =>
                {
                    view = x.Reshape(1, 2).Share();
                    return x.Square();
                },
                (_, _, dy) => view.Reshape(2) * dy * 2).Sum();
        }));

        // Forward along a direction the kept values are constants, as they should be.
        Assert.Equal((x.Exp() * 2).ToArray(), Autodiff.Jvp(x, Tensor.Ones<double>([2]), Kept).Tangent.ToArray());
        Assert.Equal([2.0, 4], Autodiff.Grad(x, x => x.Square().Sum()).ToArray());

        static Tensor<double> Kept(Tensor<double> x)
        {
            Tensor<double> kept = default;
            return Autodiff.Custom(
                x,
                x =>
                {
                    kept = x.Exp();
                    return kept * 2;
                },
                (x, y, dy) => kept * dy * 2);
        }
    }

    [Fact]
    public void What_a_custom_rule_would_lose_is_refused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2], [2]);

        // An intermediate that is used beside the result.
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Grad(x, x =>
        {
            Tensor<double> kept = default;
            Tensor<double> y = Autodiff.Custom(
                x,
                x =>
                {
                    kept = x.Exp();
                    return x.Square();
                },
                (x, y, dy) => x * dy * 2);
            return (y + kept).Sum();
        }));

        // A checkpoint's intermediates are gone at its end.
        Assert.Throws<ObjectDisposedException>(() => Autodiff.Grad(x, x =>
        {
            Tensor<double> kept = default;
            Tensor<double> y = Autodiff.Checkpoint(x, x =>
            {
                kept = x.Exp();
                return kept * x;
            });
            return (y + kept).Sum();
        }));

        // What the forward function of a custom rule inside another one's kept.
        Throws.Exactly<InvalidOperationException>(Saved, () => Autodiff.Hvp(x, x, x =>
        {
            Tensor<double> kept = default;
            return Autodiff.Custom(
                x,
                x => Autodiff.Custom(
                    x,
                    x =>
                    {
                        kept = x.Exp();
                        return x.Exp();
                    },
                    (x, y, dy) => dy * y),
                (x, y, dy) => dy * kept).Sum();
        }));

        // A tensor that is being differentiated and is not the argument.
        Throws.Exactly<InvalidOperationException>(
            "custom: the forward function uses a tensor that is being differentiated and is not its argument; pass it in.",
            () => Autodiff.Grad(x, x =>
            {
                Tensor<double> factor = x.Exp();
                return Autodiff.Custom(x, x => x * factor, (x, y, dy) => dy * factor).Sum();
            }));

        // Values read out of tensors.
        Assert.Equal([3.0, 3], Autodiff.Grad(x, Read).ToArray());
        Throws.Exactly<NotSupportedException>(
            "scale: the forward function read values out of tensors, on which its rule may depend; such a rule cannot be differentiated again.",
            () => Autodiff.Hvp(x, x, Read));
        Throws.Exactly<NotSupportedException>(
            "custom: the forward function read values out of tensors, on which its rule may depend; such a rule cannot be differentiated again.",
            () => Autodiff.Hvp(x, x, x => Autodiff.Custom(x, x => Autodiff.Custom(x, x => x * x.Sum().Item(), (x, y, dy) => dy), (x, y, dy) => dy).Sum()));
        Throws.Exactly<ArgumentException>(
            "custom: the rule returned a gradient of shape [] on cpu for an argument of shape [2] on cpu.",
            () => Autodiff.Grad(x, x => Autodiff.Custom(x, x => x.Sum(), (x, y, dy) => dy)));
        Assert.Equal([2.0, 4], Autodiff.Grad(x, x => x.Square().Sum()).ToArray());

        static Tensor<double> Read(Tensor<double> x)
        {
            double sum = 0;
            return Autodiff.Custom(
                x,
                x =>
                {
                    sum = x.Sum().Item();
                    return x * sum;
                },
                (x, y, dy) => dy * sum,
                "scale").Sum();
        }
    }

    [Fact]
    public void Rules_of_one_form_compose_where_they_are_made_of_recorded_operations_and_refuse_where_not()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(8).Normal<double>([2, 3]), v = new RandomStream(9).Normal<double>([2, 3]);
        Differences.Check(x, x => Squared(x, new RecordedSquare()).Exp().Sum());
        Differences.Check(x, x => Squared(x, new RawSquare()).Exp().Sum());
        Differences.Check(x, x => (Autodiff.Grad(x, x => Squared(x.Exp().Transpose(), new RecordedSquare()).Exp().Sum()) * v).Sum(), isExact: false);
        Throws.Exactly<NotSupportedException>(
            "RawSquare: the derivative of this operation has no derivative yet, and it is being differentiated.",
            () => Autodiff.Hvp(x, v, x => Squared(x, new RawSquare()).Sum()));
        Assert.Equal((x * 2).ToArray(), Autodiff.Grad(x, x => Squared(x, new RawSquare()).Sum()).ToArray());

        static Tensor<double> Squared(Tensor<double> x, Rule rule)
        {
            Tensor<double> y = Tensor.Empty<double>(x.Shape);
            Elementwise.Run<Square, double>(x.Node, y.Node);
            Tape.Record(rule, x.Node, null, null, y.Node);
            return y;
        }
    }

    [Fact]
    public void A_graph_names_operations_shapes_and_edges()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Ones<double>([2, 3]), w = Tensor.Ones<double>([3, 4]);
        Graph graph = Autodiff.Trace(x, x => (x.MatMul(w).Tanh() * x.Sum()).Mean());
        Assert.Equal(
            "%0 = argument : [2, 3]\n%1 = constant : [3, 4]\n%2 = matmul %0, %1 : [2, 4]\n%3 = tanh %2 : [2, 4]\n%4 = sum %0 : []\n"
            + "%5 = multiply %3, %4 : [2, 4]\n%6 = mean %5 : []\nreturn %6\n",
            graph.ToString());
        string dot = graph.ToDot();
        Assert.StartsWith("digraph {\n  n0 [label=\"argument\\n[2, 3]\", shape=ellipse];\n", dot, StringComparison.Ordinal);
        Assert.Contains("  n2 [label=\"matmul\\n[2, 4]\", shape=box];\n  n0 -> n2;\n  n1 -> n2;\n", dot, StringComparison.Ordinal);
        Assert.EndsWith("  n6 [label=\"mean\\n[]\", shape=box, style=bold];\n  n5 -> n6;\n}\n", dot, StringComparison.Ordinal);
        Assert.Equal((7, 6), (graph.Nodes.Count, graph.Result));
        Assert.Equal((true, false), (graph.Nodes[2].IsDifferentiated, graph.Nodes[1].IsDifferentiated));
        Assert.Equal("%0 = argument : [2, 3]\n%1 = constant : [3, 4]\nreturn %1\n", Autodiff.Trace(x, _ => w).ToString());

        // Inside: the operations of the gradient, too.
        Assert.Contains("tanh derivative", Autodiff.Trace(x, x => Autodiff.Grad(x, y => y.Tanh().Sum())).ToString(), StringComparison.Ordinal);
        Assert.Contains("checkpoint %0", Autodiff.Trace(x, x => Autodiff.Checkpoint(x, y => y.Tanh())).ToString(), StringComparison.Ordinal);
        Assert.Contains("root %0", Autodiff.Trace(x, x => Autodiff.Custom(x, x => x.Sqrt(), (x, y, dy) => dy / y * 0.5, "root")).ToString(), StringComparison.Ordinal);
    }

    private sealed class RecordedSquare : Rule
    {
        public override void Backward(Tape tape, in Entry entry)
        {
            using Tensor<double> dy = tape.Gradient<double>(entry.Result), dx = dy * new Tensor<double>(entry.X) * 2;
            using Contribution<double> contribution = tape.Begin<double>(entry.X);
            dx.CopyInto(contribution.Target);
        }
    }

    private sealed class RawSquare : Rule
    {
        public override void Backward(Tape tape, in Entry entry)
        {
            using Tensor<double> dy = tape.Gradient<double>(entry.Result);
            using Contribution<double> contribution = tape.Begin<double>(entry.X);
            Elementwise.Run<Multiply, double>(entry.X, dy.Node, contribution.Target.Node);
            Elementwise.Run<Add, double>(contribution.Target.Node, contribution.Target.Node, contribution.Target.Node);
        }
    }
}
