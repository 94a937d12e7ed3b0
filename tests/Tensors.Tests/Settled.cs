namespace Onsager.Tensors.Tests;

/// <summary>
/// What tests before this class made and never disposed is collected before its first one, so that blocks in use do not become fewer while it
/// counts them.
/// </summary>
public sealed class Settled
{
    public Settled()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
