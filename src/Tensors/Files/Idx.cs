using System.Buffers.Binary;
using System.IO.Compression;

namespace Onsager.Tensors;

/// <summary>
/// An IDX file, the format of MNIST and its kin: two zero bytes, a type, a rank, one 32-bit extent per axis, then the elements in row-major
/// order, all most significant byte first (LeCun, Cortes and Burges, "The MNIST database", 1998). Plain files and gzip files of one
/// member are told apart by their first bytes, whatever their name.
/// </summary>
/// <remarks>
/// A file that is not exactly what its header says raises <see cref="InvalidDataException"/>, and nothing else. Memory is taken for the
/// elements only once they are known to be there, whatever the header promises.
/// </remarks>
public sealed class Idx
{
    /// <summary>The highest rank that is read.</summary>
    public const int MaxRank = 8;

    private const int MaxHeaderBytes = 4 + (4 * MaxRank);

    // Up to this many bytes are taken on the word of a gzip file's header; for more, the file is first unpacked without keeping it.
    private const long TrustedBytes = 1 << 20;

    private readonly int[] shape;
    private readonly byte[] data;

    private Idx(Header header, byte[] data)
    {
        ElementType = header.Type;
        shape = header.Shape;
        this.data = data;
    }

    /// <summary>The type of the elements.</summary>
    public IdxType ElementType { get; }

    /// <summary>The extents, outermost axis first: <c>[60000, 28, 28]</c>. One to <see cref="MaxRank"/> of them; some may be zero.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>The elements as they stand in the file, row-major, each most significant byte first.</summary>
    public ReadOnlySpan<byte> Data => data;

    /// <summary>How many elements there are: the product of <see cref="Shape"/>.</summary>
    public int Count => data.Length / SizeOf(ElementType);

