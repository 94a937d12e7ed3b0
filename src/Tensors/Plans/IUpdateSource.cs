using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Gives the constants of an optimizer's next step, and moves on: rates that a schedule has changed, corrections that depend on the number of
/// steps. A plan asks it each time that it runs.
/// </summary>
/// <typeparam name="TUpdate">The rule.</typeparam>
public interface IUpdateSource<TUpdate>
    where TUpdate : struct, IUpdate
{
    /// <summary>The rule with the constants of the next step.</summary>
    TUpdate Next();
}
