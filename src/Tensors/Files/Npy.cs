namespace Onsager.Tensors;

/// <summary>
/// An npy file, NumPy's format of one array: versions 1.0 to 3.0, both orders of bytes, row-major and Fortran order. What the header says is read
/// and checked as the file is opened; elements are mapped into memory and read as they are touched.
/// </summary>
/// <remarks>
/// <para>The tensor lies over the file itself, without a copy, where its bytes are in this machine's order and aligned, as NumPy writes them; an
/// array in Fortran order is a transposed view. Pages are copied when they are written to: writing to a tensor never changes the file. The mapping
/// lives until this object and its last tensor are disposed; the file may be replaced meanwhile, but must not be cut short.</para>
/// <para>A file that is not exactly what its header says, and elements of other types (structured, complex, text, times, objects) raise
/// <see cref="InvalidDataException"/>, and nothing else.</para>
/// </remarks>
public sealed class Npy : IDisposable
{
    private readonly string name;
    private readonly NpyHeader header;
    private readonly FileBytes bytes;

    private Npy(string name, in NpyHeader header, FileBytes bytes)
    {
        this.name = name;
        this.header = header;
        this.bytes = bytes;
    }

    /// <summary>The elements' type.</summary>
    public DataType DataType => header.DataType;

    /// <summary>The shape.</summary>
    public Shape Shape => header.Shape;

    /// <summary>Whether the first index changes fastest in the file.</summary>
    public bool IsFortranOrder => header.IsFortranOrder;

    /// <summary>Whether the most significant byte comes first.</summary>
    public bool IsBigEndian => header.IsBigEndian;

    /// <summary>The format's version: 1, 2 or 3.</summary>
    public int Version => header.Version;

    /// <summary>Opens a file and maps it into memory.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not npy, is cut short, goes on behind its last element, or its elements are of another kind.</exception>
    public static Npy Open(string path)
    {
        using FileStream file = FileBytes.Open(path, NpyHeader.PrefixBytes, "an npy file");
        Span<byte> start = stackalloc byte[NpyHeader.PrefixBytes];
        file.ReadExactly(start);
        byte[] text = new byte[long.Min(NpyHeader.Length(start, path), file.Length)];
        file.Position = 0;
        file.ReadExactly(text);
        long length = file.Length;
        NpyHeader header = Check(text, length, path);
        return new Npy(path, in header, new FileBytes(file, length, path));
    }

    /// <summary>Reads the bytes of a file; its tensor lies over one copy of them.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">As <see cref="Open"/>.</exception>
    public static Npy Parse(ReadOnlySpan<byte> file, string name = "npy data")
    {
        NpyHeader header = Check(file[..int.Min(NpyHeader.Length(file, name), file.Length)], file.Length, name);
        return new Npy(name, in header, new FileBytes(file.ToArray(), name));
    }

    /// <summary>The tensor of a file, for the caller or its scope to dispose: <see cref="Open"/>, <see cref="Get"/> and <see cref="Dispose"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">As <see cref="Open"/>, or a bool is neither 0 nor 1.</exception>
    /// <exception cref="InvalidOperationException">Its elements are not T.</exception>
    public static Tensor<T> Load<T>(string path)
        where T : unmanaged
    {
        using Npy file = Open(path);
        return file.Get<T>();
    }

    /// <summary>Writes a tensor of any layout on any device, in row-major order, whole or not at all: see <see cref="SafetensorsWriter.Write"/>.</summary>
    /// <exception cref="NotSupportedException">NumPy has no such element type (bfloat16), or a plan is being recorded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save<T>(string path, Tensor<T> tensor)
        where T : unmanaged => AtomicFile.Write(path, tensor, static (stream, tensor) => WriteTo(stream, tensor));

    /// <summary>Writes an npy file's bytes to a stream.</summary>
    /// <exception cref="NotSupportedException">NumPy has no such element type (bfloat16), or a plan is being recorded.</exception>
    public static void WriteTo<T>(Stream stream, Tensor<T> tensor)
        where T : unmanaged => WriteTo(stream, tensor, 0);

    /// <summary>The same where the stream's next byte is a file's byte of this number, which the padding makes up for.</summary>
    internal static void WriteTo<T>(Stream stream, Tensor<T> tensor, long start)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(stream);
        Recorder.Refuse("npy");
        stream.Write(NpyHeader.Make(DataTypes.Of<T>("npy"), tensor.Shape, start));
        FileBytes.Write(stream, tensor);
    }

    /// <summary>The tensor, over the file where that is possible, for the caller or its scope to dispose. It outlives this object.</summary>
    /// <exception cref="InvalidOperationException">Its elements are not T.</exception>
    /// <exception cref="InvalidDataException">A bool is neither 0 nor 1.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    /// <exception cref="NotSupportedException">T is no element type of files, or a plan is being recorded.</exception>
    public Tensor<T> Get<T>()
        where T : unmanaged
    {
        DataTypes.Check<T>(DataType, name);
        return InOrder(bytes.Tensor<T>(header.Bytes, StoredShape(in header), IsBigEndian), in header);
    }

    /// <inheritdoc/>
    public void Dispose() => bytes.Dispose();

    /// <summary>The shape in which the elements lie in row-major order.</summary>
    internal static Shape StoredShape(in NpyHeader header)
    {
        Span<nint> extents = stackalloc nint[Shape.MaxRank];
        header.Shape.AsSpan().CopyTo(extents);
        extents = extents[..header.Shape.Rank];
        if (header.IsFortranOrder)
        {
            extents.Reverse();
        }

        return Shape.Create(extents);
    }

    /// <summary>A tensor of the stored shape as one of the shape that the header says.</summary>
    internal static Tensor<T> InOrder<T>(Tensor<T> stored, in NpyHeader header)
        where T : unmanaged
    {
        if (!header.IsFortranOrder || stored.Rank < 2)
        {
            return stored;
        }

        Span<int> axes = stackalloc int[stored.Rank];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            axes[axis] = axes.Length - 1 - axis;
        }

        using (stored)
        {
            return stored.Permute(axes);
        }
    }

    /// <summary>Reads a header and compares what it says with the length of the file.</summary>
    private static NpyHeader Check(ReadOnlySpan<byte> text, long length, string name)
    {
        if (text.Length < NpyHeader.Length(text, name))
        {
            throw new InvalidDataException($"{name}: a header of {NpyHeader.Length(text, name)} bytes is expected, {length} came");
        }

        NpyHeader header = NpyHeader.Parse(text, name);
        return length - header.Bytes == header.DataBytes
            ? header
            : throw new InvalidDataException($"{name}: {header.DataType} {header.Shape} takes {header.DataBytes} bytes after the header, {(length - header.Bytes < header.DataBytes ? $"only {length - header.Bytes}" : "more")} came");
    }
}
