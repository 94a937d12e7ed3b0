using Onsager.Tensors;

namespace Onsager.Models.Games;

/// <summary>
/// How a variational inequality is solved, as data: a method knows its formula and its constants, an <see cref="Iteration"/> holds what changes.
/// </summary>
/// <remarks>
/// A new method is a class with one formula: it reads <see cref="Iteration.Point"/>, calls <see cref="Iteration.Evaluate"/> and
/// <see cref="Iteration.Move"/>, and leaves the next point in place.
/// </remarks>
public abstract class Method
{
    /// <summary>What messages and plots call it.</summary>
    public abstract string Name { get; }

    /// <summary>How many tensors of the point's shape an iteration keeps for it.</summary>
    protected internal abstract int Memory { get; }

    /// <summary>Why the method cannot solve a problem; null if it can.</summary>
    protected internal virtual string? Refuses(VariationalProblem problem) => null;

    /// <summary>Sets up the memory at the start.</summary>
    protected internal virtual void Begin(Iteration run)
    {
    }

    /// <summary>Moves <see cref="Iteration.Point"/> by one step.</summary>
    protected internal abstract void Advance(Iteration run);

    /// <summary>What could help where the method diverged or did not converge.</summary>
    protected internal virtual string Advice(VariationalProblem problem) => "try a smaller step";

    /// <summary>What methods say that know no constraints.</summary>
    private protected static string? OnWholeSpaceOnly(VariationalProblem problem, string instead) =>
        problem.IsUnconstrained ? null : $"it knows no constraints, and the problem has a {problem.Term.Name}; {instead}";

    /// <summary>A step that is positive and finite.</summary>
    private protected static double Positive(double step, string name) => step is > 0 and < double.PositiveInfinity
        ? step
        : throw new ArgumentOutOfRangeException(nameof(step), step, $"{name}: the step must be positive and finite.");
}
