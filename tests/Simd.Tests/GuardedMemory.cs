using System.Runtime.InteropServices;

namespace Onsager.Simd.Tests;

/// <summary>
/// Memory between two pages that nobody may touch. Whoever reads or writes outside ends the process, and so the test run, at once:
/// the last test named in the log is the guilty one.
/// </summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int Page = 4096, None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly byte* first;
    private readonly int bytes;

    public GuardedMemory(int atLeast)
    {
        bytes = (atLeast + Page - 1) / Page * Page;
        first = (byte*)mmap(null, (nuint)(bytes + (2 * Page)), None, PrivateAnonymous, -1, 0) + Page;
        Assert.Equal(0, mprotect(first, (nuint)bytes, ReadWrite));
    }

    /// <summary>Why there is no guarded memory here; null where there is.</summary>
    public static string? Unavailable => OperatingSystem.IsLinux() ? null : "guard pages are made by Linux's mmap";

    /// <summary>Elements that begin this far behind the guard page in front.</summary>
    public Span<T> AtStart<T>(int count, int shift = 0)
        where T : unmanaged => new((T*)first + shift, count);

    /// <summary>Elements that end this far before the guard page behind.</summary>
    public Span<T> AtEnd<T>(int count, int shift = 0)
        where T : unmanaged => new((T*)(first + bytes) - shift - count, count);

    /// <summary>All of it.</summary>
    public Span<byte> All => new(first, bytes);

    public void Dispose() => Assert.Equal(0, munmap(first - Page, (nuint)(bytes + (2 * Page))));

    [DllImport("libc")]
    private static extern void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    private static extern int mprotect(void* address, nuint length, int protection);

    [DllImport("libc")]
    private static extern int munmap(void* address, nuint length);
}

/// <summary>A test on guarded memory, skipped with the reason where there is none.</summary>
internal sealed class GuardedFactAttribute : FactAttribute
{
    public GuardedFactAttribute() => Skip = GuardedMemory.Unavailable;
}

/// <summary>The same for every operator of the table.</summary>
internal sealed class GuardedTheoryAttribute : TheoryAttribute
{
    public GuardedTheoryAttribute() => Skip = GuardedMemory.Unavailable;
}
