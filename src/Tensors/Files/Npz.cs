using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>
/// An npz file, NumPy's zip archive of npy files, stored or deflated. Names come without their ending .npy; other files in the archive are not
/// listed. Elements are read and compared with their checksum when they are asked for. For one thread at a time.
/// </summary>
/// <remarks>
/// <para>The tensor of an array that is stored, not deflated, lies over the file itself, as that of <see cref="Npy"/> does, where its bytes are in this machine's order and begin at a
/// multiple of their size, which in files of <see cref="NpzWriter"/> they do and in NumPy's own only by chance; otherwise they are copied once, from the mapped file. The mapping lives until this object
/// and its last tensor are disposed; the file may be replaced meanwhile, but must not be cut short.</para>
/// <para>A file that is not as the format demands raises <see cref="InvalidDataException"/>, and nothing else. For elements that unpack to more than the
/// file's own length memory is taken only once they are known to be there.</para>
/// </remarks>
public sealed class Npz : IDisposable
{
    private const string Ending = ".npy";

    // Up to this many bytes are taken on the archive's word; for more than it has itself, an entry is first unpacked without keeping it.
    private const long TrustedBytes = 1 << 20;

    private readonly string name;
    private readonly Stream file;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
    private readonly long length;
    private FileBytes? bytes;

