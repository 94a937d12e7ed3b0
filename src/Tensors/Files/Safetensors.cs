using System.Buffers.Binary;

namespace Onsager.Tensors;

/// <summary>
/// A safetensors file: named tensors and texts about them (https://github.com/huggingface/safetensors). What the header says is read and checked
/// as the file is opened; elements are mapped into memory and read as they are touched.
/// </summary>
/// <remarks>
/// <para>A tensor lies over the file itself, without a copy, where its bytes are aligned to its elements, as those that this class writes are; other
/// tensors, and all on a machine that puts the most significant byte first, are copied. Pages are copied when they are written to: writing to a
/// tensor never changes the file. The mapping lives until the file is disposed and its last tensor is; the file may be replaced meanwhile, but must
/// not be cut short.</para>
/// <para>A file that is not as the format demands raises <see cref="InvalidDataException"/>, and nothing else. What is kept of a header of at most
/// 100 MB grows with the bytes that are there, whatever they promise.</para>
/// </remarks>
public sealed class Safetensors : IDisposable
{
    private readonly string name;
    private readonly FileBytes bytes;
    private readonly SafetensorsEntry[] entries;
    private readonly Dictionary<string, SafetensorsEntry> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>Reads a header of so many bytes and what follows.</summary>
    private Safetensors(string name, ReadOnlySpan<byte> json, long fileBytes, Func<FileBytes> open)
    {
        this.name = name;
        entries = SafetensorsHeader.Parse(json, fileBytes, name, byName, metadata);
        bytes = open();
    }

    /// <summary>What the file says of its tensors, in the order in which they lie; no element is read.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => entries;

    /// <summary>The texts that come with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Opens a file and maps it into memory.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not as the format demands.</exception>
    public static Safetensors Open(string path)
    {
        using FileStream file = FileBytes.Open(path, SafetensorsHeader.LengthBytes, "a safetensors file");
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthBytes];
        if (file.ReadAtLeast(length, length.Length, throwOnEndOfStream: false) < length.Length)
        {
            throw FileBytes.Changed(path);
        }

        long fileBytes = file.Length;
        byte[] json = new byte[SafetensorsHeader.Length(BinaryPrimitives.ReadUInt64LittleEndian(length), fileBytes, path)];
        if (file.ReadAtLeast(json, json.Length, throwOnEndOfStream: false) < json.Length)
        {
            throw FileBytes.Changed(path);
        }

        return new Safetensors(path, json, fileBytes, () => new FileBytes(file, fileBytes, path));
    }

    /// <summary>Reads the bytes of a file; its tensors lie over one copy of them.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">The file is not as the format demands.</exception>
    public static Safetensors Parse(ReadOnlySpan<byte> file, string name = "safetensors data")
    {
        if (file.Length < SafetensorsHeader.LengthBytes)
        {
            throw new InvalidDataException($"{name}: a safetensors file of {SafetensorsHeader.LengthBytes} bytes or more is expected, {file.Length} bytes came");
        }

        int length = SafetensorsHeader.Length(BinaryPrimitives.ReadUInt64LittleEndian(file), file.Length, name);
        byte[] kept = file.ToArray();
        return new Safetensors(name, kept.AsSpan(SafetensorsHeader.LengthBytes, length), kept.Length, () => new FileBytes(kept, name));
    }

    /// <summary>What elements of T are called in a file.</summary>
    /// <exception cref="NotSupportedException">T is no element type of files.</exception>
    public static DataType DataTypeOf<T>()
        where T : unmanaged => DataTypes.Of<T>("safetensors");

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string tensor) => byName.ContainsKey(tensor);

    /// <summary>What the file says of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">It has none of this name.</exception>
    public SafetensorsEntry Entry(string tensor) =>
        byName.TryGetValue(tensor, out SafetensorsEntry? entry) ? entry : throw new KeyNotFoundException($"{name}: there is no tensor '{tensor}'.");

    /// <summary>
    /// A tensor over the file, for the caller or its scope to dispose. It outlives this object. A machine with another order of bytes, or bytes that
    /// are not aligned, make it a copy; a bool's bytes are read and checked at once.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The file has none of this name.</exception>
    /// <exception cref="InvalidOperationException">Its elements are not T.</exception>
    /// <exception cref="InvalidDataException">A bool is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="NotSupportedException">T is no element type of files, or a plan is being recorded.</exception>
    public Tensor<T> Get<T>(string tensor)
        where T : unmanaged
    {
        SafetensorsEntry entry = Entry(tensor);
        DataTypes.Check<T>(entry.DataType, $"{name}: tensor '{tensor}'");
        return bytes.Tensor<T>(entry.Offset, entry.Shape);
    }

    /// <inheritdoc/>
    public void Dispose() => bytes.Dispose();
}
