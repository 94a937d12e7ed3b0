using System.Buffers.Binary;
using System.IO.Compression;

namespace Onsager.Tensors.Tests;

/// <summary>IDX files: what is written comes back, and nothing but InvalidDataException comes out of a bad one.</summary>
public sealed class IdxTests
{
    // Room for unpacking buffers, messages and exceptions, which no header can enlarge.
    private const long Cap = 256 << 10;

    private static readonly IdxType[] Types = Enum.GetValues<IdxType>();

    public static TheoryData<IdxType, bool> TypesPlainAndZipped()
    {
        TheoryData<IdxType, bool> data = [];
        foreach (IdxType type in Types)
        {
            data.Add(type, false);
            data.Add(type, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(TypesPlainAndZipped))]
    public void Every_type_comes_back_from_bytes_and_from_a_file(IdxType type, bool zip)
    {
        double[] values = Values(type, 24);
        byte[] file = Make(type, [2, 3, 4], values);
        if (zip)
        {
            file = Zip(file);
        }

        // The name says the opposite of the contents: the first bytes decide.
        string path = Path.Combine(Path.GetTempPath(), $"onsager-idx-{Guid.NewGuid():N}{(zip ? "" : ".gz")}");
        File.WriteAllBytes(path, file);
        try
        {
            foreach (Idx idx in new[] { Idx.Parse(file), Idx.Read(path) })
            {
                Assert.Equal(type, idx.ElementType);
                Assert.Equal([2, 3, 4], idx.Shape.ToArray());
                Assert.Equal(24, idx.Count);
                Assert.Equal(values, idx.ToDouble());
                Assert.Equal(values.Select(value => (float)value), idx.ToSingle());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Large_files_are_read_whole(bool zip)
    {
        byte[] file = Make(IdxType.Byte, [3000, 28, 28], Values(IdxType.Byte, 3000 * 28 * 28));
        Idx idx = Idx.Parse(zip ? Zip(file) : file);
        Assert.True(idx.Data.SequenceEqual(file.AsSpan(16)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Ranks_and_empty_axes(int rank)
    {
        int[] ones = [.. Enumerable.Repeat(1, rank)];
        Assert.Equal([7.0], Idx.Parse(Make(IdxType.Int16, ones, [7])).ToDouble());
        ones[0] = 0;
        byte[] empty = Make(IdxType.Double, ones, []);
        Assert.Equal(0, Idx.Parse(empty).Count);
        Assert.Equal(0, Idx.Parse(Zip(empty)).Count);
    }

    [Fact]
    public void An_empty_axis_beside_huge_ones_is_empty() =>
        Assert.Equal(0, Idx.Parse(Make(IdxType.Double, [int.MaxValue, int.MaxValue, int.MaxValue, 0], [])).Count);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_and_every_trailing_byte_is_refused(bool zip)
    {
        byte[] file = Make(IdxType.Int32, [5, 7], Values(IdxType.Int32, 35));
        if (zip)
        {
            file = Zip(file);
        }

        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => Idx.Parse(file.AsSpan(0, length)));
        }

        for (int extra = 1; extra < 40; extra++)
        {
            Assert.Throws<InvalidDataException>(() => Idx.Parse([.. file, .. new byte[extra]]));
            Assert.Throws<InvalidDataException>(() => Idx.Parse([.. file, .. file.AsSpan(0, Math.Min(extra, file.Length))]));
        }
    }

    [Fact]
    public void A_zipped_file_with_trailing_bytes_inside_is_refused()
    {
        byte[] file = Make(IdxType.Byte, [10], Values(IdxType.Byte, 10));
        Assert.Throws<InvalidDataException>(() => Idx.Parse(Zip([.. file, 0])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Random_mutations_raise_InvalidDataException_only(bool zip)
    {
        Random random = new(20250101);
        int cases = int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_CASES"), out int given) ? given : 10_000;
        int refused = 0;
        for (int i = 0; i < cases; i++)
        {
            IdxType type = Types[random.Next(Types.Length)];
            byte[] file = Make(type, [3, 4], Values(type, 12));
            if (zip && random.Next(2) == 0)
            {
                file = Mutations.Of(random, Zip(file));
            }
            else
            {
                file = zip ? Zip(Mutations.Of(random, file)) : Mutations.Of(random, file);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Idx idx = Idx.Parse(file);
                Assert.Equal(idx.Count, idx.ToSingle().Length);
            }
            catch (InvalidDataException problem)
            {
                Assert.StartsWith("IDX data: ", problem.Message, StringComparison.Ordinal);
                refused++;
            }

            // A gzip file's header is trusted up to 1 MiB.
            long limit = Cap + (zip ? 1 << 20 : 0);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, limit);
        }

        Assert.InRange(refused, cases / 4, cases);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Headers_that_promise_too_much_take_no_memory(bool zip)
    {
        int[][] shapes = [[2_000_000_000], [1 << 16, 1 << 14], [int.MaxValue, int.MaxValue, int.MaxValue], [1 << 20, 1 << 20, 1 << 20]];
        foreach (int[] shape in shapes)
        {
            byte[] file = Make(IdxType.Byte, shape, [1, 2, 3]);
            if (zip)
            {
                file = Zip(file);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(file.Length - 4), shape[0]);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => Idx.Parse(file));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Cap);
        }
    }

    [Fact]
    public void Messages_name_the_file_and_what_came()
    {
        Expect("digits: an IDX header of 4 bytes or more is expected, 2 came", [0, 0]);
        Expect("digits: an IDX file starts with two zero bytes, 0x50 0x4B came", "PK\u0003\u0004"u8);
        Expect("digits: an element type 0x08, 0x09, 0x0B, 0x0C, 0x0D or 0x0E is expected, 0x0A came", [0, 0, 10, 1]);
        Expect("digits: 1 to 8 axes are expected, 9 came", [0, 0, 8, 9]);
        Expect("digits: 1 to 8 axes are expected, 0 came", [0, 0, 8, 0, 1]);
        Expect("digits: a header of 12 bytes is expected for 2 axes, 6 came", [0, 0, 8, 2, 0, 0]);
        Expect("digits: axis 0 has extent 4294967295, more than 2147483647", [0, 0, 8, 1, 255, 255, 255, 255]);
        Expect("digits: Int16 [3] takes 6 bytes after the header, only 5 came", [0, 0, 11, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5]);
        Expect("digits: Byte [1] takes 1 bytes after the header, more came", [0, 0, 8, 1, 0, 0, 0, 1, 1, 2]);
    }

    [Fact]
    public void A_missing_file_is_not_found() =>
        Assert.Throws<FileNotFoundException>(() => Idx.Read(Path.Combine(Path.GetTempPath(), $"onsager-no-{Guid.NewGuid():N}")));

    private static void Expect(string message, ReadOnlySpan<byte> file)
    {
        byte[] bytes = file.ToArray();
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Idx.Parse(bytes, "digits")).Message);
    }

    /// <summary>Values that the type holds exactly, its extremes among them.</summary>
    private static double[] Values(IdxType type, int count)
    {
        double[] extremes = type switch
        {
            IdxType.Byte => [0, 255],
            IdxType.SByte => [sbyte.MinValue, sbyte.MaxValue],
            IdxType.Int16 => [short.MinValue, short.MaxValue],
            IdxType.Int32 => [int.MinValue, int.MaxValue],
            IdxType.Single => [float.Epsilon, float.NegativeInfinity],
            _ => [double.NaN, 0.1],
        };
        Random random = new(7);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = i < extremes.Length ? extremes[i] : random.Next(128);
        }

        return values;
    }

    private static byte[] Make(IdxType type, int[] shape, double[] values)
    {
        List<byte> file = [0, 0, (byte)type, (byte)shape.Length];
        byte[] word = new byte[8];
        foreach (int extent in shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, extent);
            file.AddRange(word[..4]);
        }

        foreach (double value in values)
        {
            file.AddRange(Element(type, value));
        }

        return [.. file];
    }

    private static byte[] Element(IdxType type, double value)
    {
        byte[] word = new byte[8];
        switch (type)
        {
            case IdxType.Byte:
                return [(byte)value];
            case IdxType.SByte:
                return [(byte)(sbyte)value];
            case IdxType.Int16:
                BinaryPrimitives.WriteInt16BigEndian(word, (short)value);
                return word[..2];
            case IdxType.Int32:
                BinaryPrimitives.WriteInt32BigEndian(word, (int)value);
                return word[..4];
            case IdxType.Single:
                BinaryPrimitives.WriteSingleBigEndian(word, (float)value);
                return word[..4];
            default:
                BinaryPrimitives.WriteDoubleBigEndian(word, value);
                return word;
        }
    }

    private static byte[] Zip(byte[] file)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(file);
        }

        return packed.ToArray();
    }
}
