using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>
/// Frees a thread's working memory when it ends. Callers' threads come and go, and a collection that would run finalizers is rare where nothing
/// is allocated. Of the functions that a thread calls at its end the C library calls the last registered first, so ours comes before the
/// runtime's own, which makes the thread a stranger.
/// </summary>
internal static unsafe partial class ThreadEnd
{
    [ThreadStatic]
    private static bool isRegistered;

#pragma warning disable CA2255 // the memory of the first routine, whichever it is, has to be known of
    [ModuleInitializer]
    internal static void Watch() => Scratch.Created = &Register;
#pragma warning restore CA2255

    private static void Register()
    {
        if (!isRegistered)
        {
            isRegistered = true;
            delegate* unmanaged<void*, void> release = &Release;
            _ = AtThreadEnd((void*)release, null, (void*)release);
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(void* nothing) => Scratch.Release();

    [LibraryImport("libc", EntryPoint = "__cxa_thread_atexit_impl")]
    private static partial int AtThreadEnd(void* function, void* argument, void* within);
}
