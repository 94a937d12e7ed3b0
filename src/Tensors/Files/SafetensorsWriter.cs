using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Onsager.Tensors;

/// <summary>
/// Gathers tensors and texts for a safetensors file. The same tensors give the same bytes: they are ordered by the size of their elements, largest
/// first, and then by name, as the format's own library does it, so that all are aligned; the first begins at a multiple of 64 bytes.
/// <code>
/// new SafetensorsWriter { Metadata = { ["format"] = "pt" } }.Add("weight", weight).Add("bias", bias).Write(path);
/// </code>
/// </summary>
public sealed class SafetensorsWriter
{
    private const int Alignment = 64;

    private readonly Dictionary<string, Part> parts = new(StringComparer.Ordinal);

    /// <summary>The texts that come with the tensors, written in the order of their keys.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a tensor, of any layout and on any device; its elements are read when the file is written.</summary>
    /// <exception cref="ArgumentException">The name is taken, is __metadata__, or has half of a surrogate pair.</exception>
    /// <exception cref="NotSupportedException">T is no element type of files.</exception>
    public SafetensorsWriter Add<T>(string name, Tensor<T> tensor)
        where T : unmanaged
    {
        CheckText(name, nameof(name));
        Part<T> part = new(DataTypes.Of<T>("safetensors"), tensor);
        if (name == SafetensorsHeader.Metadata || !parts.TryAdd(name, part))
        {
            throw new ArgumentException($"safetensors: the name '{name}' is taken.", nameof(name));
        }

        return this;
    }

    /// <summary>
    /// Writes the file: to one beside it, to the disk, and then under its name. Whatever happens, the file is the old one or the new one, whole.
    /// </summary>
    /// <exception cref="ObjectDisposedException">A tensor was disposed.</exception>
    /// <exception cref="NotSupportedException">The header would be longer than 100 MB, or a plan is being recorded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, this, static (stream, writer) => writer.WriteTo(stream));

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <exception cref="ObjectDisposedException">A tensor was disposed; nothing was written.</exception>
    /// <exception cref="NotSupportedException">The header would be longer than 100 MB, or a plan is being recorded.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Recorder.Refuse("safetensors");
        KeyValuePair<string, Part>[] inOrder = [.. parts];
        Array.Sort(inOrder, static (x, y) =>
            DataTypes.Size(y.Value.Type) != DataTypes.Size(x.Value.Type) ? DataTypes.Size(y.Value.Type).CompareTo(DataTypes.Size(x.Value.Type)) : string.CompareOrdinal(x.Key, y.Key));
        byte[] json = Header(inOrder);
        int padded = ((SafetensorsHeader.LengthBytes + json.Length + Alignment - 1) / Alignment * Alignment) - SafetensorsHeader.LengthBytes;
        if (padded > SafetensorsHeader.MaxBytes)
        {
            throw new NotSupportedException($"safetensors: {parts.Count} tensors need a header of {padded} bytes; at most {SafetensorsHeader.MaxBytes} are allowed.");
        }

        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(json);
        Span<byte> spaces = stackalloc byte[Alignment];
        spaces.Fill((byte)' ');
        stream.Write(spaces[..(padded - json.Length)]);
        foreach ((_, Part part) in inOrder)
        {
            part.WriteTo(stream);
        }
    }

    private byte[] Header(KeyValuePair<string, Part>[] inOrder)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer);
        writer.WriteStartObject();
        if (Metadata.Count > 0)
        {
            writer.WriteStartObject(SafetensorsHeader.Metadata);
            foreach ((string key, string text) in Metadata)
            {
                CheckText(key, nameof(Metadata));
                CheckText(text, nameof(Metadata));
                writer.WriteString(key, text);
            }

            writer.WriteEndObject();
        }

        long end = 0;
        foreach ((string name, Part part) in inOrder)
        {
            writer.WriteStartObject(name);
            writer.WriteString("dtype"u8, SafetensorsHeader.NameOf(part.Type));
            writer.WriteStartArray("shape"u8);
            Shape shape = part.Shape;
            foreach (nint extent in shape)
            {
                writer.WriteNumberValue(extent);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets"u8);
            writer.WriteNumberValue(end);
            writer.WriteNumberValue(end += (long)shape.Size * DataTypes.Size(part.Type));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>JSON has no half of a surrogate pair.</summary>
    private static void CheckText(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int used) != OperationStatus.Done)
            {
                throw new ArgumentException("safetensors: a name or text has half of a surrogate pair.", parameter);
            }

            rest = rest[used..];
        }
    }

    private abstract record Part(DataType Type)
    {
        public abstract Shape Shape { get; }

        public abstract void WriteTo(Stream stream);
    }

    private sealed record Part<T>(DataType Type, Tensor<T> Tensor) : Part(Type)
        where T : unmanaged
    {
        public override Shape Shape => Tensor.Shape;

        public override void WriteTo(Stream stream) => FileBytes.Write(stream, Tensor);
    }
}
