namespace Onsager.Tensors;

/// <summary>
/// What an einsum equation says of given shapes: letters for the axes of each operand and of the output, and the extent of each letter.
/// The axes of an ellipsis have letters of their own, '0' for the last of them, '1' for the one before it, and so on.
/// </summary>
internal sealed class Equation
{
    private readonly Dictionary<char, nint> extents = [];
    private readonly Dictionary<char, int> operandsWith = [];
    private int ellipsisRank;

    private Equation(string[] inputs)
    {
        Inputs = inputs;
        Output = string.Empty;
    }

    /// <summary>The letters of each operand.</summary>
    public string[] Inputs { get; }

    /// <summary>The letters of the output.</summary>
    public string Output { get; private set; }

    public Shape OutputShape => ShapeOf(Output);

    /// <summary>Reads an equation.</summary>
    /// <exception cref="ArgumentException">It cannot be read, or does not fit the shapes.</exception>
    public static Equation Read(string text, ReadOnlySpan<Shape> shapes)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] sides = text.Replace(" ", string.Empty, StringComparison.Ordinal).Split("->");
        if (sides.Length > 2)
        {
            throw Bad(text, "\"->\" occurs more than once");
        }

        Equation plan = new(sides[0].Split(','));
        if (plan.Inputs.Length != shapes.Length)
        {
            throw Bad(text, $"it has {plan.Inputs.Length} operands, {shapes.Length} were given");
        }

        for (int i = 0; i < shapes.Length; i++)
        {
            plan.Inputs[i] = plan.ReadInput(text, i, plan.Inputs[i], shapes[i]);
        }

        plan.Output = sides.Length == 2 ? plan.ReadOutput(text, sides[1]) : plan.ImplicitOutput();
        if (plan.Output.Length > Shape.MaxRank)
        {
            throw Bad(text, $"the output has {plan.Output.Length} axes; at most {Shape.MaxRank} are supported");
        }

        return plan;
    }

    /// <summary>Whether one operand alone has a letter, and the output has not.</summary>
    public bool IsAlone(char letter) => operandsWith[letter] == 1 && !Output.Contains(letter, StringComparison.Ordinal);

    public Shape ShapeOf(string letters)
    {
        Span<nint> shape = stackalloc nint[letters.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = extents[letters[axis]];
        }

        return Shape.Create(shape);
    }

    /// <summary>The product of the letters' extents.</summary>
    public nint Size(string letters)
    {
        nint size = 1;
        foreach (char letter in letters)
        {
            size *= extents[letter];
        }

        return size;
    }

    private static ArgumentException Bad(string text, string why) => new($"einsum: \"{text}\": {why}.");

    private string ReadInput(string text, int number, string written, Shape shape)
    {
        string letters = Letters(text, written, shape.Rank - Named(text, written));
        if (letters.Length != shape.Rank)
        {
            throw Bad(text, $"operand {number} has {letters.Length} letters, its shape {shape} has rank {shape.Rank}");
        }

        for (int axis = 0; axis < letters.Length; axis++)
        {
            char letter = letters[axis];
            nint extent = shape[axis], known = extents.GetValueOrDefault(letter, 1);
            bool isNew = !extents.ContainsKey(letter), broadcasts = char.IsAsciiDigit(letter) && (extent == 1 || known == 1);
            if (!isNew && extent != known && !broadcasts)
            {
                string name = char.IsAsciiDigit(letter) ? "an axis of the ellipsis" : $"'{letter}'";
                throw Bad(text, $"{name} has extent {known}, but axis {axis} of operand {number} with shape {shape} has {extent}");
            }

            extents[letter] = isNew || known == 1 ? extent : known;
            operandsWith[letter] = operandsWith.GetValueOrDefault(letter) + (letters.IndexOf(letter, StringComparison.Ordinal) == axis ? 1 : 0);
        }

        return letters;
    }

    private string ReadOutput(string text, string written)
    {
        Named(text, written);
        string letters = Letters(text, written, ellipsisRank);
        for (int i = 0; i < letters.Length; i++)
        {
            if (!extents.ContainsKey(letters[i]))
            {
                throw Bad(text, $"'{letters[i]}' of the output is in no operand");
            }

            if (letters.IndexOf(letters[i], StringComparison.Ordinal) != i)
            {
                throw Bad(text, $"'{letters[i]}' occurs twice in the output");
            }
        }

        return letters;
    }

    /// <summary>The axes of the ellipsis, then the letters that occur once, in alphabetical order.</summary>
    private string ImplicitOutput()
    {
        string output = Ellipsis(ellipsisRank);
        for (char letter = 'A'; letter <= 'z'; letter++)
        {
            int count = 0;
            foreach (string input in Inputs)
            {
                foreach (char other in input)
                {
                    count += other == letter ? 1 : 0;
                }
            }

            output += count == 1 ? letter : string.Empty;
        }

        return output;
    }

    /// <summary>How many letters are written out.</summary>
    private static int Named(string text, string written)
    {
        string letters = written.Replace("...", string.Empty, StringComparison.Ordinal);
        if (written.Length - letters.Length > 3)
        {
            throw Bad(text, "\"...\" occurs twice in one operand");
        }

        foreach (char letter in letters)
        {
            if (!char.IsAsciiLetter(letter))
            {
                throw Bad(text, $"'{letter}' is no letter");
            }
        }

        return letters.Length;
    }

    /// <summary>With letters for the axes of the ellipsis, if there is one.</summary>
    private string Letters(string text, string written, int rank)
    {
        if (!written.Contains("...", StringComparison.Ordinal))
        {
            return written;
        }

        if (rank < 0)
        {
            throw Bad(text, $"\"{written}\" has more letters than its operand axes");
        }

        ellipsisRank = int.Max(ellipsisRank, rank);
        return written.Replace("...", Ellipsis(rank), StringComparison.Ordinal);
    }

    private static string Ellipsis(int rank)
    {
        string letters = string.Empty;
        for (int i = rank - 1; i >= 0; i--)
        {
            letters += (char)('0' + i);
        }

        return letters;
    }
}
