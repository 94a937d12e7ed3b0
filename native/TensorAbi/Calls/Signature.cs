namespace Onsager.Abi;

/// <summary>
/// What an operator takes, read from the text that users see: its inputs, of which "y?" may be left out and "x..." are one or more, and behind
/// a semicolon its arguments, each with its kind and, where it may be left out, its default: "x; axes: integers = all, keepdims: flag = 0".
/// </summary>
internal sealed class Signature
{
    private readonly Dictionary<string, (ArgumentKind Kind, bool IsRequired)> parameters = [];

    public Signature(string name, string text)
    {
        (Name, Text) = (name, text);
        string[] halves = text.Split(';', 2, StringSplitOptions.TrimEntries);
        foreach (string input in halves[0].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            LeastInputs += input.EndsWith('?') ? 0 : 1;
            MostInputs = input.EndsWith("...", StringComparison.Ordinal) ? int.MaxValue : MostInputs + 1;
        }

        foreach (string parameter in halves.Length > 1 ? halves[1].Split(',', StringSplitOptions.TrimEntries) : [])
        {
            string[] parts = parameter.Split([':', '='], StringSplitOptions.TrimEntries);
            ArgumentKind kind = parts[1] switch
            {
                "integer" or "flag" or "type" => ArgumentKind.Integer,
                "number" => ArgumentKind.Number,
                "integers" => ArgumentKind.Integers,
                _ => ArgumentKind.Text,
            };
            parameters.Add(parts[0], (kind, parts.Length == 2));
        }
    }

    public string Name { get; }

    public string Text { get; }

    public int LeastInputs { get; }

    public int MostInputs { get; }

    /// <summary>Refuses a number of inputs, arguments that are unknown or of another kind, and missing ones.</summary>
    /// <exception cref="ArgumentException">The message says which.</exception>
    public void Check(int inputs, Dictionary<string, NativeArgument> given)
    {
        if (inputs < LeastInputs || inputs > MostInputs)
        {
            string wanted = MostInputs == int.MaxValue ? $"{LeastInputs} or more" : LeastInputs == MostInputs ? $"{LeastInputs}" : $"{LeastInputs} to {MostInputs}";
            throw new ArgumentException($"{Name}: {inputs} inputs; {wanted} are needed ({Text})");
        }

        foreach ((string name, NativeArgument argument) in given)
        {
            if (!parameters.TryGetValue(name, out (ArgumentKind Kind, bool IsRequired) parameter))
            {
                throw new ArgumentException($"{Name}: there is no argument '{name}' ({Text})");
            }

            if ((ArgumentKind)argument.Kind != parameter.Kind && !(parameter.Kind == ArgumentKind.Number && (ArgumentKind)argument.Kind == ArgumentKind.Integer))
            {
                throw new ArgumentException($"{Name}: argument '{name}' has kind {argument.Kind}, not {(int)parameter.Kind} ({Text})");
            }
        }

        foreach ((string name, (_, bool isRequired)) in parameters)
        {
            if (isRequired && !given.ContainsKey(name))
            {
                throw new ArgumentException($"{Name}: argument '{name}' is missing ({Text})");
            }
        }
    }
}
