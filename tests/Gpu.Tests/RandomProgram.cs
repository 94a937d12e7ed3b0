using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>
/// A small program: words that push tensors and work on the stack, as in a language of stacks, so that any list of words is a program and a
/// shorter list is a smaller one. All tensors are matrices of one shape. What is left on the stack is added up; its mean square is the loss, and
/// an optimizer's rule takes steps on the parameters "w". The text that it prints is read again by <see cref="Parse"/>.
/// </summary>
internal sealed record RandomProgram(bool IsDouble, int Rows, int Columns, string Rule, int Seed, string[] Words)
{
    public static readonly string[] Rules = ["sgd", "clipped", "momentum", "adam", "lion"];

    private static readonly string[] s_leaves = ["w", "x", "half"];

    private static readonly string[] s_words =
    [
        "tanh", "sigmoid", "sin", "square", "softplus", "gelu", "abs", "erf", "add", "sub", "mul", "div", "maximum", "fma", "where", "softmax0", "softmax1", "logsoftmax1",
        "cumsum0", "cumsum1", "centre0", "centre1", "scale1", "lse0", "max1", "norm0", "variance1", "flip", "roll", "turned", "halves", "take", "product",
    ];

    public static Gen<RandomProgram> Generate(int extent, int length) =>
        from isDouble in Gen.Elements(false, true)
        from rows in Gen.Choose(1, extent)
        from columns in Gen.Choose(1, extent)
        from rule in Gen.Elements(Rules)
        from seed in Gen.Choose(0, 1_000_000)
        from count in Gen.Choose(1, length)
        from words in Gen.Frequency((1, Gen.Elements(s_leaves)), (2, Gen.Elements(s_words))).ArrayOf(count)
        select new RandomProgram(isDouble, rows, columns, rule, seed, words);

