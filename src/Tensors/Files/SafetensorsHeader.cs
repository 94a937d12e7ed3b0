using System.Text.Json;
using System.Text.Unicode;

namespace Onsager.Tensors;

/// <summary>
/// The header of a safetensors file: eight bytes that say how long it is, least significant first, and a JSON object, whose member __metadata__
/// has strings and every other one a tensor's dtype, shape and data_offsets (https://github.com/huggingface/safetensors, "Format"). What that page
/// demands is checked here, as the format's own library does it.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The most bytes that the JSON object may have.</summary>
    public const int MaxBytes = 100_000_000;

    /// <summary>Bytes before the JSON object.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The name that no tensor has.</summary>
    public const string Metadata = "__metadata__";

    private static readonly (string Name, DataType Type)[] Types =
    [
        ("BOOL", DataType.Boolean), ("U8", DataType.UInt8), ("I8", DataType.Int8), ("U16", DataType.UInt16), ("I16", DataType.Int16), ("U32", DataType.UInt32),
        ("I32", DataType.Int32), ("U64", DataType.UInt64), ("I64", DataType.Int64), ("F16", DataType.Float16), ("BF16", DataType.BFloat16),
        ("F32", DataType.Float32), ("F64", DataType.Float64),
    ];

    /// <summary>What the format calls a type.</summary>
    public static string NameOf(DataType type) => Array.Find(Types, pair => pair.Type == type).Name;

    /// <summary>How long the JSON object is, from the file's first eight bytes.</summary>
    /// <exception cref="InvalidDataException">It is longer than it may be, or than the file.</exception>
    public static int Length(ulong promised, long fileBytes, string name)
    {
        if (promised > MaxBytes)
        {
            throw Bad(name, $"a header of {MaxBytes} bytes or less is expected, the first eight bytes say {promised}");
        }

        return (long)promised <= fileBytes - LengthBytes
            ? (int)promised
            : throw Bad(name, $"the first eight bytes say that the header has {promised} bytes, only {fileBytes - LengthBytes} came");
    }

    /// <summary>Reads the JSON object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="fileBytes">The whole file's length.</param>
    /// <param name="name">What messages call the file.</param>
    /// <param name="entries">Gets the tensors by their names.</param>
    /// <param name="metadata">Gets what stands under __metadata__.</param>
    /// <returns>The tensors in the order in which they lie.</returns>
    /// <exception cref="InvalidDataException">Something is not as the format demands.</exception>
    public static SafetensorsEntry[] Parse(ReadOnlySpan<byte> json, long fileBytes, string name, Dictionary<string, SafetensorsEntry> entries, Dictionary<string, string> metadata)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw Bad(name, "the header must begin with {");
        }

        if (!Utf8.IsValid(json))
        {
            throw Bad(name, "the header is not UTF-8");
        }

        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            bool hasMetadata = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                reader.Read();
                if (key == Metadata)
                {
                    if (hasMetadata)
                    {
                        throw Bad(name, $"{Metadata} stands there twice");
                    }

                    hasMetadata = true;
                    ReadMetadata(ref reader, metadata, name);
                }
                else if (!entries.TryAdd(key, ReadEntry(ref reader, key, json.Length + LengthBytes, fileBytes, name)))
                {
                    throw Bad(name, $"tensor '{key}' stands there twice");
                }
            }

            if (reader.Read())
            {
                throw Bad(name, "something follows the header's object");
            }
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{name}: the header is no JSON object ({problem.Message})", problem);
        }
        catch (InvalidOperationException problem)
        {
            // Half of a surrogate pair, written as \uD800.
            throw new InvalidDataException($"{name}: the header has a text that is none ({problem.Message})", problem);
        }

        SafetensorsEntry[] inOrder = [.. entries.Values];
        CheckPlaces(inOrder, json.Length + LengthBytes, fileBytes, name);
        return inOrder;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, "", Metadata, "an object of strings", name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            Expect(ref reader, JsonTokenType.String, Metadata + ".", key, "a string", name);
            if (!metadata.TryAdd(key, reader.GetString()!))
            {
                throw Bad(name, $"{Metadata}.{key} stands there twice");
            }
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string key, long start, long fileBytes, string name)
    {
        Expect(ref reader, JsonTokenType.StartObject, "tensor ", key, "an object", name);
        DataType? type = null;
        int rank = -1, offsets = -1;
        Span<long> extents = stackalloc long[Shape.MaxRank], ends = stackalloc long[2];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isNew;
            if (reader.ValueTextEquals("dtype"u8))
            {
                isNew = type is null;
                reader.Read();
                type = ReadType(ref reader, key, name);
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                isNew = rank < 0;
                reader.Read();
                rank = ReadNumbers(ref reader, extents, "the shape of tensor ", key, name);
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                isNew = offsets < 0;
                reader.Read();
                offsets = ReadNumbers(ref reader, ends, "data_offsets of tensor ", key, name);
            }
            else
            {
                // What a later version of the format may add.
                isNew = true;
                reader.Skip();
            }

            if (!isNew)
            {
                throw Bad(name, $"a member of tensor '{key}' stands there twice");
            }
        }

        if (type is not { } given || rank < 0 || offsets != 2)
        {
            throw Bad(name, $"dtype, shape and two data_offsets are expected of tensor '{key}'");
        }

        long bytes = DataTypes.Bytes(extents[..rank], given, fileBytes - start);
        if (ends[1] < ends[0] || ends[1] > fileBytes - start || bytes != ends[1] - ends[0])
        {
            throw Bad(name, $"tensor '{key}' is {NameOf(given)} [{string.Join(", ", extents[..rank].ToArray())}], which does not fit data_offsets [{ends[0]}, {ends[1]}] of {fileBytes - start} bytes");
        }

        return new SafetensorsEntry(key, given, DataTypes.ToShape(extents[..rank]), start + ends[0], bytes);
    }

    private static DataType ReadType(ref Utf8JsonReader reader, string key, string name)
    {
        Expect(ref reader, JsonTokenType.String, "the dtype of tensor ", key, "a string", name);
        foreach ((string text, DataType type) in Types)
        {
            if (reader.ValueTextEquals(text))
            {
                return type;
            }
        }

        throw Bad(name, $"tensor '{key}' has dtype {reader.GetString()}; BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32 and F64 are read");
    }

    private static int ReadNumbers(ref Utf8JsonReader reader, scoped Span<long> numbers, string what, string key, string name)
    {
        Expect(ref reader, JsonTokenType.StartArray, what, key, "an array", name);
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(ref reader, JsonTokenType.Number, what, key, "whole numbers", name);
            if (!reader.TryGetInt64(out long number) || number < 0)
            {
                throw Bad(name, $"{what}'{key}': whole numbers from 0 to 2^63 - 1 are expected");
            }

            if (count == numbers.Length)
            {
                throw Bad(name, $"{what}'{key}': more than {numbers.Length} numbers");
            }

            numbers[count++] = number;
        }

        return count;
    }

    /// <summary>Orders the entries as they lie; together they are all bytes behind the header, each once.</summary>
    private static void CheckPlaces(SafetensorsEntry[] entries, long start, long fileBytes, string name)
    {
        Array.Sort(entries, static (x, y) =>
            x.Offset != y.Offset ? x.Offset.CompareTo(y.Offset) : x.ByteCount != y.ByteCount ? x.ByteCount.CompareTo(y.ByteCount) : string.CompareOrdinal(x.Name, y.Name));
        long end = start;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Offset != end)
            {
                throw Bad(name, $"tensor '{entry.Name}' begins at byte {entry.Offset}, {(entry.Offset < end ? "inside the one before, which ends" : "behind a hole from the end of the one before")} at {end}");
            }

            end += entry.ByteCount;
        }

        if (end != fileBytes)
        {
            throw Bad(name, $"the tensors end at byte {end}, the file at {fileBytes}");
        }
    }

    /// <summary>What is expected of a member; the message is made only where it is wrong, since there may be many.</summary>
    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what, string key, string expected, string name)
    {
        if (reader.TokenType != type)
        {
            string of = what.EndsWith(' ') ? $"{what}'{key}'" : what + key;
            throw Bad(name, $"{of}: {expected} is expected, {reader.TokenType} came");
        }
    }

    private static InvalidDataException Bad(string name, string what) => new($"{name}: {what}");
}
