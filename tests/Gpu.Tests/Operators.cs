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

            yield return typeof(SumKernel<,>).MakeGenericType(typeof(SumTerm), lane);
            yield return typeof(SumKernel<,>).MakeGenericType(typeof(DotTerm), lane);
            foreach (Type distribution in Distributions)
            {
                yield return typeof(RandomKernel<,>).MakeGenericType(distribution, lane);
            }

            foreach (Type kernel in Products(lane))
            {
                yield return kernel;
            }

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

    /// <summary>Products in every cut, alone, with a bias, and with an operator behind it.</summary>
    public static IEnumerable<Type> Products(Type lane)
    {
        foreach (Type end in new[] { typeof(Bare), typeof(Biased), typeof(Activated<Tanh>) })
        {
            foreach (Type tile in new[] { typeof(Tile32<>), typeof(Tile64<>), typeof(Tile128<>) })
            {
                yield return typeof(ProductKernel<,,>).MakeGenericType(tile.MakeGenericType(lane), end, lane);
            }

            yield return typeof(RowProductKernel<,>).MakeGenericType(end, lane);
        }
    }

    /// <summary>Whether a kernel cannot do without float64: those of float64 lanes, and the conversions.</summary>
    public static bool UsesFloat64(Type kernel) =>
        kernel.GenericTypeArguments.Contains(typeof(GpuF64)) || kernel == typeof(WidenKernel) || kernel == typeof(NarrowKernel);

    private static List<Type> Find(Type kind) => typeof(IOperator).Assembly.GetTypes()
        .Where(type => type.IsValueType && !type.IsGenericTypeDefinition && kind.IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .ToList();
}
