using System.Reflection;
using Onsager.Simd;

namespace Onsager.Micro.Accuracy;

/// <summary>The unary operators of Onsager.Simd, found by reflection, so that a new one is measured without a word here.</summary>
internal static class UnaryOperators
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(IUnaryOp).Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IUnaryOp)))
            .OrderBy(NameOf, StringComparer.Ordinal),
    ];

    /// <summary>The operator's own name.</summary>
    public static string NameOf(Type operatorType) => (string)operatorType.GetProperty(nameof(IOperator.Name), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>Those named, or all; false with the name that nobody has.</summary>
    public static bool TrySelect(string? names, out IReadOnlyList<Type> selected, out string? unknown)
    {
        selected = All;
        unknown = null;
        if (names is null)
        {
            return true;
        }

        string[] wanted = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        unknown = wanted.FirstOrDefault(name => All.All(type => NameOf(type) != name));
        selected = [.. All.Where(type => wanted.Contains(NameOf(type)))];
        return unknown is null;
    }

    /// <summary>The sweep over one operator.</summary>
    public static AccuracyRow Apply(Type operatorType, ErrorSweep sweep, Action<double> progress)
    {
        MethodInfo method = typeof(ErrorSweep).GetMethod(nameof(ErrorSweep.Run))!.MakeGenericMethod(operatorType);
        return method.CreateDelegate<Func<Action<double>, AccuracyRow>>(sweep)(progress);
    }
}

/// <summary>Measures one operator's errors.</summary>
internal abstract class ErrorSweep
{
    /// <summary>Runs, and says from time to time which share is done.</summary>
    public abstract AccuracyRow Run<TOp>(Action<double> progress)
        where TOp : struct, IUnaryOp;
}
