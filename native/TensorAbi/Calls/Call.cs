using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>
/// One call of an operator: its inputs, which are used until it is disposed, its arguments, which are checked against the signature, and
/// what it returns.
/// </summary>
internal sealed unsafe class Call : IDisposable
{
    private readonly Dictionary<string, NativeArgument> arguments;
    private readonly List<TensorValue> inputs = [];
    private readonly List<TensorValue> results = [];

    public Call(Signature signature, ReadOnlySpan<ulong> handles, ReadOnlySpan<NativeArgument> given)
    {
        Name = signature.Name;
        arguments = new(given.Length);
        foreach (ref readonly NativeArgument argument in given)
        {
            if (!arguments.TryAdd(NativeText.Read(argument.Name, $"{Name}: an argument's name"), argument))
            {
                throw new ArgumentException($"{Name}: argument '{NativeText.Read(argument.Name, Name)}' is given twice");
            }
        }

        signature.Check(handles.Length, arguments);
        try
        {
            foreach (ulong handle in handles)
            {
                inputs.Add(HandleTable.Enter<TensorValue>(handle, $"{Name}, input {inputs.Count}"));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The operator's name, for messages.</summary>
    public string Name { get; }

    /// <summary>How many inputs there are.</summary>
    public int Inputs => inputs.Count;

    /// <summary>The element type that the operator is called for.</summary>
    public ElementType Element { get; set; }

    /// <summary>The element type that an input has.</summary>
    public ElementType TypeOf(int input) => inputs[input].Type;

    /// <summary>An input's shape.</summary>
    public Shape ShapeOf(int input) => inputs[input].Shape;

    /// <summary>An input with elements of this type.</summary>
    public Tensor<T> Input<T>(int input)
        where T : unmanaged => inputs[input].As<T>($"{Name}, input {input}");

    /// <summary>All inputs from one on.</summary>
    public Tensor<T>[] InputsFrom<T>(int first)
        where T : unmanaged => [.. Enumerable.Range(first, inputs.Count - first).Select(Input<T>)];

    /// <summary>An input of the type that the operator is called for, as what only moves elements takes it: see <see cref="IMovement"/>.</summary>
    /// <exception cref="NotSupportedException">It has another type.</exception>
    public Tensor<T> Moved<T>(int input)
        where T : unmanaged
    {
        inputs[input].Check(Element, $"{Name}, input {input}");
        return inputs[input].AsMoved<T>();
    }

    /// <summary>All such inputs from one on.</summary>
    public Tensor<T>[] MovedFrom<T>(int first)
        where T : unmanaged => [.. Enumerable.Range(first, inputs.Count - first).Select(Moved<T>)];

    /// <summary>
    /// An input of the type that the operator is called for, as what looks at its values takes it: float16 and bfloat16 as float32, other elements as they are or
    /// as a type whose bits mean the same there. See <see cref="ElementTypes.ApplyByOrder"/> and <see cref="ElementTypes.ApplyByEquality"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">It has another type.</exception>
    public Tensor<T> Seen<T>(int input)
        where T : unmanaged
    {
        Tensor<T> moved = Moved<T>(input);
        if (typeof(T) == typeof(float) && Element != ElementType.Float32)
        {
            return Element == ElementType.Float16 ? inputs[input].AsMoved<Half>().Cast<T>() : inputs[input].AsMoved<BFloat16>().Cast<T>();
        }

        return moved;
    }

    /// <summary>An input of indices, of any integer type; those beyond 32 bits become numbers that no tensor has.</summary>
    /// <exception cref="NotSupportedException">It is of another type.</exception>
    public Tensor<int> Indices(int input) => inputs[input].Type switch
    {
        ElementType.Int32 => Input<int>(input),
        ElementType type when type.IsInteger() => type.ApplyToInteger<Indexing, Tensor<int>>(new(this, input)),
        ElementType type => throw new NotSupportedException($"{Name}, input {input}: indices are integers, not {type.Name()}"),
    };

    public void Return<T>(Tensor<T> result)
        where T : unmanaged => results.Add(TensorValue.Of(result));

    /// <summary>Returns elements that T has only moved, or whose bits it has.</summary>
    public void Return<T>(Tensor<T> result, ElementType type)
        where T : unmanaged => results.Add(TensorValue.Of(result, type));

    /// <summary>A complex input, with parts of this type: a copy.</summary>
    /// <exception cref="NotSupportedException">It is of another type, or has 8 axes.</exception>
    public ComplexTensor<T> Complex<T>(int input)
        where T : unmanaged
    {
        inputs[input].Check(ComplexTypes.Of<T>(), $"{Name}, input {input}");
        CheckAxes(inputs[input].Shape);
        return ComplexTensor.Of(inputs[input].Part<T>(0), inputs[input].Part<T>(1));
    }

    /// <summary>The real parts of a complex input (0) or the imaginary ones (1), where they are.</summary>
    /// <exception cref="NotSupportedException">It is of another type.</exception>
    public Tensor<T> Part<T>(int input, int part)
        where T : unmanaged
    {
        inputs[input].Check(ComplexTypes.Of<T>(), $"{Name}, input {input}");
        return inputs[input].Part<T>(part);
    }

    /// <summary>All parts of a complex input; null where they do not lie one after the other. See <see cref="TensorValue.Parts"/>.</summary>
    /// <exception cref="NotSupportedException">It is of another type.</exception>
    public Tensor<T>? Parts<T>(int input)
        where T : unmanaged
    {
        inputs[input].Check(ComplexTypes.Of<T>(), $"{Name}, input {input}");
        return inputs[input].Parts<T>();
    }

    /// <summary>Returns complex numbers of a shape, whose parts are a new vector.</summary>
    public void ReturnParts<T>(Tensor<T> parts, Shape shape)
        where T : unmanaged => results.Add(TensorValue.OfParts(parts, shape));

    /// <summary>Returns complex numbers, the parts of each beside one another.</summary>
    public void Return<T>(ComplexTensor<T> result)
        where T : unmanaged => Return(result.Real(), result.Imaginary());

    /// <summary>Returns complex numbers of these real and imaginary parts, which have one shape.</summary>
    /// <exception cref="NotSupportedException">A part is being differentiated.</exception>
    public void Return<T>(Tensor<T> real, Tensor<T> imaginary)
        where T : unmanaged
    {
        Tape.RefuseTracked(real.Node, $"{Name}, to complex numbers");
        Tape.RefuseTracked(imaginary.Node, $"{Name}, to complex numbers");
        TensorValue value = typeof(T) == typeof(float)
            ? TensorValue.Of(Tensor.Empty<long>(real.Shape), ElementType.Complex64)
            : TensorValue.Of(Tensor.Empty<System.Numerics.Complex>(real.Shape), ElementType.Complex128);
        results.Add(value);
        real.Device.Copy<T>(real.Operand, value.Part<T>(0).Operand);
        real.Device.Copy<T>(imaginary.Operand, value.Part<T>(1).Operand);
    }

    /// <summary>Returns an input as it is.</summary>
    public void ReturnInput(int input)
    {
        inputs[input].Enter();
        results.Add(inputs[input]);
    }

    public bool Has(string name) => arguments.ContainsKey(name);

    /// <summary>Whether a number was given as an integer.</summary>
    public bool IsInteger(string name) => arguments.TryGetValue(name, out NativeArgument given) && given.Kind == (int)ArgumentKind.Integer;

    public long Integer(string name, long otherwise = 0) => arguments.TryGetValue(name, out NativeArgument given) ? given.Integer : otherwise;

    /// <summary>An axis or a count: what is beyond 32 bits becomes a number that no tensor has.</summary>
    public int Small(string name, int otherwise = 0) => (int)long.Clamp(Integer(name, otherwise), int.MinValue, int.MaxValue);

    public bool Flag(string name, bool otherwise = false) => Integer(name, otherwise ? 1 : 0) != 0;

    public double Number(string name, double otherwise = 0) =>
        !arguments.TryGetValue(name, out NativeArgument given) ? otherwise : given.Kind == (int)ArgumentKind.Integer ? given.Integer : given.Number;

    /// <exception cref="ArgumentException">The pointer is null, or the count negative or beyond 64.</exception>
    public nint[] Integers(string name)
    {
        if (!arguments.TryGetValue(name, out NativeArgument given))
        {
            return [];
        }

        if (given.Count is < 0 or > 64 || (given.Integers is null && given.Count > 0))
        {
            throw new ArgumentException($"{Name}: argument '{name}' has {given.Count} integers{(given.Integers is null ? " at null" : string.Empty)}");
        }

        nint[] integers = new nint[given.Count];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = (nint)given.Integers[i];
        }

        return integers;
    }

    /// <summary>Axes; all of the first input's where none are given.</summary>
    public int[] Axes(string name = "axes") =>
        Has(name) ? [.. Integers(name).Select(axis => (int)nint.Clamp(axis, int.MinValue, int.MaxValue))] : [.. Enumerable.Range(0, ShapeOf(0).Rank)];

    public string Text(string name, string otherwise) =>
        arguments.TryGetValue(name, out NativeArgument given) ? NativeText.Read(given.Text, $"{Name}: argument '{name}'") : otherwise;

    /// <summary>The element type that the argument "dtype" says.</summary>
    public ElementType Type() => (ElementType)Small("dtype");

    /// <summary>Ends the use of inputs, and of results that were not taken.</summary>
    public void Dispose()
    {
        foreach (TensorValue value in (ReadOnlySpan<TensorValue>)[.. inputs, .. results])
        {
            value.Leave();
        }

        inputs.Clear();
        results.Clear();
    }

    private void CheckAxes(Shape shape)
    {
        if (shape.Rank == Shape.MaxRank)
        {
            throw new NotSupportedException($"{Name}: {shape} has {Shape.MaxRank} axes; complex numbers are computed with on {Shape.MaxRank - 1} at most");
        }
    }

    /// <summary>Handles of the results.</summary>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public int Take(Span<ulong> outputs)
    {
        if (outputs.Length < results.Count)
        {
            throw new ArgumentException($"{Name}: {results.Count} results, and room for {outputs.Length}");
        }

        for (int i = 0; i < results.Count; i++)
        {
            results[i].Enter();
            outputs[i] = HandleTable.Add(results[i]);
        }

        return results.Count;
    }

    private readonly struct Indexing(Call call, int input) : IForInteger<Tensor<int>>
    {
        public Tensor<int> With<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            Tensor<T> x = call.Input<T>(input).Contiguous();
            Tensor<int> y = Tensor.Empty<int>(x.Shape);
            ReadOnlySpan<T> from = x.AsSpan();
            Span<int> to = y.AsSpan();
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = int.CreateSaturating(from[i]);
            }

            return y;
        }
    }
}
