using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Onsager.Tensors.Tests;

/// <summary>Safetensors files: what is written comes back, over the file itself, and nothing but InvalidDataException comes out of a bad one.</summary>
[Collection(Alone.Name)]
public sealed class SafetensorsTests
{
    [Fact]
    public void Every_type_comes_back_bit_by_bit()
    {
        using Folder folder = new();
        using Scope scope = Scope.Begin();
        WriteEach write = new();
        Samples.Each(write);
        string path = folder.File("all.safetensors");
        write.Writer.Write(path);
        using Safetensors mapped = Safetensors.Open(path), parsed = Safetensors.Parse(File.ReadAllBytes(path));
        foreach (Safetensors file in new[] { mapped, parsed })
        {
            Assert.Equal(13, file.Entries.Count);
            Assert.Equal("pt", file.Metadata["format"]);
            Samples.Each(new ReadEach(file));
        }

        Assert.Equal([path], Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void Headers_say_names_types_and_shapes()
    {
        using Scope scope = Scope.Begin();
        byte[] bytes = Bytes(new SafetensorsWriter()
            .Add("b", Tensor.Zeros<byte>([3])).Add("z", Tensor.Zeros<double>([2, 2])).Add("a", Tensor.Zeros<double>([]))
            .Add("none", Tensor.Zeros<float>([0, 7])).Add("π \"\\\n", Tensor.Zeros<float>([1, 1, 1, 1, 1, 1, 1, 1])));
        using Safetensors file = Safetensors.Parse(bytes);
        Assert.Equal(["a", "z", "none", "π \"\\\n", "b"], file.Entries.Select(entry => entry.Name));
        Assert.Equal(0, file.Entries[0].Offset % 64);
        Assert.Equal(DataType.Float64, file.Entry("z").DataType);
        Assert.Equal([2, 2], file.Entry("z").Shape.AsSpan().ToArray());
        Assert.Equal(32, file.Entry("z").ByteCount);
        Assert.Equal([0, 7], file.Get<float>("none").Shape.AsSpan().ToArray());
        Assert.Equal(0, file.Get<double>("a").Rank);
        Assert.True(file.Contains("b"));
        Assert.False(file.Contains("c"));
        Assert.Throws<KeyNotFoundException>(() => file.Get<float>("c"));
        Throws.Exactly<InvalidOperationException>(
            "safetensors data: tensor 'z': the elements are Float64, not Single; read them as they are, and cast.", () => file.Get<float>("z"));
        Throws.Exactly<NotSupportedException>("safetensors data: tensor 'z': files have no element type Char.", () => file.Get<char>("z"));
    }

    [Fact]
    public void The_same_tensors_give_the_same_bytes()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Arange(6f).Reshape(2, 3);
        Tensor<long> y = Tensor.From<long>([1, 2]);
        byte[] one = Bytes(new SafetensorsWriter { Metadata = { ["k"] = "v", ["a"] = "b" } }.Add("x", x).Add("y", y));
        byte[] two = Bytes(new SafetensorsWriter { Metadata = { ["a"] = "b", ["k"] = "v" } }.Add("y", y).Add("x", x.Transpose().Contiguous().Transpose()));
        Assert.Equal(one, two);
    }

    [Fact]
    public void A_disposed_file_gives_no_tensors()
    {
        using Tensor<float> x = Tensor.Arange(6f);
        Safetensors file = Safetensors.Parse(Bytes(new SafetensorsWriter().Add("x", x)));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Get<float>("x"));
        Assert.Equal("x", file.Entries[0].Name);
    }

