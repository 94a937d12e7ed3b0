using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onsager.Tensors;

/// <summary>The bytes of a file, mapped or in memory, and tensors over them.</summary>
internal sealed class FileBytes : IDisposable
{
    private const int Piece = 1 << 16;

    private readonly MappedFile? map;
    private readonly byte[] bytes = [];
    private readonly string name;
    private bool isDisposed;

    /// <summary>Maps a file that had this length before.</summary>
    /// <exception cref="InvalidDataException">It has another now.</exception>
    public FileBytes(FileStream file, long length, string name)
    {
        this.name = name;
        map = new MappedFile(file);
        if (map.Length != length)
        {
            map.Dispose();
            throw Changed(name);
        }
    }

    /// <summary>Keeps these bytes.</summary>
    public FileBytes(byte[] bytes, string name)
    {
        this.name = name;
        this.bytes = bytes;
    }

    /// <summary>For a file that is not any more what it was.</summary>
    public static InvalidDataException Changed(string name) => new($"{name}: the file changed while it was read");

    /// <summary>Opens a file that can be mapped and has some bytes.</summary>
    /// <exception cref="InvalidDataException">It is no file, or is shorter.</exception>
    public static FileStream Open(string path, int least, string what)
    {
        FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        if (file.CanSeek && file.Length >= least)
        {
            return file;
        }

        string came = file.CanSeek ? $"{file.Length} bytes" : "a device or pipe";
        file.Dispose();
        throw new InvalidDataException($"{path}: {what} of {least} bytes or more is expected, {came} came");
    }

    /// <summary>
    /// A tensor of the elements from a byte on: over the bytes themselves where they lie at a multiple of their size in this machine's order, a copy
    /// of them otherwise.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    /// <exception cref="InvalidDataException">A bool is neither 0 nor 1.</exception>
    public Tensor<T> Tensor<T>(long offset, Shape shape, bool isBigEndian = false)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        Recorder.Refuse("read");
        bool isReversed = isBigEndian == BitConverter.IsLittleEndian && Unsafe.SizeOf<T>() > 1;
        Tensor<T> tensor;
        if (shape.Size == 0 || isReversed || offset % Unsafe.SizeOf<T>() != 0)
        {
            tensor = Onsager.Tensors.Tensor.Empty<T>(shape);
            Copy(offset, tensor, isReversed);
        }
        else
        {
            tensor = map is not null
                ? map.Tensor<T>(offset, shape)
                : Borrowed.Tensor(new Elements<T>(bytes, (int)offset, (int)shape.Size).Memory, shape);
        }

        CheckTruths(tensor, name);
        return tensor;
    }

    /// <summary>The checksum of some of the bytes, which are read where they lie.</summary>
    public uint Checksum(long offset, long length)
    {
        uint crc = 0;
        for (long at = offset, end = offset + length; at < end; at += Piece)
        {
            int count = (int)long.Min(Piece, end - at);
            crc = map is not null ? map.Checksum(crc, at, count) : Crc32.Append(crc, bytes.AsSpan((int)at, count));
        }

        return crc;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        map?.Dispose();
    }

    /// <summary>Writes a tensor's elements in row-major order, least significant byte first.</summary>
    public static void Write<T>(Stream stream, Tensor<T> tensor)
        where T : unmanaged
    {
        using Tensor<T> packed = tensor.Contiguous();
        int most = int.Max(1, Piece / Unsafe.SizeOf<T>());
        T[] piece = ArrayPool<T>.Shared.Rent(most);
        try
        {
            TensorNode node = packed.Node;
            Tape.NoteRead(node);
            for (nint at = 0, size = packed.Size; at < size; at += most)
            {
                Span<T> elements = piece.AsSpan(0, (int)nint.Min(most, size - at));
                node.Storage!.Device.CopyToHost(node.Storage, node.Layout.Offset + at, elements);
                Span<byte> bytes = MemoryMarshal.AsBytes(elements);
                if (!BitConverter.IsLittleEndian)
                {
                    Reverse(bytes, Unsafe.SizeOf<T>());
                }

                stream.Write(bytes);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(piece);
        }
    }

    /// <summary>Elements in the other order of bytes.</summary>
    public static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> words = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                Span<uint> doubles = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(doubles, doubles);
                break;
            case 8:
                Span<ulong> quads = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(quads, quads);
                break;
        }
    }

    /// <summary>Disposes a contiguous tensor of bools if a byte is neither 0 nor 1: it would be true for one instruction and false for another.</summary>
    /// <exception cref="InvalidDataException">There is such a byte.</exception>
    public static void CheckTruths<T>(Tensor<T> tensor, string name)
        where T : unmanaged
    {
        for (nint at = 0, size = typeof(T) == typeof(bool) ? tensor.Size : 0; at < size; at += Piece)
        {
            TensorNode node = tensor.Node;
            ReadOnlySpan<byte> piece = MemoryMarshal.AsBytes(CpuDevice.Memory<T>(node.Storage!, node.Layout.Offset + at, nint.Min(Piece, size - at)));
            int wrong = piece.IndexOfAnyExceptInRange((byte)0, (byte)1);
            if (wrong >= 0)
            {
                byte came = piece[wrong];
                tensor.Dispose();
                throw new InvalidDataException($"{name}: a bool is 0 or 1, {came} came as element {at + wrong}");
            }
        }
    }

    private void Copy<T>(long offset, Tensor<T> tensor, bool isReversed)
        where T : unmanaged
    {
        int most = Piece / Unsafe.SizeOf<T>();
        for (nint at = 0, size = tensor.Size; at < size; at += most)
        {
            Span<byte> piece = MemoryMarshal.AsBytes(CpuDevice.Memory<T>(tensor.Node.Storage!, at, nint.Min(most, size - at)));
            long from = offset + ((long)at * Unsafe.SizeOf<T>());
            if (map is not null)
            {
                map.CopyTo(from, piece);
            }
            else
            {
                bytes.AsSpan((int)from, piece.Length).CopyTo(piece);
            }

            if (isReversed)
            {
                Reverse(piece, Unsafe.SizeOf<T>());
            }
        }
    }

    /// <summary>Elements that lie in an array of bytes.</summary>
    private sealed class Elements<T>(byte[] bytes, int offset, int count) : MemoryManager<T>
        where T : unmanaged
    {
        public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(bytes.AsSpan(offset, count * Unsafe.SizeOf<T>()));

        // The handle pins the array itself; nothing else has to be undone.
        public override MemoryHandle Pin(int elementIndex = 0) => bytes.AsMemory(offset + (elementIndex * Unsafe.SizeOf<T>())).Pin();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
