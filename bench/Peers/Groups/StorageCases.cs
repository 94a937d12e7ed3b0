using Onsager.Simd;
using TorchSharp;
using static TorchSharp.torch;
using BFloat16 = Onsager.Simd.BFloat16;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Onsager.Peers;

/// <summary>Conversions, comparisons into booleans, logic and integers, in the cache and out of it: rows of the elementwise group.</summary>
internal static class StorageCases
{
    /// <param name="Name">The row's.</param>
    /// <param name="Type">The row's element type.</param>
    /// <param name="Ours">Ours over spans.</param>
    /// <param name="Primitive">TensorPrimitives', if it has it.</param>
    /// <param name="Torch">libtorch's.</param>
    private sealed record Line(string Name, string Type, Action Ours, Action? Primitive, Func<Tensor> Torch);

    public static IEnumerable<Case> All(Wanted wanted)
    {
        foreach (int size in new[] { ElementwiseGroup.InCache, ElementwiseGroup.OutOfCache })
        {
            using Memory<float> x = Memory<float>.Random(size, 1, -10, 10), y = Memory<float>.Random(size, 2, -10, 10), z = new(size);
            using Memory<Half> half = new(size);
            using Memory<BFloat16> brain = new(size);
            using Memory<int> i = new(size), j = new(size), k = new(size);
            using Memory<bool> p = new(size), q = new(size), r = new(size);
            RandomFill.Integers(1, 3, 0, 1000, i.Span);
            RandomFill.Integers(1, 4, 0, 999, j.Span);
            Integers.Add<int>(j.Span, Ones(size), j.Span);
            Compare.Run<IsLess, float>(x.Span, 0, p.Span);
            Compare.Run<IsLess, float>(y.Span, 0, q.Span);
            using Tensor tx = Libtorch.Of(x, size), ty = Libtorch.Of(y, size), th = tx.to(ScalarType.Float16), tb = tx.to(ScalarType.BFloat16);
            using Tensor ti = tensor(i.Span.ToArray()), tj = tensor(j.Span.ToArray()), tp = tx.lt(0), tq = ty.lt(0);
            Map.Convert<float, Half>(x.Span, half.Span);
            Map.Convert<float, BFloat16>(x.Span, brain.Span);
            Line[] lines =
            [
                new("to f16", "f32", () => Map.Convert<float, Half>(x.Span, half.Span), () => TensorPrimitives.ConvertToHalf(x.Span, half.Span), () => tx.to(ScalarType.Float16)),
                new("from f16", "f32", () => Map.Convert<Half, float>(half.Span, z.Span), () => TensorPrimitives.ConvertToSingle(half.Span, z.Span), () => th.to(ScalarType.Float32)),
                new("to bf16", "f32", () => Map.Convert<float, BFloat16>(x.Span, brain.Span), null, () => tx.to(ScalarType.BFloat16)),
                new("from bf16", "f32", () => Map.Convert<BFloat16, float>(brain.Span, z.Span), null, () => tb.to(ScalarType.Float32)),
                new("to i32", "f32", () => Map.Convert<float, int>(x.Span, k.Span), () => TensorPrimitives.ConvertSaturating<float, int>(x.Span, k.Span), () => tx.to(ScalarType.Int32)),
                new("from i32", "f32", () => Map.Convert<int, float>(i.Span, z.Span), () => TensorPrimitives.ConvertSaturating<int, float>(i.Span, z.Span), () => ti.to(ScalarType.Float32)),
                new("bool less", "f32", () => Compare.Run<IsLess, float>(x.Span, y.Span, r.Span), null, () => tx.lt(ty)),
                new("bool select", "f32", () => Booleans.Select<float>(p.Span, x.Span, y.Span, z.Span), null, () => tx.where(tp, ty)),
                new("and", "bool", () => Booleans.And(p.Span, q.Span, r.Span), null, () => tp.logical_and(tq)),
                new("not", "bool", () => Booleans.Not(p.Span, r.Span), null, () => tp.logical_not()),
                new("add", "i32", () => Integers.Add<int>(i.Span, j.Span, k.Span), () => TensorPrimitives.Add<int>(i.Span, j.Span, k.Span), () => ti.add(tj)),
                new("multiply", "i32", () => Integers.Multiply<int>(i.Span, j.Span, k.Span), () => TensorPrimitives.Multiply<int>(i.Span, j.Span, k.Span), () => ti.mul(tj)),
                new("divide", "i32", () => Integers.Divide<int>(i.Span, j.Span, k.Span), () => TensorPrimitives.Divide<int>(i.Span, j.Span, k.Span), () => ti.div(tj, RoundingMode.trunc)),
                new("abs", "i32", () => Integers.Abs<int>(i.Span, k.Span), () => TensorPrimitives.Abs<int>(i.Span, k.Span), () => ti.abs()),
                new("sum", "i32", () => Integers.Sum(i.Span), () => TensorPrimitives.Sum<int>(i.Span), () => ti.sum()),
            ];
            foreach (Line line in lines.Where(line => wanted(line.Name, size, line.Type)))
            {
                List<Peer> peers = [new(Libtorch.Name, Libtorch.Discard(line.Torch))];
                if (line.Primitive is not null)
                {
                    peers.Insert(0, new(Primitives.Name, StackPadding.Forms(line.Primitive)));
                }

                yield return new Case("elementwise", line.Name, size, line.Type, Quantity.Elements(size), line.Ours, peers);
            }
        }
    }

    private static int[] Ones(int size)
    {
        int[] ones = new int[size];
        Array.Fill(ones, 1);
        return ones;
    }
}
