using System.Buffers.Binary;

namespace Onsager.Tensors;

/// <summary>
/// The checksum of zip files: the remainder by the polynomial 0x04C11DB7, bits reversed (ISO 3309; PKWARE, APPNOTE 4.4.7), eight bytes at a time by eight tables (M. Kounavis, F. Berry,
/// "A systematic approach to building high performance software-based CRC generators", ISCC 2005).
/// </summary>
internal static class Crc32
{
    private const int Bytes = 8;

    /// <summary>The remainders of a byte that none to seven zeros follow.</summary>
    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of what came before, 0 at first, and these bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Table;
        crc = ~crc;
        for (; bytes.Length >= Bytes; bytes = bytes[Bytes..])
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc, high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 * 256) + (byte)low] ^ table[(6 * 256) + (byte)(low >> 8)] ^ table[(5 * 256) + (byte)(low >> 16)] ^ table[(4 * 256) + (byte)(low >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)] ^ table[256 + (byte)(high >> 16)] ^ table[(byte)(high >> 24)];
        }

        foreach (byte b in bytes)
        {
            crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[256 * Bytes];
        for (uint i = 0; i < 256; i++)
        {
            uint remainder = i;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0xEDB88320 : remainder >> 1;
            }

            table[i] = remainder;
        }

        for (int i = 256; i < table.Length; i++)
        {
            table[i] = table[(byte)table[i - 256]] ^ (table[i - 256] >> 8);
        }

        return table;
    }
}