    /// <summary>The program of a text.</summary>
    public static RandomProgram Parse(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] numbers = [.. new[] { 1, 2, 4 }.Select(i => int.Parse(parts[i], CultureInfo.InvariantCulture))];
        return new(parts[0] == "float64", numbers[0], numbers[1], parts[3], numbers[2], parts[5..]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsDouble ? "float64" : "float32")} {Rows} {Columns} {Rule} {Seed} {string.Join(' ', Words)}");

    /// <summary>Shapes first, then fewer words.</summary>
    public IEnumerable<RandomProgram> Smaller()
    {
        foreach (int rows in new[] { 1, Rows / 2, Rows - 1 }.Where(rows => rows > 0 && rows < Rows))
        {
            yield return this with { Rows = rows };
        }

        foreach (int columns in new[] { 1, Columns / 2, Columns - 1 }.Where(columns => columns > 0 && columns < Columns))
        {
            yield return this with { Columns = columns };
        }

        for (int i = 0; i < Words.Length && Words.Length > 1; i++)
        {
            yield return this with { Words = [.. Words[..i], .. Words[(i + 1)..]] };
        }

        if (Rule != "sgd")
        {
            yield return this with { Rule = "sgd" };
        }
    }

    /// <summary>Losses, parameters and what the rule remembers after three steps on a device, each on fresh numbers.</summary>
    public double[] Run(Device device, bool isPlan) => IsDouble ? Run<double>(device, isPlan) : Run<float>(device, isPlan);

    private double[] Run<T>(Device device, bool isPlan)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Shape shape = [Rows, Columns];
        var stream = new RandomStream((ulong)Seed);
        Tensor<T> weights = stream.Normal<T>(shape, device), gradient = Tensor.Zeros<T>(shape, device), first = Tensor.Zeros<T>(shape, device), second = Tensor.Zeros<T>(shape, device);
        Tensor<int> places = stream.Integers([Rows], Rows, device);
        using Plan<int, T, T>? plan = isPlan ? Plan.Capture(0, (int _, Tensor<T> x) => Step(weights, gradient, first, second, x, places)) : null;
        var results = new List<double>();
        for (int step = 0; step < 3; step++)
        {
            using Tensor<T> x = stream.Normal<T>(shape, device);
            results.Add(Convert.ToDouble(plan is null ? Step(weights, gradient, first, second, x, places) : plan.Run(x), CultureInfo.InvariantCulture));
        }

        foreach (Tensor<T> state in (Tensor<T>[])[gradient, weights, first, second])
        {
            results.AddRange(state.ToArray().Select(number => Convert.ToDouble(number, CultureInfo.InvariantCulture)));
        }

        return [.. results];
    }

    private T Step<T>(Tensor<T> weights, Tensor<T> gradient, Tensor<T> first, Tensor<T> second, Tensor<T> x, Tensor<int> places)
        where T : unmanaged
    {
        T loss = Autodiff.ValueAndGradInto(weights, gradient, (Program: this, x, places), static (w, at) => at.Program.Value(w, at.x, at.places).Square().Mean());
        switch (Rule)
        {
            case "clipped":
                using (Tensor<T> norm = gradient.Norm(), bound = norm.Reciprocal(), one = Tensor.Full([], Numbers.Of<T>(1), gradient.Device), factor = bound.Minimum(one))
                {
                    gradient.MultiplyInto(factor, gradient);
                    weights.Update(new SgdUpdate(0.1), gradient);
                }

                break;
            case "momentum": weights.Update(new MomentumUpdate(0.1, 0.9, 0, 0), gradient, first); break;
            case "adam": weights.Update(new AdamUpdate(0.01, 0.9, 0.999, 1.5, 1e-8), gradient, first, second); break;
            case "lion": weights.Update(new LionUpdate(0.01, 0.9, 0.99, 0.99), gradient, first); break;
            default: weights.Update(new SgdUpdate(0.1), gradient); break;
        }

        return loss;
    }

    private Tensor<T> Value<T>(Tensor<T> w, Tensor<T> x, Tensor<int> places)
        where T : unmanaged
    {
        var stack = new Stack<Tensor<T>>();
        T half = Numbers.Of<T>(0.5);
        foreach (string word in Words)
        {
            stack.Push(word switch
            {
                "w" => w,
                "x" => x,
                "half" => Pop(stack, w) * half,
                "add" => Pop(stack, w) + Pop(stack, x),
                "sub" => Pop(stack, w) - Pop(stack, x),
                "mul" => Pop(stack, w) * Pop(stack, x),
                "div" => Pop(stack, w) / (Pop(stack, x).Square() + half),
                "maximum" => Pop(stack, w).Maximum(Pop(stack, x)),
                "fma" => Pop(stack, w).FusedMultiplyAdd(Pop(stack, x), Pop(stack, w)),
                "where" => Chosen(Pop(stack, w), Pop(stack, x), Pop(stack, w)),
                "product" => Product(Pop(stack, w), Pop(stack, x)),
                "take" => Pop(stack, w).Take(0, places),
                _ => Unary(word, Pop(stack, w), half),
            });
        }

        Tensor<T> sum = stack.Pop();
        while (stack.TryPop(out Tensor<T> next))
        {
            sum += next;
        }

        // Whatever the words were, the loss depends on the parameters.
        return sum + w;
    }

    private static Tensor<T> Pop<T>(Stack<Tensor<T>> stack, Tensor<T> otherwise)
        where T : unmanaged => stack.TryPop(out Tensor<T> top) ? top : otherwise;

    private static Tensor<T> Chosen<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c)
        where T : unmanaged => Tensor.Where(a.LessThan(b), b, c);

    private static Tensor<T> Product<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged => a.MatMul(b.Transpose()).MatMul(a.Tanh());

    private static Tensor<T> Unary<T>(string word, Tensor<T> x, T half)
        where T : unmanaged => word switch
        {
            "tanh" => x.Tanh(),
            "sigmoid" => x.Sigmoid(),
            "sin" => x.Sin(),
            "square" => x.Square(),
            "softplus" => x.Softplus(),
            "gelu" => x.Gelu(),
            "abs" => x.Abs(),
            "erf" => x.Erf(),
            "softmax0" => x.Softmax(0),
            "softmax1" => x.Softmax(1),
            "logsoftmax1" => x.LogSoftmax(1),
            "cumsum0" => x.CumulativeSum(0),
            "cumsum1" => x.CumulativeSum(1),
            "centre0" => x - x.Mean(0, keepDimension: true),
            "centre1" => x - x.Mean(1, keepDimension: true),
            "scale1" => x / (x.StandardDeviation(1, keepDimension: true) + half),
            "lse0" => x - x.LogSumExp(0, keepDimension: true),
            "max1" => x - x.Max(1, keepDimension: true),
            "norm0" => x * x.Norm(0, keepDimension: true),
            "variance1" => x * x.Variance(1, keepDimension: true),
            "flip" => x.Flip(1),
            "roll" => x.Roll(1, 0),
            "turned" => x.Transpose().Sigmoid().Transpose(),
            "halves" => Tensor.Concatenate(1, x[.., ..1].Tanh(), x[.., 1..]),
            _ => throw new FormatException($"program: {word} is no word."),
        };
}
