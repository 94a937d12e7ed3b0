using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Npy and npz files: what is written comes back, both orders of bytes and of axes, and nothing but InvalidDataException comes out of a bad one.</summary>
[Collection(Alone.Name)]
public sealed class NpyTests
{
    [Fact]
    public void Every_type_comes_back_bit_by_bit()
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        Samples.Each(new RoundTrip(folder));
        using Tensor<BFloat16> narrow = Tensor.Zeros<BFloat16>([2]);
        Throws.Exactly<NotSupportedException>("npy: there is no BFloat16; cast to float.", () => Npy.Save(folder.File("b"), narrow));
        Throws.Exactly<NotSupportedException>("npy: there is no BFloat16; cast to float.", () => new NpzWriter().Add("b", narrow));
        Assert.False(File.Exists(folder.File("b")));
    }

    [Fact]
    public void A_file_is_what_NumPy_writes()
    {
        // numpy.save of numpy.arange(3, dtype='<i2').reshape(3, 1), NumPy 2.2.
        string text = "{'descr': '<i2', 'fortran_order': False, 'shape': (3, 1), }";
        byte[] expected = [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(text.PadRight(117)), 10, 0, 0, 1, 0, 2, 0];
        using Scope scope = Scope.Begin();
        Assert.Equal(expected, Bytes(Tensor.From<short>([0, 1, 2], [3, 1])));
        Assert.Contains("'shape': (), }", Encoding.ASCII.GetString(Bytes(Tensor.Scalar(1f))), StringComparison.Ordinal);
        Assert.Contains("'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", Encoding.ASCII.GetString(Bytes(Tensor.Zeros<bool>([2]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Versions_orders_of_bytes_and_of_axes(int version)
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        foreach (bool isBig in new[] { false, true })
        {
            foreach (bool isFortran in new[] { false, true })
            {
                byte[] file = Make($"{{'descr': '{(isBig ? '>' : '<')}f8', 'fortran_order': {isFortran}, 'shape': (2, 3), }}", 48, version);
                for (int i = 0; i < 6; i++)
                {
                    // Element (i, j) is 3 i + j; in Fortran order i changes fastest.
                    double value = isFortran ? (3 * (i % 2)) + (i / 2) : i;
                    Span<byte> place = file.AsSpan(file.Length - 48 + (8 * i));
                    if (isBig)
                    {
                        BinaryPrimitives.WriteDoubleBigEndian(place, value);
                    }
                    else
                    {
                        BinaryPrimitives.WriteDoubleLittleEndian(place, value);
                    }
                }

                File.WriteAllBytes(folder.File("x.npy"), file);
                using Npy mapped = Npy.Open(folder.File("x.npy")), parsed = Npy.Parse(file);
                foreach (Npy npy in new[] { mapped, parsed })
                {
                    Assert.Equal((version, isBig, isFortran, DataType.Float64), (npy.Version, npy.IsBigEndian, npy.IsFortranOrder, npy.DataType));
                    Tensor<double> x = npy.Get<double>();
                    Assert.Equal([2, 3], x.Shape.AsSpan().ToArray());
                    Assert.Equal([0, 1, 2, 3, 4, 5], x.ToArray());
                    Assert.Equal(isFortran ? 1 : 3, x.Layout.Stride(0));
                }

                File.Delete(folder.File("x.npy"));
            }
        }
    }

    [Fact]
    public void A_tensor_lies_over_the_file_and_outlives_it()
    {
        using Folder folder = new();
        string path = folder.File("x.npy");
        using (Tensor<float> x = Tensor.Arange(1000f))
        {
            Npy.Save(path, x);
        }

        byte[] before = File.ReadAllBytes(path);
        long requests = Device.Cpu.PoolStatistics.Requests;
        using Tensor<float> mapped = Npy.Load<float>(path);
        Assert.Equal(requests, Device.Cpu.PoolStatistics.Requests);
        mapped[3] = 7;
        Assert.Equal(7, mapped[3]);
        Assert.Equal(999, mapped[999]);
        Assert.Equal(before, File.ReadAllBytes(path));
        Throws.Exactly<InvalidOperationException>($"{path}: the elements are Float32, not Double; read them as they are, and cast.", () => Npy.Load<double>(path));
    }

    [Theory]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "structured elements are not read")]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "elements of type '<c8' are not read; bool, integers and floats of 2, 4 and 8 bytes are")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "elements of type '|O' are not read; bool, integers and floats of 2, 4 and 8 bytes are")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }", "elements of type '|f4' are not read; bool, integers and floats of 2, 4 and 8 bytes are")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "Float32 [2] takes 8 bytes after the header, only 4 came")]
    [InlineData("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", "Float16 [1] takes 2 bytes after the header, more came")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }", "[4611686018427387904] has more elements than a file")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "an extent is more than 9223372036854775807")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", "more than 8 axes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1), }", "',' is expected at byte 53 of the header's text")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "a whole number is expected at byte 51 of the header's text")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", "True or False is expected at byte 34 of the header's text")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "a key stands in the header twice")]
    [InlineData("{'descr': '<f4', 'order': False, 'shape': (1,), }", "the header has a key other than descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", "the header has no descr, fortran_order and shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "the end is expected at byte 58 of the header's text")]
    [InlineData("{'descr': '<f\\4', 'fortran_order': False, 'shape': (1,), }", "a text in quotes is expected at byte 10 of the header's text")]
    [InlineData("", "'{' is expected at byte 64 of the header's text")]
    public void What_the_format_forbids_is_refused(string text, string message) =>
        Throws.Exactly<InvalidDataException>("array: " + message, () => Npy.Parse(Make(text, 4, 1), "array"));

    [Fact]
    public void Starts_that_are_none_are_refused()
    {
        byte[] file = Make("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 4, 1);
        Expect("array: an npy file begins with 0x93 NUMPY", 0, 0x92);
        Expect("array: version 1.0, 2.0 or 3.0 is expected, 4.0 came", 6, 4);
        Expect("array: version 1.0, 2.0 or 3.0 is expected, 1.1 came", 7, 1);
        byte[] second = Make("{}", 4, 2);
        BinaryPrimitives.WriteUInt32LittleEndian(second.AsSpan(8), uint.MaxValue);
        Throws.Exactly<InvalidDataException>("array: a header of 65536 bytes or less is expected, its length says 4294967307", () => Npy.Parse(second, "array"));
        Throws.Exactly<InvalidDataException>("array: an npy file begins with 0x93 NUMPY", () => Npy.Parse([], "array"));

        void Expect(string message, int at, byte value)
        {
            byte[] bad = [.. file];
            bad[at] = value;
            Throws.Exactly<InvalidDataException>(message, () => Npy.Parse(bad, "array"));
        }
    }

    [Fact]
    public void Archives_come_back_stored_and_deflated()
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([100, 1000]);
        Tensor<long> y = Tensor.Arange(6L).Reshape(2, 3).Transpose();
        Tensor<double> zeros = Tensor.Zeros<double>([1000, 1000]);
        foreach (bool isCompressed in new[] { false, true })
        {
            string path = folder.File($"{isCompressed}.npz");
            NpzWriter writer = new NpzWriter(isCompressed).Add("x", x).Add("deep/y", y).Add("zeros", zeros);
            Throws.Exactly<ArgumentException>("npz: the name 'x' is taken.", () => writer.Add("x", y));
            writer.Write(path);
            byte[] bytes = File.ReadAllBytes(path);
            Assert.Equal(isCompressed, bytes.Length < 8_000_000);
            using MemoryStream again = new();
            writer.WriteTo(again);
            using Npz file = Npz.Open(path), parsed = Npz.Parse(bytes);
            Assert.Equal(bytes, again.ToArray());
            foreach (Npz npz in new[] { file, parsed })
            {
                Assert.Equal(["x", "deep/y", "zeros"], npz.Names);
                Assert.Equal((DataType.Int64, Shape.Create([3, 2])), npz.Entry("deep/y"));
                Same.Bits(x, npz.Get<float>("x"));
                Same.Bits(y, npz.Get<long>("deep/y"));
                Same.Bits(zeros, npz.Get<double>("zeros"));
                Throws.Exactly<KeyNotFoundException>($"{(npz == file ? path : "npz data")}: there is no array 'z'.", () => npz.Get<float>("z"));
                Assert.Throws<InvalidOperationException>(() => npz.Get<float>("zeros"));
            }
        }
    }

    [Fact]
    public void What_is_stored_lies_over_the_archive_and_outlives_it()
    {
        using Folder folder = new();
        string path = folder.File("x.npz");
        using (Tensor<float> x = Tensor.Arange(100_000f))
        using (Tensor<double> y = Tensor.Arange(3.0))
        {
            new NpzWriter().Add("a name of some length", y).Add("\u03b1", y).Add("x", x).Write(path);
        }

        byte[] before = File.ReadAllBytes(path);
        long requests = Device.Cpu.PoolStatistics.Requests;
        Tensor<float> mapped;
        using (Npz file = Npz.Open(path))
        {
            mapped = file.Get<float>("x");
            using Tensor<double> first = file.Get<double>("a name of some length"), second = file.Get<double>("\u03b1"), again = file.Get<double>("\u03b1");
            Assert.Equal([0, 1, 2], first.ToArray());
            second[1] = 5;
            Assert.Equal([0, 5, 2], again.ToArray());
        }

        using (mapped)
        {
            Assert.Equal(requests, Device.Cpu.PoolStatistics.Requests);
            mapped[3] = 7;
            Assert.Equal((7, 99_999), (mapped[3], mapped[99_999]));
            Assert.Equal(before, File.ReadAllBytes(path));
        }

        // Every place that elements can have, of another writer, and the other order of bytes: copied from the mapped file.
        for (int length = 1; length <= 8; length++)
        {
            byte[] array = Make("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16, 1), turned = Make("{'descr': '>f8', 'fortran_order': False, 'shape': (2,), }", 16, 1);
            BinaryPrimitives.WriteDoubleLittleEndian(array.AsSpan(array.Length - 8), 1.5);
            BinaryPrimitives.WriteDoubleBigEndian(turned.AsSpan(array.Length - 8), 2.5);
            File.WriteAllBytes(folder.File($"{length}.npz"), Zip((new string('n', length) + ".npy", array), ("turned.npy", turned)));
            using Npz file = Npz.Open(folder.File($"{length}.npz"));
            using Tensor<double> x = file.Get<double>(new string('n', length)), y = file.Get<double>("turned");
            Assert.Equal([0, 1.5], x.ToArray());
            Assert.Equal([0, 2.5], y.ToArray());
        }
    }

    [Fact]
    public void Archives_of_others_files_and_orders()
    {
        using Scope scope = Scope.Begin();
        byte[] big = Make("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }", 8, 1);
        new byte[] { 0, 1, 0, 2, 0, 3, 0, 4 }.CopyTo(big, big.Length - 8);
        using Npz file = Npz.Parse(Zip(("a.npy", big), ("readme.txt", [1, 2, 3])));
        Assert.Equal(["a"], file.Names);
        Assert.Equal<short>([1, 3, 2, 4], file.Get<short>("a").ToArray());
        Throws.Exactly<NotSupportedException>("npz data: array 'a': files have no element type Char.", () => file.Get<char>("a"));
        Throws.Exactly<InvalidDataException>("npz data: 'a.npy' stands there twice", () => Npz.Parse(Zip(("a.npy", big), ("a.npy", big))));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Get<short>("a"));
    }

    [Fact]
    public void Wrong_checksums_and_headers_that_promise_too_much_are_refused()
    {
        byte[] good = Zip(("a.npy", Make("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", 4, 1)));
        int at = good.AsSpan().IndexOf("{'descr'"u8) + 65;
        good[at] ^= 1;
        using (Npz damaged = Npz.Parse(good))
        {
            Assert.StartsWith("npz data: a.npy: the checksum 0x", Assert.Throws<InvalidDataException>(() => damaged.Get<byte>("a")).Message, StringComparison.Ordinal);
        }

        foreach (long size in new[] { 1L << 20, 1L << 40 })
        {
            using Npz bomb = Npz.Parse(Zip(("a.npy", Make($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({size},), }}", 4, 1))));
            long before = GC.GetAllocatedBytesForCurrentThread(), native = Device.Cpu.PoolStatistics.Requests;
            Assert.Throws<InvalidDataException>(() => bomb.Get<byte>("a"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 10);
            Assert.Equal(native, Device.Cpu.PoolStatistics.Requests);
        }
    }

    [Fact]
    public void Every_truncation_and_every_trailing_byte_is_refused() => Mutations.TryEnds(Good(new Random(1)), Read);

    [Fact]
    public void Mutated_bytes_raise_InvalidDataException_only() => Mutations.Try([Good], Read);

    [Fact]
    public void Mutated_archives_raise_InvalidDataException_only() => Mutations.Try([GoodArchive, PackedArchive], ReadArchive, 1 << 20);

    [Fact]
    public void Mutated_files_raise_InvalidDataException_only()
    {
        Mutations.TryFiles([Good], static path =>
        {
            using Npy file = Npy.Open(path);
            Touch(file);
        });
        Mutations.TryFiles([GoodArchive, PackedArchive], static path =>
        {
            using Npz file = Npz.Open(path);
            Touch(file);
        });
    }

    private static void Read(byte[] bytes)
    {
        using Npy file = Npy.Parse(bytes);
        Touch(file);
    }

    private static void ReadArchive(byte[] bytes)
    {
        using Npz file = Npz.Parse(bytes);
        Touch(file);
    }

    private static void Touch(Npy file)
    {
        using Scope scope = Scope.Begin();
        int count = file.DataType switch
        {
            DataType.Boolean => file.Get<bool>().ToArray().Length,
            DataType.UInt8 => file.Get<byte>().ToArray().Length,
            DataType.Int16 => file.Get<short>().ToArray().Length,
            DataType.Float32 => file.Get<float>().ToArray().Length,
            DataType.Float64 => file.Get<double>().ToArray().Length,
            _ => (int)file.Shape.Size,
        };
        Assert.Equal(file.Shape.Size, count);
    }

    private static void Touch(Npz file)
    {
        using Scope scope = Scope.Begin();
        foreach (string name in file.Names)
        {
            (DataType type, Shape shape) = file.Entry(name);
            int count = type switch
            {
                DataType.UInt8 => file.Get<byte>(name).ToArray().Length,
                DataType.Int16 => file.Get<short>(name).ToArray().Length,
                DataType.Float32 => file.Get<float>(name).ToArray().Length,
                DataType.Float64 => file.Get<double>(name).ToArray().Length,
                _ => (int)shape.Size,
            };
            Assert.Equal(shape.Size, count);
        }
    }

    private static byte[] Good(Random random)
    {
        string[] codes = ["<f4", ">f4", "<f8", "<i2", "|u1", "|b1"];
        string code = codes[random.Next(codes.Length)], shape = random.Next(3) switch { 0 => "()", 1 => "(3,)", _ => "(2, 3)" };
        int count = shape switch { "()" => 1, "(3,)" => 3, _ => 6 };
        return Make($"{{'descr': '{code}', 'fortran_order': {random.Next(2) == 0}, 'shape': {shape}, }}", count * (code[2] - '0'), random.Next(1, 4));
    }

    private static byte[] GoodArchive(Random random)
    {
        using Scope scope = Scope.Begin();
        using MemoryStream stream = new();
        new NpzWriter().Add("x", Tensor.Zeros<float>([random.Next(3), 2])).Add("y", Tensor.Zeros<double>([3])).WriteTo(stream);
        return stream.ToArray();
    }

    private static byte[] PackedArchive(Random random)
    {
        using Scope scope = Scope.Begin();
        using MemoryStream stream = new();
        new NpzWriter(isCompressed: true).Add("x", Tensor.Zeros<short>([random.Next(300), 2])).WriteTo(stream);
        return stream.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in files)
            {
                using Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    private static byte[] Make(string text, int dataBytes, int version)
    {
        byte[] length = new byte[version == 1 ? 2 : 4], padded = Encoding.ASCII.GetBytes(text.PadRight(63) + "\n");
        length[0] = (byte)padded.Length;
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. padded, .. new byte[dataBytes]];
    }

    private static byte[] Bytes<T>(Tensor<T> tensor)
        where T : unmanaged
    {
        using MemoryStream stream = new();
        Npy.WriteTo(stream, tensor);
        return stream.ToArray();
    }

    private sealed class RoundTrip(Folder folder) : Samples.IEach
    {
        public void Run<T>(T[] elements)
            where T : unmanaged
        {
            if (typeof(T) == typeof(BFloat16))
            {
                return;
            }

            string path = folder.File(typeof(T).Name);
            Tensor<T> x = Tensor.From<T>(elements, [2, 3]);
            Npy.Save(path, x.Transpose());
            Tensor<T> back = Npy.Load<T>(path).Transpose();
            Assert.Equal([2, 3], back.Shape.AsSpan().ToArray());
            Assert.Equal(MemoryMarshal.AsBytes<T>(elements), MemoryMarshal.AsBytes<T>(back.ToArray()));
        }
    }
}
