using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Tensors as a person reads them: rows in brackets and columns below each other, as NumPy prints them, always with the same signs for
/// decimal point and infinity. Of more than <see cref="Threshold"/> elements the first and last <see cref="EdgeItems"/> of each axis are shown.
/// </summary>
internal static class TensorText
{
    public const int Threshold = 1000;
    public const int EdgeItems = 3;

    /// <summary>Digits behind the decimal point, at most.</summary>
    private const int MaxDecimals = 6;

    public static string Of<T>(Tensor<T> x)
        where T : unmanaged
    {
        Shape shape = x.Shape;
        StringBuilder text = new();
        text.Append("Tensor<").Append(typeof(T).Name).Append("> ").Append(shape.ToString()).Append(" on ").Append(x.Device.Name).Append(shape.Rank == 0 ? ": " : ":\n");
        bool isSummary = shape.Size > Threshold;
        using Tensor<T> shown = isSummary ? Edges(x) : x.Share();
        string[] words = Words(shown.ToArray());
        int width = 0;
        foreach (string word in words)
        {
            width = int.Max(width, word.Length);
        }

        int next = 0;
        Write(text, shape, isSummary, 0, words, width, ref next);
        return text.ToString();
    }

    /// <summary>The elements that a summary shows.</summary>
    private static Tensor<T> Edges<T>(Tensor<T> x)
        where T : unmanaged
    {
        Tensor<T> shown = x.Share();
        for (int axis = 0; axis < x.Rank; axis++)
        {
            nint extent = x.Shape[axis];
            if (extent > 2 * EdgeItems)
            {
                using Tensor<T> whole = shown;
                using Tensor<T> first = whole.Slice(axis, 0, EdgeItems), last = whole.Slice(axis, extent - EdgeItems, extent);
                shown = Joined(axis, first, last);
            }
        }

        return shown;
    }

    /// <summary>Not by Concatenate: printing is never recorded.</summary>
    private static Tensor<T> Joined<T>(int axis, Tensor<T> first, Tensor<T> last)
        where T : unmanaged
    {
        Tensor<T> joined = Tensor.Empty<T>(Indexing.Replace(first.Shape, axis, [first.Shape[axis] + last.Shape[axis]], "print"), first.Device);
        Joining.Copy<T>(axis, [first, last], joined.Node);
        return joined;
    }

    private static void Write(StringBuilder text, Shape shape, bool isSummary, int axis, string[] words, int width, ref int next)
    {
        if (axis == shape.Rank)
        {
            text.Append(words[next++].PadLeft(width));
            return;
        }

        text.Append('[');
        nint extent = shape[axis];
        bool isCut = isSummary && extent > 2 * EdgeItems, isRow = axis == shape.Rank - 1;
        nint count = isCut ? 2 * EdgeItems : extent;
        string separator = isRow ? ", " : "," + new string('\n', int.Min(2, shape.Rank - 1 - axis)) + new string(' ', axis + 1);
        for (nint i = 0; i < count; i++)
        {
            if (isCut && i == EdgeItems)
            {
                text.Append("...").Append(separator);
            }

            Write(text, shape, isSummary, axis + 1, words, width, ref next);
            text.Append(i + 1 < count ? separator : string.Empty);
        }

        text.Append(']');
    }

    private static string[] Words<T>(T[] elements)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16))
        {
            return Reals(elements);
        }

        string[] words = new string[elements.Length];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = typeof(T) == typeof(bool)
                ? Unsafe.BitCast<T, bool>(elements[i]) ? "true" : "false"
                : (elements[i] as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? elements[i].ToString() ?? string.Empty;
        }

        return words;
    }

    /// <summary>All with the same number of decimals, as few as tell them apart; in powers of ten where they are very large, very small or very unlike.</summary>
    private static string[] Reals<T>(T[] elements)
        where T : unmanaged
    {
        double least = double.PositiveInfinity, greatest = 0;
        foreach (T element in elements)
        {
            double magnitude = Math.Abs(Number(element));
            if (double.IsFinite(magnitude) && magnitude != 0)
            {
                least = Math.Min(least, magnitude);
                greatest = Math.Max(greatest, magnitude);
            }
        }

        bool isScientific = greatest != 0 && (greatest >= 1e8 || least < 1e-4 || greatest / least > 1e6);
        int decimals = isScientific ? 0 : 1;
        foreach (T element in elements)
        {
            string digits = Digits(element, isScientific ? "0.######E+00" : "0.######");
            int end = digits.IndexOf('E', StringComparison.Ordinal), point = digits.IndexOf('.', StringComparison.Ordinal);
            decimals = point < 0 || !double.IsFinite(Number(element)) ? decimals : int.Max(decimals, (end < 0 ? digits.Length : end) - point - 1);
        }

        string zeros = new('0', int.Min(decimals, MaxDecimals)), format = (zeros.Length == 0 ? "0" : "0." + zeros) + (isScientific ? "E+00" : string.Empty);
        string[] words = new string[elements.Length];
        for (int i = 0; i < words.Length; i++)
        {
            double number = Number(elements[i]);
            words[i] = double.IsNaN(number) ? "nan" : double.IsInfinity(number) ? number > 0 ? "inf" : "-inf" : Digits(elements[i], format);
        }

        return words;
    }

    private static double Number<T>(T x)
        where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x)
        : typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(x)
        : typeof(T) == typeof(Half) ? (double)Unsafe.BitCast<T, Half>(x)
        : (double)Unsafe.BitCast<T, BFloat16>(x);

    /// <summary>In its own type, whose shortest digits are meant: 0.1f is 0.1.</summary>
    private static string Digits<T>(T x, string format)
        where T : unmanaged =>
        typeof(T) == typeof(double)
            ? Unsafe.BitCast<T, double>(x).ToString(format, CultureInfo.InvariantCulture)
            : ((float)Number(x)).ToString(format, CultureInfo.InvariantCulture);
}
