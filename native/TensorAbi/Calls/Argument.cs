using System.Runtime.InteropServices;

namespace Onsager.Abi;

/// <summary>What an argument is, with the numbers of onsager.h.</summary>
internal enum ArgumentKind
{
    Integer = 1,
    Number = 2,
    Integers = 3,
    Text = 4,
}

/// <summary>struct onsager_argument.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal unsafe struct NativeArgument
{
    [FieldOffset(0)]
    public byte* Name;

    [FieldOffset(8)]
    public int Kind;

    [FieldOffset(12)]
    public int Count;

    [FieldOffset(16)]
    public long Integer;

    [FieldOffset(16)]
    public double Number;

    [FieldOffset(16)]
    public long* Integers;

    [FieldOffset(16)]
    public byte* Text;
}

/// <summary>Texts of the caller.</summary>
internal static unsafe class NativeText
{
    private const int Longest = 256;

    /// <summary>A text, at most so long that no damage is done where its end is missing.</summary>
    /// <exception cref="ArgumentException">It is null or too long.</exception>
    public static string Read(byte* text, string what)
    {
        if (text is null)
        {
            throw new ArgumentException($"{what} is null");
        }

        int length = 0;
        while (length <= Longest && text[length] != 0)
        {
            length++;
        }

        return length <= Longest
            ? System.Text.Encoding.UTF8.GetString(text, length)
            : throw new ArgumentException($"{what} has more than {Longest} bytes");
    }
}
