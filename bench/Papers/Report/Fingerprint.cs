using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Onsager.Papers.Report;

/// <summary>
/// SHA-256 over the bits of all numeric results of a run, in order, each as a little-endian double. Every NaN counts as the same one.
/// Two runs with equal fingerprints computed the same numbers to the last bit.
/// </summary>
internal sealed class Fingerprint
{
    private const ulong CanonicalNaN = 0x7FF8_0000_0000_0000;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(double value) => Add([value]);

    public void Add(ReadOnlySpan<double> values)
    {
        Span<byte> bytes = stackalloc byte[64 * sizeof(double)];
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, 64);
            for (int i = 0; i < count; i++)
            {
                ulong bits = double.IsNaN(values[i]) ? CanonicalNaN : BitConverter.DoubleToUInt64Bits(values[i]);
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(double))..], bits);
            }

            hash.AppendData(bytes[..(count * sizeof(double))]);
            values = values[count..];
        }
    }

    /// <summary>Floats enter as the doubles that they are equal to.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        Span<double> wide = stackalloc double[64];
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, 64);
            for (int i = 0; i < count; i++)
            {
                wide[i] = values[i];
            }

            Add(wide[..count]);
            values = values[count..];
        }
    }

    /// <summary>The hash as 64 lower-case hexadecimal digits; the next number starts a new one.</summary>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());
}
