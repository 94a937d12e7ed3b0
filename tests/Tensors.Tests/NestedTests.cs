namespace Onsager.Tensors.Tests;

/// <summary>Derivatives of derivatives: that levels are kept apart, that all forms agree, and that nothing is left behind.</summary>
public sealed class NestedTests
{
    [Fact]
    public void Perturbations_are_not_confused()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Scalar(3.0);

        // d/dx (x d/dy (x + y)) = 1, also where y is x, and with three levels.
        Assert.Equal(1, Autodiff.Grad(x, x => x * Autodiff.Grad(Tensor.Scalar(1.0), y => x + y)).Item());
        Assert.Equal(1, Autodiff.Grad(x, x => x * Autodiff.Grad(x, y => x + y)).Item());
        Assert.Equal(6, Autodiff.Grad(x, x => x * Autodiff.Grad(x, y => x * y)).Item());
        Assert.Equal(1, Autodiff.Grad(x, x => x * Autodiff.Grad(x, y => y * Autodiff.Grad(y, z => x + y + z))).Item());
        Assert.Equal(2 * 2 * 3.0, Autodiff.Grad(x, x => Autodiff.Grad(x, y => y * y * x)).Item());
        Assert.Equal(1, Autodiff.Jvp(x, Tensor.Scalar(1.0), x => x * Autodiff.Jvp(x, Tensor.Scalar(1.0), y => x + y).Tangent).Tangent.Item());
    }

    [Fact]
    public void Powers_have_derivatives_of_any_order()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Scalar(2.0);
        Func<Tensor<double>, Tensor<double>> f = x => x * x * x * x * x;
        double[] expected = [80, 160, 240, 240, 120, 0];
        foreach (double value in expected)
        {
            f = Derivative(f);
            Assert.Equal(value, f(x).Item());
        }
    }

    [Fact]
    public void Sines_come_back_after_four_derivatives()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Scalar(0.7);
        Func<Tensor<double>, Tensor<double>> f = x => x.Sin();
        double[] expected = [Math.Cos(0.7), -Math.Sin(0.7), -Math.Cos(0.7), Math.Sin(0.7)];
        foreach (double value in expected)
        {
            f = Derivative(f);
            Assert.Equal(value, f(x).Item(), 1e-15);
        }
    }

    [Fact]
    public void Third_derivatives_are_what_differences_of_second_ones_say()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = new RandomStream(5).Uniform<double>([3, 2]) + 0.5;
        (string Name, Func<Tensor<double>, Tensor<double>> F)[] functions =
        [
            ("tanh", x => x.Tanh().Sum()), ("exp", x => x.Exp().Sum()), ("log", x => x.Log().Sum()), ("gelu", x => x.Gelu().Sum()), ("sigmoid", x => x.Sigmoid().Sum()),
            ("pow", x => x.Pow(x).Sum()), ("quotient", x => (x / (x.Square() + 1)).Sum()), ("softmax", x => (x.Softmax(0) * x).Sum()), ("logsumexp", x => x.LogSumExp()),
            ("norm", x => x.Norm()), ("variance", x => x.Variance().Square()), ("standard deviation", x => x.StandardDeviation(0).Sum()), ("product", x => x.Transpose().MatMul(x).Square().Sum()),
            ("cross-entropy", x => x.SoftmaxCrossEntropy(Tensor.From<int>([0, 1, 0], [3]))), ("cumulative sum", x => x.CumulativeSum(0).Tanh().Sum()),
            ("lgamma", x => x.LogGamma().Sum()), ("erf", x => x.Erf().Sum()), ("mish", x => x.Mish().Sum()), ("hypot", x => x.Hypot(x.Square()).Sum()),
            ("fused", x => x.FusedMultiplyAdd(x, x.Exp()).Square().Sum()),
        ];
        Tensor<double> v = new RandomStream(6).Normal<double>([3, 2]), w = new RandomStream(7).Normal<double>([3, 2]);
        foreach ((string name, Func<Tensor<double>, Tensor<double>> f) in functions)
        {
            Assert.NotEmpty(name);
            Differences.Check(x, x => (Autodiff.Grad(x, y => (Autodiff.Grad(y, f) * v).Sum()) * w).Sum(), 1e-5, isExact: false);
            Differences.Check(x, x => (Autodiff.Hvp(x, v, f) * w).Sum(), 1e-5, isExact: false);
        }
    }

    [Fact]
    public void Jvp_and_Vjp_are_adjoint_and_agree_with_the_Jacobian()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(8);
        Tensor<double> x = stream.Normal<double>([3, 4]), dx = stream.Normal<double>([3, 4]), dy = stream.Normal<double>([3, 2]), weights = stream.Normal<double>([4, 2]);
        (Tensor<double> value, Tensor<double> tangent) = Autodiff.Jvp(x, dx, F);
        Tensor<double> gradient = Autodiff.Vjp(x, dy, F), jacobian = Autodiff.Jacobian(x, F);
        Assert.Equal(F(x).ToArray(), value.ToArray());
        Assert.Equal(F(x).Shape, tangent.Shape);
        Assert.Equal((tangent * dy).Sum().Item(), (gradient * dx).Sum().Item(), 1e-12);
        Assert.Equal([3, 2, 3, 4], jacobian.Shape.AsSpan().ToArray());
        AssertClose(tangent, jacobian.Reshape(6, 12).MatMul(dx.Reshape(12)).Reshape(3, 2), 1e-12);
        AssertClose(gradient, dy.Reshape(6).MatMul(jacobian.Reshape(6, 12)).Reshape(3, 4), 1e-12);

        Tensor<double> F(Tensor<double> p) => p.Tanh().MatMul(weights).Exp() + p.Slice(1, 1, 3).Softmax(0);
    }

    [Fact]
    public void A_Hessian_is_symmetric_and_agrees_with_Hessian_vector_products()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(9);
        Tensor<double> x = stream.Normal<double>([2, 3]), v = stream.Normal<double>([2, 3]), weights = stream.Normal<double>([3, 3]);
        Tensor<double> hessian = Autodiff.Hessian(x, F), matrix = hessian.Reshape(6, 6);
        Assert.Equal([2, 3, 2, 3], hessian.Shape.AsSpan().ToArray());
        AssertClose(matrix, matrix.Transpose().Contiguous(), 1e-12);
        AssertClose(Autodiff.Hvp(x, v, F), matrix.MatMul(v.Reshape(6)).Reshape(2, 3), 1e-12);
        AssertClose(hessian, Autodiff.Jacobian(x, x => Autodiff.Grad(x, F)), 1e-12);
        AssertClose(Autodiff.Hvp(x, v, F), Autodiff.Jvp(x, v, x => Autodiff.Grad(x, F)).Tangent, 1e-12);
        AssertClose(Autodiff.Hvp(x, v, F), Autodiff.Grad(x, x => Autodiff.Jvp(x, v, F).Tangent), 1e-12);

        // The Hessian's own Jacobian is symmetric in all three places.
        Tensor<double> third = Autodiff.Jacobian(x, x => Autodiff.Hessian(x, F)).Reshape(6, 6, 6);
        AssertClose(third, third.Permute(2, 0, 1).Contiguous(), 1e-11);

        Tensor<double> F(Tensor<double> p) => (p.MatMul(weights).Tanh().MatMul(p.Transpose()).Softmax(1) * p.MatMul(p.Transpose())).Sum();
    }

    [Fact]
    public void Networks_have_exact_Hessian_vector_products_also_through_views_of_flat_parameters()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(10);
        Tensor<double> flat = stream.Normal<double>([23]) * 0.5, v = stream.Normal<double>([23]), x = stream.Normal<double>([5, 2]), hidden = flat.Slice(0, 0, 10).Reshape(2, 5);
        Func<Tensor<double>, Tensor<double>> passed = p =>
            (x.Linear(p.Slice(0, 0, 10).Reshape(2, 5), p.Slice(0, 10, 15)).Tanh().Linear(p.Slice(0, 15, 20).Reshape(5, 1), p.Slice(0, 20, 21)) - 1).Square().Mean();
        Func<Tensor<double>, Tensor<double>> held = p =>
            (x.Linear(hidden, p.Slice(0, 10, 15)).Tanh().Linear(p.Slice(0, 15, 20).Reshape(5, 1), p.Slice(0, 20, 21)) - 1).Square().Mean();
        Differences.Check(flat, p => (Autodiff.Grad(p, passed) * v).Sum());
        Assert.Equal(Autodiff.Hvp(flat, v, passed).ToArray(), Autodiff.Hvp(flat, v, held).ToArray());
        AssertClose(Autodiff.Hessian(flat, held).MatMul(v), Autodiff.Hvp(flat, v, passed), 1e-12);
    }

    [Fact]
    public void Gradients_by_several_tensors_of_different_shapes()
    {
        using Scope scope = Scope.Begin();
        RandomStream stream = new(11);
        Tensor<double> x = stream.Normal<double>([5, 2]), w = stream.Normal<double>([2, 3]), b = stream.Normal<double>([3]);
        (double value, Tensor<double>[] gradients, Tensor<double>[] beside) = Autodiff.ValueAndGrad([w, b], p =>
        {
            Tensor<double> y = x.Linear(p[0], p[1]).Tanh();
            return (y.Square().Mean(), (Tensor<double>[])[y]);
        });
        Tensor<double> expected = x.Linear(w, b).Tanh();
        Assert.Equal(expected.Square().Mean().Item(), value);
        Assert.Equal(expected.ToArray(), beside[0].ToArray());
        Assert.Equal(Autodiff.Grad(w, w => x.Linear(w, b).Tanh().Square().Mean()).ToArray(), gradients[0].ToArray());
        Assert.Equal(Autodiff.Grad(b, b => x.Linear(w, b).Tanh().Square().Mean()).ToArray(), gradients[1].ToArray());
        (Tensor<double> dw, Tensor<double> db) = Autodiff.Grad(w, b, (w, b) => x.Linear(w, b).Tanh().Square().Mean());
        Assert.Equal(gradients[0].ToArray(), dw.ToArray());
        Assert.Equal(gradients[1].ToArray(), db.ToArray());

        // Both arguments are the same tensor: each has its own gradient.
        (Tensor<double> first, Tensor<double> second) = Autodiff.Grad(b, b, (x, y) => (x * y.Square()).Sum());
        Assert.Equal(b.Square().ToArray(), first.ToArray());
        AssertClose(b.Square() * 2, second, 1e-15);

        // A gradient by several tensors inside another one.
        Differences.Check(w, w => Autodiff.Grad(w, b, (w, b) => x.Linear(w, b).Tanh().Square().Mean()).Y.Square().Sum());
        (double loss, Tensor<double> slope, Tensor<double> twice) = Autodiff.ValueAndGrad(b, b => (b.Square().Sum(), b * 2));
        Assert.Equal(b.Square().Sum().Item(), loss);
        Assert.Equal((b * 2).ToArray(), slope.ToArray());
        Assert.Equal((b * 2).ToArray(), twice.ToArray());
    }

    [Fact]
    public void Exceptions_at_any_level_leave_nothing_behind()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2], [2]);
        for (int depth = 1; depth <= 3; depth++)
        {
            Throws.Exactly<TimeZoneNotFoundException>("mine", () => Nest(x, depth));
            Assert.Equal([2.0, 4], Autodiff.Grad(x, y => (y * y).Sum()).ToArray());
            x.CopyFrom([1, 2]);
        }

        // An exception that is caught inside leaves the levels around it at work.
        Tensor<double> gradient = Autodiff.Grad(x, y =>
        {
            Assert.Throws<TimeZoneNotFoundException>(() => Nest(y, 2));
            return (y * Autodiff.Grad(y, z => (z * z).Sum())).Sum();
        });
        Assert.Equal([4.0, 8], gradient.ToArray());

        static Tensor<double> Nest(Tensor<double> x, int depth) =>
            Autodiff.Grad(x, y => depth == 1 ? throw new TimeZoneNotFoundException("mine") : (y.Exp() * Nest(y, depth - 1)).Sum());
    }

    [Fact]
    public void A_gradient_that_depends_on_nothing_around_is_a_constant_there()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.From<double>([1, 2], [2]), other = Tensor.From<double>([3, 4], [2]), into = Tensor.Zeros<double>([2]);
        Assert.Equal([6.0, 8], Autodiff.Grad(x, x => (x * Autodiff.Grad(other, y => (y * y).Sum())).Sum()).ToArray());
        Autodiff.Grad(x, x =>
        {
            Autodiff.ValueAndGradInto(other, into, 0, static (y, _) => (y * y).Sum());
            return x.Sum();
        });
        Assert.Equal([6.0, 8], into.ToArray());
        Throws.Exactly<NotSupportedException>(
            "copy: this operation has no derivative yet, and its input is being differentiated.",
            () => Autodiff.Grad(x, x => Tensor.Scalar(Autodiff.ValueAndGradInto(x, into, 0, static (y, _) => (y * y).Sum())) + x.Sum()));
    }

    [Fact]
    public void Directions_and_shapes_are_checked()
    {
        using Scope scope = Scope.Begin();
        Tensor<double> x = Tensor.Ones<double>([2]), wrong = Tensor.Ones<double>([3]), deep = Tensor.Ones<double>([1, 1, 1, 1, 1]);
        Throws.Exactly<ArgumentException>("jvp: the direction has shape [3] on cpu, the point [2] on cpu.", () => Autodiff.Jvp(x, wrong, y => y));
        Throws.Exactly<ArgumentException>("hvp: the direction has shape [3] on cpu, the point [2] on cpu.", () => Autodiff.Hvp(x, wrong, y => y.Sum()));
        Throws.Exactly<ArgumentException>(
            "jacobian: the function takes [1, 1, 1, 1, 1] to [1, 1, 1, 1, 1]; a tensor has at most 8 axes, so it cannot hold all derivatives: flatten first.",
            () => Autodiff.Jacobian(deep, y => y.Exp()));
        Assert.Equal([0.0, 0, 0, 0], Autodiff.Jacobian(x, _ => Tensor.Ones<double>([2])).ToArray());
        Assert.Equal([0.0, 0, 0], Autodiff.Jvp(x, x, _ => wrong).Tangent.ToArray());
        Assert.Equal([1.0, 0, 0, 1], Autodiff.Jacobian(x, y => y).ToArray());
        Assert.Equal([1.0, 1], Autodiff.Jvp(x, x, y => y).Tangent.ToArray());
    }

    private static Func<Tensor<double>, Tensor<double>> Derivative(Func<Tensor<double>, Tensor<double>> f) => x => Autodiff.Grad(x, f);

    private static void AssertClose(Tensor<double> expected, Tensor<double> actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = Math.Max(1, expected.NormInfinity().Item());
        Assert.All(expected.ToArray().Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }
}
