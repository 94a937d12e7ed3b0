using System.Runtime.CompilerServices;

namespace Onsager.Micro;

/// <summary>
/// TensorPrimitives spills 512-bit registers, so that its speed depends on where the stack lies in its cache lines. A peer counts at its
/// best: the same work under every alignment that the runtime knows.
/// </summary>
internal static class StackPadding
{
    /// <summary>The work, under four paddings of the stack.</summary>
    public static Action[] Forms(Action work) => [.. new[] { 0, 16, 32, 48 }.Select(bytes => (Action)(() => Padded(bytes, work)))];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe void Padded(int bytes, Action work)
    {
        byte* padding = stackalloc byte[bytes + 1];
        padding[bytes] = 0;
        work();
    }
}
