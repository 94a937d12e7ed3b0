using System.Buffers.Binary;

namespace Onsager.Tensors;

/// <summary>
/// The header of an npy file: six bytes that say NPY, a version, how long the text is, and a text that is a Python dictionary of descr,
/// fortran_order and shape (NumPy, "numpy.lib.format", versions 1.0, 2.0 and 3.0).
/// </summary>
internal readonly record struct NpyHeader(DataType DataType, Shape Shape, bool IsFortranOrder, bool IsBigEndian, int Version, int Bytes, long DataBytes)
{
    /// <summary>The most bytes that a header may have; NumPy's own are a few hundred at most.</summary>
    public const int MaxBytes = 1 << 16;

    /// <summary>Bytes before the text, at most.</summary>
    public const int PrefixBytes = 12;

    private static readonly (string Code, DataType Type)[] Codes =
    [
        ("b1", DataType.Boolean), ("u1", DataType.UInt8), ("i1", DataType.Int8), ("u2", DataType.UInt16), ("i2", DataType.Int16), ("u4", DataType.UInt32),
        ("i4", DataType.Int32), ("u8", DataType.UInt64), ("i8", DataType.Int64), ("f2", DataType.Float16), ("f4", DataType.Float32), ("f8", DataType.Float64),
    ];

    /// <summary>How long the whole header is, from the file's first bytes.</summary>
    /// <exception cref="InvalidDataException">It is no npy file, of another version, or its header too long.</exception>
    public static int Length(ReadOnlySpan<byte> start, string name)
    {
        if (start.Length < 10 || start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
        {
            throw Bad(name, "an npy file begins with 0x93 NUMPY");
        }

        int version = start[6];
        if (version is < 1 or > 3 || start[7] != 0)
        {
            throw Bad(name, $"version 1.0, 2.0 or 3.0 is expected, {version}.{start[7]} came");
        }

        if (version > 1 && start.Length < PrefixBytes)
        {
            throw Bad(name, $"a header of {PrefixBytes} bytes or more is expected, {start.Length} came");
        }

        long length = version == 1 ? 10L + BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : 12L + BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        return length <= MaxBytes + PrefixBytes ? (int)length : throw Bad(name, $"a header of {MaxBytes} bytes or less is expected, its length says {length}");
    }

    /// <summary>Reads a whole header.</summary>
    /// <param name="header">The header, of the length that <see cref="Length"/> says.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidDataException">It is not as the format demands, or the elements are of a type that is not read.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> header, string name)
    {
        int version = header[6];
        NpyText text = new(header[(version == 1 ? 10 : 12)..], name);
        ReadOnlySpan<byte> descr = default;
        bool? isFortran = null;
        int rank = -1;
        Span<long> extents = stackalloc long[Shape.MaxRank];
        text.Expect('{');
        while (!text.Take('}'))
        {
            ReadOnlySpan<byte> key = text.String();
            text.Expect(':');
            bool isNew;
            if (key.SequenceEqual("descr"u8))
            {
                isNew = descr.IsEmpty;
                descr = text.Peek() == '[' ? throw Bad(name, "structured elements are not read") : text.String();
            }
            else if (key.SequenceEqual("fortran_order"u8))
            {
                isNew = isFortran is null;
                isFortran = text.Truth();
            }
            else if (key.SequenceEqual("shape"u8))
            {
                isNew = rank < 0;
                rank = text.Tuple(extents);
            }
            else
            {
                throw Bad(name, "the header has a key other than descr, fortran_order and shape");
            }

            if (!isNew)
            {
                throw Bad(name, "a key stands in the header twice");
            }

            if (!text.Take(','))
            {
                text.Expect('}');
                break;
            }
        }

        text.End();
        if (descr.IsEmpty || isFortran is not { } order || rank < 0)
        {
            throw Bad(name, "the header has no descr, fortran_order and shape");
        }

        (DataType type, bool isBigEndian) = Type(descr, name);
        long bytes = DataTypes.Bytes(extents[..rank], type, long.MaxValue / 2);
        return bytes >= 0
            ? new NpyHeader(type, DataTypes.ToShape(extents[..rank]), order, isBigEndian, version, header.Length, bytes)
            : throw Bad(name, $"[{string.Join(", ", extents[..rank].ToArray())}] has more elements than a file");
    }

    /// <summary>The header of a tensor in row-major order, padded so that the elements begin at a multiple of 64 bytes, as NumPy has it: of a file in which the header begins at a byte.</summary>
    public static byte[] Make(DataType type, Shape shape, long start = 0)
    {
        string code = Array.Find(Codes, pair => pair.Type == type).Code ?? throw new NotSupportedException($"npy: there is no {type}; cast to float.");
        string tuple = shape.Rank == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape.AsSpan().ToArray())})";
        string text = $"{{'descr': '{(DataTypes.Size(type) == 1 ? '|' : '<')}{code}', 'fortran_order': False, 'shape': {tuple}, }}";
        long end = (start + 10 + text.Length + 1 + 63) / 64 * 64;
        byte[] header = new byte[end - start];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY\u0001\0"u8.CopyTo(header.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(header.Length - 10));
        for (int i = 0; i < text.Length; i++)
        {
            header[10 + i] = (byte)text[i];
        }

        header[^1] = (byte)'\n';
        return header;
    }

    private static (DataType Type, bool IsBigEndian) Type(ReadOnlySpan<byte> descr, string name)
    {
        foreach ((string code, DataType type) in Codes)
        {
            if (descr.Length == 3 && descr[1] == code[0] && descr[2] == code[1])
            {
                switch (descr[0])
                {
                    case (byte)'<' or (byte)'>':
                        return (type, descr[0] == (byte)'>');
                    case (byte)'=':
                        return (type, !BitConverter.IsLittleEndian);
                    case (byte)'|' when DataTypes.Size(type) == 1:
                        return (type, false);
                }
            }
        }

        throw Bad(name, $"elements of type '{Text(descr)}' are not read; bool, integers and floats of 2, 4 and 8 bytes are");
    }

    /// <summary>The beginning of a text that came, fit for a message.</summary>
    private static string Text(ReadOnlySpan<byte> bytes) => string.Create(int.Min(bytes.Length, 20), bytes, static (text, from) =>
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = from[i] is >= 32 and < 127 ? (char)from[i] : '?';
        }
    });

    private static InvalidDataException Bad(string name, string what) => new($"{name}: {what}");
}
