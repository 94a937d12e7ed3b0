using System.IO.Compression;
using System.Text;

namespace Onsager.Tensors;

/// <summary>
/// Gathers tensors for an npz file, which NumPy's load reads: stored as savez does it, or deflated. The same tensors in the same order give the
/// same bytes, wherever they are stored. Elements that are not deflated begin at multiples of 64 bytes of a stream that can seek, so that <see cref="Npz"/> maps them.
/// <code>
/// new NpzWriter().Add("x", x).Add("y", y).Write(path);
/// </code>
/// </summary>
/// <param name="isCompressed">Whether elements are deflated, which takes long and gains little where they are random.</param>
public sealed class NpzWriter(bool isCompressed = false)
{
    /// <summary>The first day that zip archives know; the time of writing would make different bytes each time.</summary>
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<Action<ZipArchive, Stream>> parts = [];
    private readonly CompressionLevel level = isCompressed ? CompressionLevel.Optimal : CompressionLevel.NoCompression;

    /// <summary>Adds a tensor, of any layout and on any device; its elements are read when the file is written.</summary>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    /// <exception cref="NotSupportedException">NumPy has no such element type.</exception>
    public NpzWriter Add<T>(string name, Tensor<T> tensor)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _ = NpyHeader.Make(DataTypes.Of<T>("npz"), []);
        if (!names.Add(name))
        {
            throw new ArgumentException($"npz: the name '{name}' is taken.", nameof(name));
        }

        parts.Add((archive, file) =>
        {
            ZipArchiveEntry entry = archive.CreateEntry(name + ".npy", level);
            entry.LastWriteTime = Time;

            // The archive's writer puts its own header before the first byte: as many bytes and the name (PKWARE, APPNOTE 4.3.7).
            long start = isCompressed || !file.CanSeek ? 0 : file.Position + 30 + Encoding.UTF8.GetByteCount(entry.FullName);
            using Stream stream = entry.Open();
            Npy.WriteTo(stream, tensor, start);
        });
        return this;
    }

    /// <summary>Writes the file, whole or not at all: see <see cref="SafetensorsWriter.Write"/>.</summary>
    /// <exception cref="ObjectDisposedException">A tensor was disposed.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, this, static (stream, writer) => writer.WriteTo(stream));

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <exception cref="ObjectDisposedException">A tensor was disposed.</exception>
    /// <exception cref="NotSupportedException">A plan is being recorded.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (Action<ZipArchive, Stream> part in parts)
        {
            part(archive, stream);
        }
    }
}
