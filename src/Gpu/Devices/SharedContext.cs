using ILGPU;

namespace Onsager.Gpu.Devices;

/// <summary>A context that its devices share and the last of them gives back. Whoever makes it holds it until the first <see cref="Release"/>.</summary>
internal sealed class SharedContext(Context context)
{
    private int users = 1;

    /// <summary>ILGPU's context.</summary>
    public Context Context => context;

    /// <summary>One more user.</summary>
    public void Share() => Interlocked.Increment(ref users);

    /// <summary>One less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            context.Dispose();
        }
    }
}