    private Npz(string name, Stream file, FileBytes? bytes)
    {
        this.name = name;
        this.file = file;
        this.bytes = bytes;
        length = file.Length;
        try
        {
            archive = Read(() => new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: false));
            foreach (ZipArchiveEntry entry in Read(() => archive.Entries))
            {
                if (entry.FullName.EndsWith(Ending, StringComparison.Ordinal) && !entries.TryAdd(entry.FullName[..^Ending.Length], entry))
                {
                    throw Bad($"'{entry.FullName}' stands there twice");
                }
            }
        }
        catch
        {
            archive?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>The names of the arrays, in the archive's order.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Opens a file; it stays open until this is disposed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no zip archive.</exception>
    public static Npz Open(string path) => new(path, FileBytes.Open(path, 22, "a zip archive"), null);

    /// <summary>Reads the bytes of a file; tensors of what is stored lie over one copy of them.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no zip archive.</exception>
    public static Npz Parse(ReadOnlySpan<byte> file, string name = "npz data")
    {
        byte[] bytes = file.ToArray();
        return new(name, new MemoryStream(bytes, writable: false), new FileBytes(bytes, name));
    }

    /// <summary>Whether the archive has an array of this name.</summary>
    public bool Contains(string array) => entries.ContainsKey(array);

    /// <summary>An array's element type and shape; only its header is read.</summary>
    /// <exception cref="KeyNotFoundException">The archive has none of this name.</exception>
    /// <exception cref="InvalidDataException">It is not as the format demands.</exception>
    public (DataType DataType, Shape Shape) Entry(string array)
    {
        ZipArchiveEntry entry = Find(array);
        return Read(() =>
        {
            using Stream stream = entry.Open();
            NpyHeader header = ReadHeader(stream, entry, out _);
            return (header.DataType, header.Shape);
        });
    }

    /// <summary>An array as a tensor, over the file where that is possible, for the caller or its scope to dispose. It outlives this object.</summary>
    /// <exception cref="KeyNotFoundException">The archive has none of this name.</exception>
    /// <exception cref="InvalidOperationException">Its elements are not T.</exception>
    /// <exception cref="InvalidDataException">It is not as the format demands, its checksum is wrong, or a bool is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="NotSupportedException">T is no element type of files, or a plan is being recorded.</exception>
    public Tensor<T> Get<T>(string array)
        where T : unmanaged
    {
        Recorder.Refuse("npz");
        _ = DataTypes.Of<T>($"{name}: array '{array}'");
        ZipArchiveEntry entry = Find(array);
        return Read(() =>
        {
            using Stream stream = entry.Open();
            NpyHeader header = ReadHeader(stream, entry, out uint crc);
            DataTypes.Check<T>(header.DataType, $"{name}: array '{array}'");
            if (Stored(entry, in header) is { } at)
            {
                return Npy.InOrder(bytes!.Tensor<T>(at + header.Bytes, Npy.StoredShape(in header), header.IsBigEndian), in header);
            }

            if (header.DataBytes > long.Max(TrustedBytes, length))
            {
                CheckRest(entry, header);
            }

            Tensor<T> stored = Tensor.Empty<T>(Npy.StoredShape(in header));
            try
            {
                ReadElements(stream, stored, header.IsBigEndian, entry, crc);
                FileBytes.CheckTruths(stored, $"{name}: array '{array}'");
                return Npy.InOrder(stored, in header);
            }
            catch
            {
                stored.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        archive.Dispose();
        bytes?.Dispose();
    }

    private ZipArchiveEntry Find(string array)
    {
        ObjectDisposedException.ThrowIf(!file.CanRead, this);
        return entries.TryGetValue(array, out ZipArchiveEntry? entry) ? entry : throw new KeyNotFoundException($"{name}: there is no array '{array}'.");
    }

    private NpyHeader ReadHeader(Stream stream, ZipArchiveEntry entry, out uint crc)
    {
        string what = $"{name}: {entry.FullName}";
        byte[] text = new byte[NpyHeader.PrefixBytes];
        int came = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        int length = NpyHeader.Length(text.AsSpan(0, came), what);
        Array.Resize(ref text, int.Max(came, length));
        came += stream.ReadAtLeast(text.AsSpan(came), text.Length - came, throwOnEndOfStream: false);
        if (came != length)
        {
            throw new InvalidDataException($"{what}: a header of {length} bytes is expected, {came} came");
        }

        NpyHeader header = NpyHeader.Parse(text, what);
        crc = Crc32.Append(0, text);
        return entry.Length == header.Bytes + header.DataBytes
            ? header
            : throw new InvalidDataException($"{what}: {header.DataType} {header.Shape} takes {header.Bytes + header.DataBytes} bytes, the archive says {entry.Length}");
    }

    /// <summary>
    /// Where an entry whose header was read just now begins in the file, if its bytes lie there as they are. The archive's reader does not tell; but what it stores it reads from the file itself, without a
    /// buffer between, so the entry began as far before the file's position as the header is long. That the bytes from there on have the entry's checksum proves it.
    /// </summary>
    private long? Stored(ZipArchiveEntry entry, in NpyHeader header)
    {
        long at = file.Position - header.Bytes;
        if (entry.CompressedLength != entry.Length || at < 0 || entry.Length > length - at)
        {
            return null;
        }

        bytes ??= new FileBytes((FileStream)file, length, name);
        return bytes.Checksum(at, entry.Length) == entry.Crc32 ? at : null;
    }

    /// <summary>Unpacks an entry without keeping it: are there as many bytes as its header says?</summary>
    private void CheckRest(ZipArchiveEntry entry, in NpyHeader header)
    {
        byte[] discarded = new byte[16384];
        long count = 0, expected = header.Bytes + header.DataBytes;
        using Stream stream = entry.Open();
        for (int read = 1; read > 0 && count <= expected; count += read)
        {
            read = stream.Read(discarded);
        }

        if (count != expected)
        {
            throw Bad($"{entry.FullName}: {expected} bytes are expected, {(count < expected ? $"only {count}" : "more")} came");
        }
    }

    private void ReadElements<T>(Stream stream, Tensor<T> stored, bool isBigEndian, ZipArchiveEntry entry, uint crc)
        where T : unmanaged
    {
        int most = (1 << 16) / Unsafe.SizeOf<T>();
        for (nint at = 0, size = stored.Size; at < size; at += most)
        {
            Span<byte> piece = MemoryMarshal.AsBytes(CpuDevice.Memory<T>(stored.Node.Storage!, at, nint.Min(most, size - at)));
            if (stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) < piece.Length)
            {
                throw Bad($"{entry.FullName}: the elements are cut short");
            }

            crc = Crc32.Append(crc, piece);
            if (isBigEndian == BitConverter.IsLittleEndian)
            {
                FileBytes.Reverse(piece, Unsafe.SizeOf<T>());
            }
        }

        if (stream.ReadByte() >= 0 || crc != entry.Crc32)
        {
            throw Bad($"{entry.FullName}: the checksum 0x{entry.Crc32:X8} is expected, 0x{crc:X8} came");
        }
    }

    /// <summary>What the archive's reader says of an archive that is none comes in several types.</summary>
    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException problem) when (!problem.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: damaged zip data ({problem.Message})", problem);
        }
        catch (Exception problem) when (problem is EndOfStreamException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new InvalidDataException($"{name}: damaged zip data ({problem.Message})", problem);
        }
    }

    private InvalidDataException Bad(string what) => new($"{name}: {what}");
}
