namespace Onsager.Gpu;

/// <summary>A device has failed, or was taken away: what lies on it is gone, and it can be used no more. Tensors on it can still be disposed.</summary>
public sealed class DeviceLostException : InvalidOperationException
{
    /// <summary>A failure without a word.</summary>
    public DeviceLostException()
    {
    }

    /// <summary>A failure with a message.</summary>
    public DeviceLostException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with a message and what the driver said.</summary>
    public DeviceLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