    [Fact]
    public void Elements_that_are_not_aligned_are_copied()
    {
        byte[] bytes = Make("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F64","shape":[2],"data_offsets":[1,17]}}""", 17);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(bytes.Length - 8), 1.25);
        using Folder folder = new();
        File.WriteAllBytes(folder.File("x"), bytes);
        using Safetensors mapped = Safetensors.Open(folder.File("x")), parsed = Safetensors.Parse(bytes);
        using Tensor<double> x = mapped.Get<double>("x"), y = parsed.Get<double>("x");
        Assert.Equal([0, 1.25], x.ToArray());
        Assert.Equal([0, 1.25], y.ToArray());
    }

    [Fact]
    public void Names_that_cannot_be_written_are_refused()
    {
        using Tensor<float> x = Tensor.Arange(3f);
        using Tensor<char> c = Tensor.Zeros<char>([1]);
        SafetensorsWriter writer = new SafetensorsWriter().Add("x", x);
        Throws.Exactly<ArgumentException>("safetensors: the name 'x' is taken.", () => writer.Add("x", x));
        Throws.Exactly<ArgumentException>("safetensors: the name '__metadata__' is taken.", () => writer.Add("__metadata__", x));
        Throws.Exactly<ArgumentException>("safetensors: a name or text has half of a surrogate pair.", () => writer.Add("\uD800", x));
        Throws.Exactly<NotSupportedException>("safetensors: files have no element type Char.", () => writer.Add("c", c));
        writer.Metadata["k"] = "\uDC00";
        Assert.Throws<ArgumentException>(() => Bytes(writer));
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'x' stands there twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'x' stands there twice")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "a member of tensor 'x' stands there twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[5,9]}}""", 9, "tensor 'y' begins at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'y' begins at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[3,7]}}""", 7, "tensor 'y' begins at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "the tensors end at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 5, "tensor 'x' begins at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'x' is F32 [2], which does not fit data_offsets [0, 4] of 4 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", 4, "tensor 'x' is F32")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "tensor 'x' is F32")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor 'x' is F32")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "data_offsets of tensor 'x': more than 2 numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "dtype, shape and two data_offsets are expected of tensor 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "the shape of tensor 'x': whole numbers from 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "the shape of tensor 'x': whole numbers from 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}""", 4, "the shape of tensor 'x': whole numbers from 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "the shape of tensor 'x': more than 8 numbers")]
    [InlineData("""{"x":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "the shape of tensor 'x': an array is expected, String came")]
    [InlineData("""{"x":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "tensor 'x' has dtype C64")]
    [InlineData("""{"x":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype of tensor 'x': a string is expected, Number came")]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,4]}}""", 4, "dtype, shape and two data_offsets are expected of tensor 'x'")]
    [InlineData("""{"x":[]}""", 0, "tensor 'x': an object is expected, StartArray came")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "__metadata__.a: a string is expected, Number came")]
    [InlineData("""{"__metadata__":{"a":"b","a":"c"}}""", 0, "__metadata__.a stands there twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__ stands there twice")]
    [InlineData("""{"__metadata__":"text"}""", 0, "__metadata__: an object of strings is expected, String came")]
    [InlineData("""{"\uD800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "the header has a text that is none")]
    [InlineData("""[]""", 0, "the header must begin with {")]
    [InlineData(""" {}""", 0, "the header must begin with {")]
    [InlineData("""{}x""", 0, "the header is no JSON object")]
    [InlineData("""{,}""", 0, "the header is no JSON object")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],}}""", 4, "the header is no JSON object")]
    [InlineData("""{"x":{"a":[[[[[[[[]]]]]]]]}}""", 0, "the header is no JSON object")]
    [InlineData("", 0, "the header must begin with {")]
    public void What_the_format_forbids_is_refused(string json, int dataBytes, string message)
    {
        string said = Assert.Throws<InvalidDataException>(() => Safetensors.Parse(Make(json, dataBytes), "weights")).Message;
        Assert.StartsWith("weights: " + message, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_promise_too_much_are_refused_before_anything_is_read()
    {
        byte[] file = Make("{}", 0);
        foreach ((ulong length, string message) in new[]
        {
            (100_000_001UL, "weights: a header of 100000000 bytes or less is expected, the first eight bytes say 100000001"),
            (ulong.MaxValue, "weights: a header of 100000000 bytes or less is expected, the first eight bytes say 18446744073709551615"),
            (3UL, "weights: the first eight bytes say that the header has 3 bytes, only 2 came"),
            (100_000_000UL, "weights: the first eight bytes say that the header has 100000000 bytes, only 2 came"),
        })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(file, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Throws.Exactly<InvalidDataException>(message, () => Safetensors.Parse(file, "weights"));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
        }
    }

    [Fact]
    public void A_header_may_end_in_spaces_and_know_more_than_we_do()
    {
        using Safetensors file = Safetensors.Parse(Make("""{"x":{"dtype":"F32","new":{"a":[1]},"shape":[1],"data_offsets":[0,4]}}      """, 4));
        using Tensor<float> x = file.Get<float>("x");
        Assert.Equal([0f], x.ToArray());
        using Safetensors empty = Safetensors.Parse(Make("{}", 0));
        Assert.Empty(empty.Entries);
    }

    [Fact]
    public void A_bool_is_0_or_1()
    {
        byte[] file = Make("""{"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 3);
        file[^1] = 2;
        using Safetensors bad = Safetensors.Parse(file, "weights");
        Throws.Exactly<InvalidDataException>("weights: a bool is 0 or 1, 2 came as element 2", () => bad.Get<bool>("x"));
    }

    [Fact]
    public void A_list_of_many_tensors_takes_memory_like_its_header()
    {
        StringBuilder json = new("{");
        for (int i = 0; i < 20_000; i++)
        {
            json.Append(i > 0 ? "," : "").Append($$""" "{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
        }

        byte[] file = Make(json.Append('}').ToString(), 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Safetensors many = Safetensors.Parse(file);
        Assert.Equal(20_000, many.Entries.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8L * file.Length);
    }

    [Fact]
    public void Every_truncation_and_every_trailing_byte_is_refused() => Mutations.TryEnds(Good(new Random(1)), Read);

    [Fact]
    public void Mutated_bytes_raise_InvalidDataException_only() => Mutations.Try([Good], Read);

    [Fact]
    public void Mutated_files_raise_InvalidDataException_only() => Mutations.TryFiles([Good], static path =>
    {
        using Safetensors file = Safetensors.Open(path);
        Touch(file);
    });

    private static void Read(byte[] bytes)
    {
        using Safetensors file = Safetensors.Parse(bytes);
        Touch(file);
    }

    /// <summary>Reads every element.</summary>
    private static void Touch(Safetensors file)
    {
        using Scope scope = Scope.Begin();
        foreach (SafetensorsEntry entry in file.Entries)
        {
            int count = entry.DataType switch
            {
                DataType.Boolean => file.Get<bool>(entry.Name).ToArray().Length,
                DataType.UInt8 => file.Get<byte>(entry.Name).ToArray().Length,
                DataType.Int16 => file.Get<short>(entry.Name).ToArray().Length,
                DataType.Float32 => file.Get<float>(entry.Name).ToArray().Length,
                DataType.Float64 => file.Get<double>(entry.Name).ToArray().Length,
                _ => (int)entry.Shape.Size,
            };
            Assert.Equal(entry.Shape.Size, count);
        }
    }

    private static byte[] Good(Random random)
    {
        using Scope scope = Scope.Begin();
        SafetensorsWriter writer = new();
        if (random.Next(2) == 0)
        {
            writer.Metadata["format"] = "pt";
        }

        writer.Add("w", Tensor.Zeros<float>([random.Next(3), 2])).Add("flags", Tensor.Ones<float>([3]).GreaterThan(Tensor.Scalar(0f)));
        writer.Add("d", Tensor.Zeros<double>([])).Add("s", Tensor.Zeros<short>([1, 3]));
        byte[] file = Bytes(writer);

        // Without most of the spaces, so that mutations meet something else.
        int end = file.AsSpan().LastIndexOf("}"u8[0]) + 1, data = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        byte[] packed = [.. file[..end], .. file[data..]];
        BinaryPrimitives.WriteUInt64LittleEndian(packed, (ulong)end - 8);
        return packed;
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using MemoryStream stream = new();
        writer.WriteTo(stream);
        return stream.ToArray();
    }

    private static byte[] Make(string json, int dataBytes)
    {
        byte[] text = Encoding.UTF8.GetBytes(json), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. new byte[dataBytes]];
    }

    private sealed class WriteEach : Samples.IEach
    {
        public SafetensorsWriter Writer { get; } = new() { Metadata = { ["format"] = "pt" } };

        public void Run<T>(T[] elements)
            where T : unmanaged => Writer.Add(typeof(T).Name, Tensor.From<T>(elements, [2, 3]));
    }

    private sealed class ReadEach(Safetensors file) : Samples.IEach
    {
        public void Run<T>(T[] elements)
            where T : unmanaged
        {
            Assert.Equal(0, file.Entry(typeof(T).Name).Offset % Unsafe.SizeOf<T>());
            Assert.Equal(MemoryMarshal.AsBytes<T>(elements), MemoryMarshal.AsBytes<T>(file.Get<T>(typeof(T).Name).ToArray()));
        }
    }
}