    /// <summary>Reads a file, plain or gzipped.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its type, shape and elements.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not IDX, is cut short, or goes on behind its last element.</exception>
    public static Idx Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!file.CanSeek)
        {
            throw Bad(path, "a file is expected, a device or pipe came");
        }

        return Read(file, path);
    }

    /// <summary>Reads the bytes of a file, plain or gzipped.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Its type, shape and elements.</returns>
    /// <exception cref="InvalidDataException">As <see cref="Read(string)"/>.</exception>
    public static Idx Parse(ReadOnlySpan<byte> file, string name = "IDX data")
    {
        if (IsGzip(file))
        {
            return ReadGzip(new MemoryStream(file.ToArray(), writable: false), name);
        }

        Header header = Header.Parse(file, name);
        CheckLength(header, file.Length - header.Bytes, name);
        return new Idx(header, file[header.Bytes..].ToArray());
    }

    /// <summary>The elements as floats, unscaled: bytes become 0 to 255. Integers past 2^24 and doubles are rounded to nearest.</summary>
    /// <returns>A new array of <see cref="Count"/> elements in row-major order.</returns>
    public float[] ToSingle()
    {
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ElementType == IdxType.Single ? BinaryPrimitives.ReadSingleBigEndian(Element(i)) : (float)ReadDouble(i);
        }

        return values;
    }

    /// <summary>The elements as doubles, unscaled. Exact for every type.</summary>
    /// <returns>A new array of <see cref="Count"/> elements in row-major order.</returns>
    public double[] ToDouble()
    {
        double[] values = new double[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadDouble(i);
        }

        return values;
    }

    private ReadOnlySpan<byte> Element(int index) => data.AsSpan(index * SizeOf(ElementType));

    private double ReadDouble(int index) => ElementType switch
    {
        IdxType.Byte => data[index],
        IdxType.SByte => (sbyte)data[index],
        IdxType.Int16 => BinaryPrimitives.ReadInt16BigEndian(Element(index)),
        IdxType.Int32 => BinaryPrimitives.ReadInt32BigEndian(Element(index)),
        IdxType.Single => BinaryPrimitives.ReadSingleBigEndian(Element(index)),
        _ => BinaryPrimitives.ReadDoubleBigEndian(Element(index)),
    };

    private static Idx Read(FileStream file, string name)
    {
        Span<byte> start = stackalloc byte[MaxHeaderBytes];
        start = start[..file.ReadAtLeast(start, MaxHeaderBytes, throwOnEndOfStream: false)];
        if (IsGzip(start))
        {
            return ReadGzip(file, name);
        }

        Header header = Header.Parse(start, name);
        CheckLength(header, file.Length - header.Bytes, name);
        file.Position = header.Bytes;
        byte[] data = new byte[header.DataBytes];
        CheckLength(header, file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false), name);
        return new Idx(header, data);
    }

    private static Idx ReadGzip(Stream file, string name)
    {
        try
        {
            Header header;
            using (GZipStream unpacked = Unpack(file))
            {
                Span<byte> start = stackalloc byte[MaxHeaderBytes];
                start = start[..unpacked.ReadAtLeast(start, MaxHeaderBytes, throwOnEndOfStream: false)];
                header = Header.Parse(start, name);
                if (header.DataBytes > TrustedBytes)
                {
                    CheckLength(header, start.Length - header.Bytes + CountRest(unpacked, header.DataBytes + 1), name);
                }
            }

            byte[] data = new byte[header.DataBytes];
            using (GZipStream unpacked = Unpack(file))
            {
                Span<byte> again = stackalloc byte[MaxHeaderBytes];
                unpacked.ReadExactly(again[..header.Bytes]);
                int length = unpacked.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
                CheckLength(header, length + (long)unpacked.ReadAtLeast(again[..1], 1, throwOnEndOfStream: false), name);
            }

            CheckTrailer(file, header, name);
            return new Idx(header, data);
        }
        catch (InvalidDataException problem) when (!problem.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{name}: damaged gzip data ({problem.Message})", problem);
        }
    }

    private static GZipStream Unpack(Stream file)
    {
        file.Position = 0;
        return new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>How many bytes are left, but not more than <paramref name="most"/>.</summary>
    private static long CountRest(GZipStream unpacked, long most)
    {
        byte[] discarded = new byte[16384];
        long count = 0;
        while (count < most)
        {
            int read = unpacked.Read(discarded);
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        return count;
    }

    /// <summary>
    /// GZipStream checks sum and length if they are there, but takes a file that ends early, or goes on with something else, for complete.
    /// A whole file ends with its unpacked length (RFC 1952, section 2.3.1).
    /// </summary>
    private static void CheckTrailer(Stream file, Header header, string name)
    {
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        file.Position = file.Length - trailer.Length;
        file.ReadExactly(trailer);
        uint promised = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        uint came = (uint)(header.Bytes + header.DataBytes);
        if (promised != came)
        {
            throw Bad(name, $"a gzip file ending with its unpacked length {came} is expected, its last four bytes say {promised}");
        }
    }

    private static void CheckLength(Header header, long came, string name)
    {
        if (came != header.DataBytes)
        {
            string shape = string.Join(", ", header.Shape);
            string what = came < header.DataBytes ? $"only {came} came" : "more came";
            throw Bad(name, $"{header.Type} [{shape}] takes {header.DataBytes} bytes after the header, {what}");
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> start) => start.Length >= 2 && start[0] == 0x1F && start[1] == 0x8B;

    private static int SizeOf(IdxType type) => type switch
    {
        IdxType.Byte or IdxType.SByte => 1,
        IdxType.Int16 => 2,
        IdxType.Int32 or IdxType.Single => 4,
        _ => 8,
    };

    private static InvalidDataException Bad(string name, string what) => new($"{name}: {what}");

    private readonly record struct Header(IdxType Type, int[] Shape, int Bytes, long DataBytes)
    {
        public static Header Parse(ReadOnlySpan<byte> start, string name)
        {
            if (start.Length < 4)
            {
                throw Bad(name, $"an IDX header of 4 bytes or more is expected, {start.Length} came");
            }

            if (start[0] != 0 || start[1] != 0)
            {
                throw Bad(name, $"an IDX file starts with two zero bytes, 0x{start[0]:X2} 0x{start[1]:X2} came");
            }

            IdxType type = (IdxType)start[2];
            if (!Enum.IsDefined(type))
            {
                throw Bad(name, $"an element type 0x08, 0x09, 0x0B, 0x0C, 0x0D or 0x0E is expected, 0x{start[2]:X2} came");
            }

            int rank = start[3];
            if (rank is < 1 or > MaxRank)
            {
                throw Bad(name, $"1 to {MaxRank} axes are expected, {rank} came");
            }

            int bytes = 4 + (4 * rank);
            if (start.Length < bytes)
            {
                throw Bad(name, $"a header of {bytes} bytes is expected for {rank} axes, {start.Length} came");
            }

            int[] shape = new int[rank];
            bool empty = false;
            for (int axis = 0; axis < rank; axis++)
            {
                uint extent = BinaryPrimitives.ReadUInt32BigEndian(start[(4 + (4 * axis))..]);
                if (extent > int.MaxValue)
                {
                    throw Bad(name, $"axis {axis} has extent {extent}, more than {int.MaxValue}");
                }

                shape[axis] = (int)extent;
                empty |= extent == 0;
            }

            // Cut off at what an array holds, so that the product of hostile extents cannot overflow.
            long dataBytes = empty ? 0 : SizeOf(type);
            foreach (int extent in shape)
            {
                dataBytes *= extent;
                if (dataBytes > Array.MaxLength)
                {
                    throw Bad(name, $"{type} [{string.Join(", ", shape)}] takes more than the {Array.MaxLength} bytes that can be read");
                }
            }

            return new Header(type, shape, bytes, dataBytes);
        }
    }
}
