namespace Onsager.Tensors.Tests;

/// <summary>
/// Every public operation that makes a tensor of its elements' type has derivatives, by each of its inputs, that are what differences say, forward,
/// in reverse and of second order. Operators have tests of their own, at points where they are smooth.
/// </summary>
public sealed class EveryDerivativeTests
{
    private static readonly Type[] OfOperators = [typeof(UnaryRule<,>), typeof(BinaryRule<,>), typeof(TernaryRule<,>)];

    /// <summary>Its elements are whatever was there.</summary>
    private static readonly string[] Without = ["Tensor.EmptyLike"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string name in Operations.Names)
            {
                Operation<double> operation = Operations.Of<double>(name);
                foreach (string place in Places(operation).Where(place => !IsOperator(operation, place)))
                {
                    cases.Add(name, place);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Derivatives_are_what_differences_say(string name, string place)
    {
        using Scope scope = Scope.Begin();
        Operation<double> operation = Operations.Of<double>(name);
        Operands<double> operands = operation.Fitting();
        Tensor<double> point = Operation<double>.Tensor(operands, place);
        Differences.Check(point, F);
        Differences.CheckHigher(point, F);

        // A scalar in which every element has its own part, not linearly.
        Tensor<double> F(Tensor<double> x)
        {
            Operation<double>.Tensor(operands, place) = x;
            Tensor<double> y = operation.Result(operands);
            Tensor<double> weights = Tensor.From<double>([.. Enumerable.Range(0, (int)y.Size).Select(i => ((i * 7 % 11) - 5) / 4.0)], y.Shape);
            return ((y * 0.25).Tanh() * weights).Sum();
        }
    }

    private static IEnumerable<string> Places(Operation<double> operation) =>
        !operation.IsFunction || Without.Contains(operation.Name) ? [] : operation.Inputs.Concat(operation.IsStatic ? Array.Empty<string>() : ["X"]).Distinct();

    private static bool IsOperator(Operation<double> operation, string place)
    {
        using Scope scope = Scope.Begin();
        Operands<double> operands = operation.Fitting();
        IReadOnlyCollection<Type> rules = Autodiff.Trace(Operation<double>.Tensor(operands, place), x =>
        {
            Operation<double>.Tensor(operands, place) = x;
            return operation.Result(operands);
        }).Rules;
        return rules.Count > 0 && !rules.Except(OfOperators).Any();
    }
}
