namespace Onsager.Tensors;

/// <content>Work of other libraries on the device's threads.</content>
public sealed partial class CpuDevice
{
    /// <summary>
    /// Runs part(0) .. part(count - 1), each once, on <see cref="Threads"/> threads. Results do not depend on their number if each part writes what no other part touches, and
    /// the work is cut by its size alone. Called from inside a part, it runs its parts there, one after the other.
    /// </summary>
    /// <param name="count">How many parts; none if 0.</param>
    /// <param name="part">The work; what the first part in order throws, the caller gets.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public void InParts(int count, Action<int> part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(part);
        workers.Run(new ActionParts(part), count);
    }

    private readonly struct ActionParts(Action<int> part) : IParts
    {
        public void Run(int index) => part(index);
    }
}
