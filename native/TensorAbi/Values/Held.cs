namespace Onsager.Abi;

/// <summary>
/// What handles stand for. Every handle uses it, and so does every call that works with it: it goes with the last of them, so a handle may be
/// freed while another thread computes with it.
/// </summary>
internal abstract class Held
{
    private int users = 1;

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>One user more. Only for who knows that there is one.</summary>
    public void Enter() => Interlocked.Increment(ref users);

    /// <summary>One user less.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            Release();
        }
    }

    protected abstract void Release();
}
