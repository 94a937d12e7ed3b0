using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace Onsager.Tensors;

/// <summary>The names of recorded operations, as messages have them: an operator's own, or the rule's in words.</summary>
internal static class OperationNames
{
    private static readonly ConcurrentDictionary<Type, string> Known = new();

    /// <summary>What a kind of reduction is called that shares its rule with others.</summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["DeviationRule`1"] = "variance or std",
        ["EuclideanVjp"] = "norm",
        ["ManhattanVjp"] = "norm1",
        ["MagnitudeShare"] = "norm infinity",
        ["Share"] = "max or min",
        ["LogSumExpRule`1"] = "logsumexp",
        ["MatMulRule`1"] = "matmul",
        ["SoftmaxCrossEntropyRule`1"] = "softmax cross-entropy",
    };

    /// <summary>The name of the operation that a rule belongs to.</summary>
    public static string Of(Rule rule) => Known.GetOrAdd(rule.GetType(), static type => Name(type));

    [UnconditionalSuppressMessage("Trimming", "IL2065", Justification = "An operator whose name was trimmed away is called by its rule's type.")]
    private static string Name(Type type)
    {
        if (Kinds.TryGetValue(type.Name, out string? kind))
        {
            return kind;
        }

        Type[] arguments = type.GetGenericArguments();
        foreach (Type argument in arguments)
        {
            if (Kinds.TryGetValue(argument.Name, out kind))
            {
                return kind;
            }
        }

        foreach (Type argument in arguments)
        {
            if (argument.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is string name)
            {
                return name;
            }
        }

        int end = type.Name.IndexOf("Rule", StringComparison.Ordinal);
        return InWords(end > 0 ? type.Name.AsSpan(0, end) : type.Name);
    }

    private static string InWords(ReadOnlySpan<char> name)
    {
        StringBuilder words = new();
        foreach (char letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
