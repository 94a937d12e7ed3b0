namespace Onsager.Tensors.Tests;

/// <summary>The checksum of zip files, by eight tables and bit by bit.</summary>
public sealed class Crc32Tests
{
    [Fact]
    public void Checksums_are_those_of_the_standard_at_every_length()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        byte[] bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length < 60; length++)
        {
            uint slow = uint.MaxValue;
            foreach (byte b in bytes.AsSpan(3, length))
            {
                slow ^= b;
                for (int bit = 0; bit < 8; bit++)
                {
                    slow = (slow >> 1) ^ ((slow & 1) * 0xEDB88320);
                }
            }

            Assert.Equal(~slow, Crc32.Append(0, bytes.AsSpan(3, length)));
            Assert.Equal(~slow, Crc32.Append(Crc32.Append(0, bytes.AsSpan(3, length / 3)), bytes.AsSpan(3 + (length / 3), length - (length / 3))));
        }
    }
}
