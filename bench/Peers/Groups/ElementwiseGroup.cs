using System.Numerics;
using System.Reflection;
using Onsager.Simd;
using Onsager.Tensors;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Onsager.Peers;

/// <summary>
/// Every operator of Onsager.Simd that has a line in <see cref="Counterparts"/>, found by its name, on arguments in the cache and out of it.
/// </summary>
internal sealed class ElementwiseGroup : IGroup
{
    public const int InCache = 10_000;
    public const int OutOfCache = 10_000_000;

    public string Name => "elementwise";

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        string[] without = [.. Operators().Select(op => op.Name).Except(Counterparts.All<float>().Select(line => line.Operator))];
        if (without.Length > 0)
        {
            Console.WriteLine($"Without a peer: {string.Join(", ", without.Select(name => $"{name} ({Counterparts.Alone.GetValueOrDefault(name, "no line in Counterparts.cs")})"))}");
        }

        return Cases<float>("f32", threads, wanted).Concat(Cases<double>("f64", threads, wanted)).Concat(threads == 1 ? StorageCases.All(wanted) : []);
    }

    private static IEnumerable<Case> Cases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Dictionary<string, Type> operators = Operators().ToDictionary(op => op.Name, op => op.Type);
        foreach (int size in new[] { InCache, OutOfCache })
        {
            foreach (Counterpart<T> line in Counterparts.All<T>())
            {
                if (operators.TryGetValue(line.Operator, out Type? op) && wanted(line.Name, size, type))
                {
                    using Operands<T> operands = new(line, size);
                    yield return operands.Case(op, type, threads);
                }
            }
        }
    }

    private static IEnumerable<(string Name, Type Type)> Operators() =>
        from type in typeof(IOperator).Assembly.GetExportedTypes()
        where type.IsValueType && !type.IsGenericType && typeof(IOperator).IsAssignableFrom(type)
        select ((string)type.GetProperty(nameof(IOperator.Name), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!, type);

    /// <summary>The arguments of one row, in everybody's memory.</summary>
    private sealed class Operands<T> : IDisposable
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly Counterpart<T> line;
        private readonly int size;
        private readonly Memory<T>[] inputs;
        private readonly Memory<T> output;
        private readonly TorchTensor[] torch;
        private readonly List<Tensor<T>> tensors = [];

        public Operands(Counterpart<T> line, int size)
        {
            this.line = line;
            this.size = size;
            (double low, double high) = line.Others ?? (line.Low, line.High);
            inputs = [Memory<T>.Random(size, 1, line.Low, line.High), Memory<T>.Random(size, 2, low, high), Memory<T>.Random(size, 3, low, high)];
            output = new Memory<T>(size);
            if (line.IsChoice)
            {
                Map.Unary<Relu, T>(inputs[0].Span, inputs[0].Span);
            }

            torch = [.. inputs.Select(input => Libtorch.Of(input, size))];
            if (line.IsChoice)
            {
                using TorchTensor numbers = torch[0];
                torch[0] = numbers.ne(0);
            }
        }

        public Case Case(Type op, string type, int threads)
        {
            (string kind, int arity) =
                typeof(IUnaryOp).IsAssignableFrom(op) ? (nameof(Unary), 1)
                : typeof(ITernaryOp).IsAssignableFrom(op) ? (nameof(Ternary), 3)
                : line.Scalar is null ? (nameof(Binary), 2) : (nameof(BinaryScalar), 1);
            Action ours = GetType().GetMethod(kind, BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(op).CreateDelegate<Func<bool, Action>>(this)(threads > 1);
            List<Peer> peers = [];
            if (line.Primitive is OverSpans<T> primitive && threads == 1)
            {
                peers.Add(new(Primitives.Name, StackPadding.Forms(() => primitive(inputs[0].Span, inputs[1].Span, inputs[2].Span, output.Span))));
            }

            peers.Add(new(Libtorch.Name, Libtorch.Discard(() => line.Torch(torch[0], torch[1], torch[2]))));
            return new Case("elementwise", line.Name, size, type, Quantity.Elements(size), ours, peers)
            {
                // A copy reads one array and writes one; an operator reads as many as it has inputs.
                Bound = size == InCache || threads > 1 ? null
                    : new Bound("streaming copy", () => inputs[0].StreamTo(output), 2.0 * size / (arity + 1)),
            };
        }

        public void Dispose()
        {
            tensors.ForEach(static tensor => tensor.Dispose());
            Array.ForEach(inputs, static input => input.Dispose());
            output.Dispose();
            Array.ForEach(torch, static tensor => tensor.Dispose());
        }

        private Action Unary<TOp>(bool onTensors)
            where TOp : struct, IUnaryOp
        {
            if (!onTensors)
            {
                return () => Map.Unary<TOp, T>(inputs[0].Span, output.Span);
            }

            Tensor<T> x = Tensor(inputs[0]), y = Tensor(output);
            return () => x.UnaryInto<TOp>(y);
        }

        private Action Binary<TOp>(bool onTensors)
            where TOp : struct, IBinaryOp
        {
            if (!onTensors)
            {
                return () => Map.Binary<TOp, T>(inputs[0].Span, inputs[1].Span, output.Span);
            }

            Tensor<T> x = Tensor(inputs[0]), y = Tensor(inputs[1]), z = Tensor(output);
            return () => x.BinaryInto<TOp>(y, z);
        }

        private Action BinaryScalar<TOp>(bool onTensors)
            where TOp : struct, IBinaryOp
        {
            T scalar = Tensors.Tensor.Constant<T>(line.Scalar!.Value);
            if (!onTensors)
            {
                return () => Map.Binary<TOp, T>(inputs[0].Span, scalar, output.Span);
            }

            Tensor<T> x = Tensor(inputs[0]), y = Tensors.Tensor.Scalar(scalar), z = Tensor(output);
            tensors.Add(y);
            return () => x.BinaryInto<TOp>(y, z);
        }

        private Action Ternary<TOp>(bool onTensors)
            where TOp : struct, ITernaryOp
        {
            if (!onTensors)
            {
                return () => Map.Ternary<TOp, T>(inputs[0].Span, inputs[1].Span, inputs[2].Span, output.Span);
            }

            Tensor<T> x = Tensor(inputs[0]), y = Tensor(inputs[1]), z = Tensor(inputs[2]), w = Tensor(output);
            return () => x.TernaryInto<TOp>(y, z, w);
        }

        private Tensor<T> Tensor(Memory<T> memory)
        {
            Tensor<T> tensor = Tensors.Tensor.From<T>(memory.Span, [size]);
            tensors.Add(tensor);
            return tensor;
        }
    }
}
