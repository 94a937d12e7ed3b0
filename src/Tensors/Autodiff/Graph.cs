using System.Globalization;
using System.Text;

namespace Onsager.Tensors;

/// <summary>What a function's recording consists of: its argument, the constants it used and one node for each operation, in the order of execution.</summary>
public sealed class Graph
{
    private readonly List<GraphNode> nodes = [];
    private readonly HashSet<Type> rules = [];

    internal Graph(Tape tape, TensorNode argument, TensorNode result)
    {
        Dictionary<Storage, int> made = [];
        Dictionary<Storage, int> constants = [];
        made[argument.Storage!] = Add("argument", argument, [], tape);
        foreach (ref readonly Entry entry in tape.Entries)
        {
            List<int> inputs = [];
            foreach (TensorNode? input in (ReadOnlySpan<TensorNode?>)[entry.X, entry.Y, entry.Z])
            {
                if (input is not null)
                {
                    inputs.Add(Place(input));
                }
            }

            Type rule = entry.Rule.GetType();
            rules.Add(rule.IsGenericType ? rule.GetGenericTypeDefinition() : rule);
            made[entry.Result.Storage!] = Add(entry.Rule.Name, entry.Result, inputs, tape);
        }

        Result = made.TryGetValue(result.Storage!, out int place) ? place : Add("constant", result, [], tape);

        int Place(TensorNode input)
        {
            if (made.TryGetValue(input.Storage!, out int index) || constants.TryGetValue(input.Storage!, out index))
            {
                return index;
            }

            return constants[input.Storage!] = Add("constant", input, [], tape);
        }
    }

    /// <summary>The nodes; an operation's inputs stand before it. A view is not an operation: who uses one uses its memory's node.</summary>
    public IReadOnlyList<GraphNode> Nodes => nodes;

    /// <summary>The number of the function's result in <see cref="Nodes"/>.</summary>
    public int Result { get; }

    /// <summary>The kinds of rules that were recorded.</summary>
    internal IReadOnlyCollection<Type> Rules => rules;

    /// <summary>A line for each node: its number, name, shape and the numbers of its inputs.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < nodes.Count; i++)
        {
            GraphNode node = nodes[i];
            text.Append(CultureInfo.InvariantCulture, $"%{i} = {node.Name}");
            text.AppendJoin(",", node.Inputs.Select(input => $" %{input}"));
            text.Append(CultureInfo.InvariantCulture, $" : {node.Shape}").Append('\n');
        }

        return text.Append(CultureInfo.InvariantCulture, $"return %{Result}\n").ToString();
    }

    /// <summary>The graph in Graphviz' language: <c>dot -Tsvg</c> draws it.</summary>
    public string ToDot()
    {
        StringBuilder text = new("digraph {\n");
        for (int i = 0; i < nodes.Count; i++)
        {
            GraphNode node = nodes[i];
            string shape = node.Inputs.Count == 0 ? "ellipse" : "box", style = i == Result ? ", style=bold" : string.Empty;
            string name = node.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"  n{i} [label=\"{name}\\n{node.Shape}\", shape={shape}{style}];\n");
            foreach (int input in node.Inputs)
            {
                text.Append(CultureInfo.InvariantCulture, $"  n{input} -> n{i};\n");
            }
        }

        return text.Append("}\n").ToString();
    }

    private int Add(string name, TensorNode node, List<int> inputs, Tape tape)
    {
        nodes.Add(new GraphNode(name, node.Layout.Shape, inputs, tape.IsFollowing(node)));
        return nodes.Count - 1;
    }
}

/// <summary>One node of a <see cref="Graph"/>.</summary>
/// <param name="Name">The operation's name; "argument" and "constant" have no inputs.</param>
/// <param name="Shape">The shape of its result.</param>
/// <param name="Inputs">The numbers of the nodes that it computes with.</param>
/// <param name="IsDifferentiated">True where a gradient is collected for it.</param>
public sealed record GraphNode(string Name, Shape Shape, IReadOnlyList<int> Inputs, bool IsDifferentiated);
