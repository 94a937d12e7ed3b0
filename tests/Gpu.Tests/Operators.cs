using System.Reflection;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>Every operator of Onsager.Simd, found by reflection: a new one is tested without a line here.</summary>
internal static class Operators
{
    public static readonly IReadOnlyList<Type> Unary = Find(typeof(IUnaryOp));
    public static readonly IReadOnlyList<Type> Binary = Find(typeof(IBinaryOp));
    public static readonly IReadOnlyList<Type> Ternary = Find(typeof(ITernaryOp));

    /// <summary>Every distribution that is a formula over lanes.</summary>
    public static readonly IReadOnlyList<Type> Distributions = [.. Find(typeof(IDistribution)).Where(type => type.IsVisible)];

    /// <summary>Every optimizer's rule.</summary>
    public static readonly IReadOnlyList<Type> Updates = Find(typeof(IUpdate));

    /// <summary>Every reduction.</summary>
    public static readonly IReadOnlyList<Type> Reductions = Find(typeof(IReduction));

    public static string NameOf(Type op) => (string)op.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>All kernels: of operators, contiguous and strided, of sums, products and random numbers, in both types.</summary>
    public static IEnumerable<Type> Kernels()
    {
        foreach (Type lane in new[] { typeof(GpuF32), typeof(GpuF64) })
        {
            foreach (Type op in Unary)
            {
                yield return typeof(UnaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(UnaryStridedKernel<,>).MakeGenericType(op, lane);
            }

            foreach (Type op in Binary)
            {
                yield return typeof(BinaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(BinaryStridedKernel<,>).MakeGenericType(op, lane);
            }

            foreach (Type op in Ternary)
            {
                yield return typeof(TernaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(TernaryStridedKernel<,>).MakeGenericType(op, lane);
            }

            foreach (Type reduction in Reductions)
            {
                yield return typeof(ReductionKernel<,>).MakeGenericType(reduction, lane);
            }

            yield return typeof(PlaceKernel<,>).MakeGenericType(typeof(MaximumOf), lane);
            yield return typeof(PlaceKernel<,>).MakeGenericType(typeof(MinimumOf), lane);
            yield return typeof(SoftmaxKernel<,>).MakeGenericType(typeof(PlainSoftmax), lane);
            yield return typeof(SoftmaxKernel<,>).MakeGenericType(typeof(LogarithmOfSoftmax), lane);
            yield return typeof(ChainKernel<>).MakeGenericType(lane);
            yield return typeof(ChainEndsKernel<>).MakeGenericType(lane);
            yield return typeof(ChainOffsetsKernel<>).MakeGenericType(lane);
            foreach (Type distribution in Distributions)
            {
                yield return typeof(RandomKernel<,>).MakeGenericType(distribution, lane);
            }

            yield return typeof(ProductKernel<>).MakeGenericType(lane);
            yield return typeof(ProbeKernel<>).MakeGenericType(lane);
        }

        foreach (Type bits in new[] { typeof(byte), typeof(ushort), typeof(uint), typeof(ulong) })
        {
            yield return typeof(CopyKernel<>).MakeGenericType(bits);
            yield return typeof(FillKernel<>).MakeGenericType(bits);
        }

        yield return typeof(PhiloxKernel);
        yield return typeof(WidenKernel);
        yield return typeof(NarrowKernel);
    }

    /// <summary>Whether a kernel cannot do without float64: those of float64 lanes, and the conversions.</summary>
    public static bool UsesFloat64(Type kernel) =>
        kernel.GenericTypeArguments.Contains(typeof(GpuF64)) || kernel == typeof(WidenKernel) || kernel == typeof(NarrowKernel);

    private static List<Type> Find(Type kind) => typeof(IOperator).Assembly.GetTypes()
        .Where(type => type.IsValueType && !type.IsGenericTypeDefinition && kind.IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .ToList();
}
