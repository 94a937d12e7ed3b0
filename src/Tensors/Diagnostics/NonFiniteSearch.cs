namespace Onsager.Tensors;

/// <summary>
/// Looks for the first NaN or infinity in what this thread computes: every result of an operation, what is written into existing tensors, and
/// every gradient on the way back.
/// <code>
/// using NonFiniteSearch search = NonFiniteSearch.Begin();
/// Step();                                    // throws: log: element [0, 1] of the result [2, 3] is NaN.
/// </code>
/// What an operation writes into an existing tensor is looked at when the thread begins the next operation, or asks for
/// <see cref="First"/>.
/// </summary>
public sealed class NonFiniteSearch : IDisposable
{
    [ThreadStatic]
    private static NonFiniteSearch? ofThread;

    private readonly bool stops;
    private readonly bool infinities;
    private readonly int thread = Environment.CurrentManagedThreadId;
    private NonFiniteFinding? first;
    private bool isPaused;

    private NonFiniteSearch(bool stops, bool infinities)
    {
        this.stops = stops;
        this.infinities = infinities;
    }

    /// <summary>What was found first, or null.</summary>
    public NonFiniteFinding? First
    {
        get
        {
            if (ofThread == this)
            {
                Watch.FinishAll();
            }

            return first;
        }
    }

    internal static NonFiniteSearch? OfThread => ofThread;

    /// <summary>Begins to look at everything that this thread computes.</summary>
    /// <param name="stops">Whether an <see cref="ArithmeticException"/> with the finding's text is thrown where something is found.</param>
    /// <param name="infinities">Whether infinities count, or NaN alone.</param>
    /// <exception cref="InvalidOperationException">A search is under way on this thread.</exception>
    public static NonFiniteSearch Begin(bool stops = true, bool infinities = true)
    {
        if (ofThread is not null)
        {
            throw new InvalidOperationException("non-finite search: a search is under way on this thread.");
        }

        ofThread = new NonFiniteSearch(stops, infinities);
        Watch.Enter();
        return ofThread;
    }

    /// <summary>Ends the search, on the thread that began it; <see cref="First"/> stays.</summary>
    /// <exception cref="InvalidOperationException">Another thread began it.</exception>
    public void Dispose()
    {
        if (ofThread == this)
        {
            Watch.FinishAll();
            ofThread = null;
            Watch.Leave();
        }
        else if (thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("non-finite search: the thread that began the search ends it.");
        }
    }

    internal void Pause() => isPaused = true;

    internal void Resume() => isPaused = false;

    internal void Result(string operation, TensorNode result, TensorNode? x, TensorNode? y, TensorNode? z)
    {
        if (first is null && Find(result, infinities, out nint[] index, out double value))
        {
            int cause = Has(x) ? 1 : Has(y) ? 2 : Has(z) ? 3 : 0;
            Found(new NonFiniteFinding(operation, false, result.Layout.Shape, index, value, cause));
        }
    }

    internal void Gradient(string? operation, TensorNode gradient)
    {
        if (first is null && Find(gradient, infinities, out nint[] index, out double value))
        {
            Found(new NonFiniteFinding(operation ?? "the differentiated tensor", true, gradient.Layout.Shape, index, value, 0));
        }
    }

    private void Found(NonFiniteFinding finding)
    {
        first = finding;
        if (stops && !isPaused)
        {
            throw new ArithmeticException(finding.ToString());
        }
    }

    private static bool Has(TensorNode? node) => node is not null && Find(node, true, out _, out _);

    private static bool Find(TensorNode node, bool infinities, out nint[] index, out double value)
    {
        nint position = node.Storage!.FloatSize switch
        {
            sizeof(float) => Find<float>(node, infinities, out value),
            sizeof(double) => Find<double>(node, infinities, out value),
            _ => None(out value),
        };
        Shape shape = node.Layout.Shape;
        index = new nint[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0 && position >= 0; axis--)
        {
            (position, index[axis]) = nint.DivRem(position, shape[axis]);
        }

        return position >= 0;
    }

    private static nint None(out double value)
    {
        value = 0;
        return -1;
    }

    private static nint Find<T>(TensorNode node, bool infinities, out double value)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        const int Piece = 1 << 30;
        nint size = node.Layout.Shape.Size;
        bool isInPlace = node.Storage!.Device is CpuDevice && node.Layout.IsContiguous;
        T[]? copy = isInPlace ? null : new Tensor<T>(node).ToArray();
        for (nint start = 0; start < size; start += Piece)
        {
            ReadOnlySpan<T> elements = copy is null
                ? CpuDevice.Memory<T>(node.Storage, node.Layout.Offset + start, nint.Min(Piece, size - start))
                : copy.AsSpan((int)start, int.Min(Piece, copy.Length - (int)start));
            for (int i = 0; i < elements.Length; i++)
            {
                if (!T.IsFinite(elements[i]) && (infinities || T.IsNaN(elements[i])))
                {
                    value = double.CreateChecked(elements[i]);
                    return start + i;
                }
            }
        }

        return None(out value);
    }
}

/// <summary>A NaN or an infinity: where it was found.</summary>
/// <param name="Operation">The operation that computed it; for a gradient, the one with respect to whose result it is.</param>
/// <param name="IsGradient">Whether it is in a gradient.</param>
/// <param name="Shape">The shape of the result or gradient.</param>
/// <param name="Index">The element's index in it, an integer for each axis: the first in row-major order.</param>
/// <param name="Value">NaN, or an infinity.</param>
/// <param name="Input">The first input, 1 to 3, that has such elements already; 0 for none, or where the inputs are not known.</param>
public sealed record NonFiniteFinding(string Operation, bool IsGradient, Shape Shape, IReadOnlyList<nint> Index, double Value, int Input)
{
    /// <summary>One sentence: the operation, the element and what it is.</summary>
    public override string ToString()
    {
        string element = $"element [{string.Join(", ", Index)}]", value = double.IsNaN(Value) ? "NaN" : Value > 0 ? "infinity" : "-infinity";
        string input = Input > 0 ? $"; input {Input} has NaN or infinity already" : string.Empty;
        return IsGradient
            ? $"gradient: {element} of the gradient {Shape} with respect to {(Operation.StartsWith("the ", StringComparison.Ordinal) ? Operation : $"the result of {Operation}")} is {value}."
            : $"{Operation}: {element} of the result {Shape} is {value}{input}.";
    }
}
