namespace Onsager.Models;

/// <summary>The number of a run's next step, which schedules are asked with, for a checkpoint: <c>adam.Rate = schedule.Rate(steps.Next())</c>.</summary>
public sealed class StepCounter : ICheckpointed
{
    private long step;

    /// <summary>The number of the next step, counted from 0.</summary>
    public long Step => step;

    /// <summary>The number of the step that begins now.</summary>
    public long Next() => step++;

    /// <inheritdoc/>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Count("step", ref step, 0, long.MaxValue);
    }
}
