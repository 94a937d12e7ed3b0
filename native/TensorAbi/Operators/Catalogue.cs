using System.Text;

namespace Onsager.Abi;

/// <summary>Every operator by its name, and the texts that users see of them, which live as long as the library.</summary>
internal static unsafe class Catalogue
{
    private static readonly Operator[] All =
    [
        .. ((IEnumerable<Operator>)[
            .. CreationOperators.All, .. ElementwiseOperators.All, .. BitOperators.All, .. ReductionOperators.All, .. ViewOperators.All, .. IndexingOperators.All, .. ProductOperators.All, .. ComplexOperators.All,
        ]).OrderBy(one => one.Signature.Name, StringComparer.Ordinal),
    ];

    private static readonly Dictionary<string, Operator> ByName = All.ToDictionary(one => one.Signature.Name);
    private static readonly byte[][] Names = [.. All.Select(one => Lasting(one.Signature.Name))];
    private static readonly byte[][] Helps = [.. All.Select(one => Lasting($"{one.Signature.Name}({one.Signature.Text}): {one.AllTypes}"))];

    public static int Count => All.Length;

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static Operator Find(string name) => ByName.TryGetValue(name, out Operator? found) ? found : throw new ArgumentException($"there is no operator '{name}'");

    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public static byte* Name(long index) => Text(Names, index);

    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public static byte* Help(long index) => Text(Helps, index);

    private static byte* Text(byte[][] texts, long index)
    {
        if (index < 0 || index >= texts.Length)
        {
            throw new ArgumentException($"there are {texts.Length} operators, and none has number {index}");
        }

        fixed (byte* first = texts[index])
        {
            return first;
        }
    }

    private static byte[] Lasting(string text)
    {
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text) + 1, pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
