using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>A device that a driver names and that cannot be used.</summary>
/// <param name="Kind">Through what it would be driven.</param>
/// <param name="Name">Its name.</param>
/// <param name="Message">What went wrong.</param>
public sealed record DeviceProblem(DeviceKind Kind, string Name, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} cannot be used: {Message}";
}
