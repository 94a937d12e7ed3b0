using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>
/// A file in memory, page by page as it is touched. Pages are copied when they are written to, so the file never changes. The mapping ends when
/// this is disposed and no tensor over it is left.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly SafeBuffer view;

    /// <summary>Maps a file that is not empty; the stream may be closed afterwards.</summary>
    public MappedFile(FileStream file)
    {
        Length = file.Length;
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite).SafeMemoryMappedViewHandle;
    }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>A tensor over the file from a byte on, which is a multiple of the element's size.</summary>
    public Tensor<T> Tensor<T>(long offset, Shape shape)
        where T : unmanaged
    {
        byte* memory = null;
        view.AcquirePointer(ref memory);
        Lease lease = new(view);
        try
        {
            return Borrowed.Tensor<T>(memory + offset, shape, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Copies bytes from the file.</summary>
    public void CopyTo(long offset, Span<byte> destination)
    {
        byte* memory = null;
        view.AcquirePointer(ref memory);
        try
        {
            new ReadOnlySpan<byte>(memory + offset, destination.Length).CopyTo(destination);
        }
        finally
        {
            view.ReleasePointer();
        }
    }

    /// <summary>The checksum of what came before and of some bytes of the file.</summary>
    public uint Checksum(uint crc, long offset, int count)
    {
        byte* memory = null;
        view.AcquirePointer(ref memory);
        try
        {
            return Crc32.Append(crc, new ReadOnlySpan<byte>(memory + offset, count));
        }
        finally
        {
            view.ReleasePointer();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => view.Dispose();

    /// <summary>One user of the mapping.</summary>
    private sealed class Lease(SafeBuffer view) : IDisposable
    {
        public void Dispose() => view.ReleasePointer();
    }
}
