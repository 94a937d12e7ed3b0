namespace Onsager.Tensors;

/// <summary>The little of Python's literals that stands in the header of an npy file, token by token.</summary>
internal ref struct NpyText(ReadOnlySpan<byte> text, string name)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly string name = name;
    private int at;

    /// <summary>The next byte that is no space; 0 at the end.</summary>
    public byte Peek()
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            at++;
        }

        return at < text.Length ? text[at] : (byte)0;
    }

    /// <summary>Takes a mark if it comes next.</summary>
    public bool Take(char mark)
    {
        if (Peek() != mark)
        {
            return false;
        }

        at++;
        return true;
    }

    /// <summary>Takes a mark that must come next.</summary>
    public void Expect(char mark)
    {
        if (!Take(mark))
        {
            throw Bad($"'{mark}'");
        }
    }

    /// <summary>A text in single or double quotes, without escapes.</summary>
    public ReadOnlySpan<byte> String()
    {
        byte quote = Peek();
        if (quote is (byte)'\'' or (byte)'"')
        {
            ReadOnlySpan<byte> rest = text[(at + 1)..];
            int length = rest.IndexOfAny(quote, (byte)'\\', (byte)'\n');
            if (length >= 0 && rest[length] == quote)
            {
                at += length + 2;
                return rest[..length];
            }
        }

        throw Bad("a text in quotes");
    }

    /// <summary>True or False.</summary>
    public bool Truth()
    {
        Peek();
        foreach ((string word, bool truth) in (ReadOnlySpan<(string, bool)>)[("True", true), ("False", false)])
        {
            if (at + word.Length <= text.Length && System.Text.Ascii.Equals(text.Slice(at, word.Length), word))
            {
                at += word.Length;
                return truth;
            }
        }

        throw Bad("True or False");
    }

    /// <summary>A tuple of whole numbers, and how many they are.</summary>
    public int Tuple(scoped Span<long> numbers)
    {
        Expect('(');
        int count = 0;
        bool isComplete = Take(')');
        while (!isComplete)
        {
            if (count == numbers.Length)
            {
                throw new InvalidDataException($"{name}: more than {numbers.Length} axes");
            }

            numbers[count++] = Number();

            // Behind a single number the comma makes the tuple.
            bool hasComma = Take(',');
            isComplete = Take(')');
            if (!hasComma && (!isComplete || count == 1))
            {
                throw Bad("','");
            }
        }

        return count;
    }

    /// <summary>Only spaces may follow.</summary>
    public void End()
    {
        if (Peek() != 0 || at < text.Length)
        {
            throw Bad("the end");
        }
    }

    private long Number()
    {
        Peek();
        int start = at;
        long number = 0;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9')
        {
            int digit = text[at++] - '0';
            if (number > (long.MaxValue - digit) / 10)
            {
                throw new InvalidDataException($"{name}: an extent is more than {long.MaxValue}");
            }

            number = (10 * number) + digit;
        }

        // Python 2 wrote its long integers as 3L.
        if (at > start && at < text.Length && text[at] == (byte)'L')
        {
            at++;
        }

        return at > start ? number : throw Bad("a whole number");
    }

    private readonly InvalidDataException Bad(string expected) => new($"{name}: {expected} is expected at byte {at} of the header's text");
}
