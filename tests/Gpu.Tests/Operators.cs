using System.Reflection;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;

namespace Onsager.Gpu.Tests;

/// <summary>Every operator of Onsager.Simd, found by reflection: a new one is tested without a line here. Of chains, which are without number, there are some.</summary>
internal static class Operators
{
    public static readonly IReadOnlyList<Type> Unary = [.. Find(typeof(IUnaryOp)), typeof(Chain<Tanh, Exp>), typeof(Chain<Chain<Sin, Square>, Log1p>)];
    public static readonly IReadOnlyList<Type> Binary = [.. Find(typeof(IBinaryOp)), typeof(BinaryChain<Multiply, Sigmoid>), typeof(BinaryChain<Subtract, Chain<Square, Sqrt>>)];
    public static readonly IReadOnlyList<Type> Ternary = Find(typeof(ITernaryOp));

    /// <summary>Every distribution that is a formula over lanes.</summary>
    public static readonly IReadOnlyList<Type> Distributions = [.. Find(typeof(IDistribution)).Where(type => type.IsVisible)];

    /// <summary>Every optimizer's rule.</summary>
    public static readonly IReadOnlyList<Type> Updates = Find(typeof(IUpdate));

    /// <summary>Every reduction.</summary>
    public static readonly IReadOnlyList<Type> Reductions = Find(typeof(IReduction));

    /// <summary>Every comparison.</summary>
    public static readonly IReadOnlyList<Type> Relations = Find(typeof(IRelation));

    /// <summary>Every logical operation.</summary>
    public static readonly IReadOnlyList<Type> Logics = Find(typeof(ILogic));

    /// <summary>The kernels of all conversions.</summary>
    public static readonly IReadOnlyList<Type> Conversions = [.. ConversionKernels()];

    public static string NameOf(Type op) => (string)op.GetProperty("Name", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>A type as C# writes it.</summary>
    public static string Title(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GenericTypeArguments.Select(Title))}>"
        : type.Name;

    /// <summary>All kernels: of operators, contiguous and strided, of sums, products and random numbers, in both types.</summary>
    public static IEnumerable<Type> Kernels()
    {
        foreach (Type lane in new[] { typeof(GpuF32), typeof(GpuF64) })
        {
            foreach (Type op in Unary)
            {
                yield return typeof(UnaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(UnaryQuadKernel<,>).MakeGenericType(op, lane);
                yield return typeof(UnaryStridedKernel<,>).MakeGenericType(op, lane);
            }

            foreach (Type op in Binary)
            {
                yield return typeof(BinaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(BinaryQuadKernel<,>).MakeGenericType(op, lane);
                yield return typeof(BinaryStridedKernel<,>).MakeGenericType(op, lane);
            }

            foreach (Type op in Ternary)
            {
                yield return typeof(TernaryKernel<,>).MakeGenericType(op, lane);
                yield return typeof(TernaryQuadKernel<,>).MakeGenericType(op, lane);
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

            yield return typeof(LossKernel<>).MakeGenericType(lane);
            yield return typeof(LossGradientKernel<>).MakeGenericType(lane);
            yield return typeof(NormalizeKernel<>).MakeGenericType(lane);
            yield return typeof(TriangleKernel<>).MakeGenericType(lane);
            yield return typeof(FoldKernel<>).MakeGenericType(lane);
            yield return typeof(PartsKernel<>).MakeGenericType(lane);
            yield return typeof(ScatterKernel<,>).MakeGenericType(typeof(Added<>).MakeGenericType(lane), lane);
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
            yield return typeof(ChooseKernel<>).MakeGenericType(bits);
            yield return typeof(GatherKernel<>).MakeGenericType(bits);
            yield return typeof(ScatterKernel<,>).MakeGenericType(typeof(Replaced<>).MakeGenericType(bits), bits);
        }

        yield return typeof(IndexCheckKernel);
        yield return typeof(ScatterKernel<Added32, int>);
        yield return typeof(ScatterKernel<Added64, long>);
        yield return typeof(PhiloxKernel);
        yield return typeof(IntegersKernel<WordToInteger, int>);
        yield return typeof(IntegersKernel<WordToWideInteger, long>);
        yield return typeof(TableKernel);
        foreach (Type kernel in Conversions)
        {
            yield return kernel;
        }

        foreach (Type logic in Logics)
        {
            yield return typeof(LogicKernel<>).MakeGenericType(logic);
        }

        foreach (Type relation in Relations)
        {
            yield return typeof(CompareKernel<,,,>).MakeGenericType(relation, typeof(OrderOf<Itself<GpuF32>, GpuF32, GpuF32>), typeof(GpuF32), typeof(GpuF32));
            yield return typeof(CompareKernel<,,,>).MakeGenericType(relation, typeof(OrderOf<Itself<GpuF64>, GpuF64, GpuF64>), typeof(GpuF64), typeof(GpuF64));
            yield return typeof(CompareKernel<,,,>).MakeGenericType(relation, typeof(SignOf<Itself<long>, long, GpuF32>), typeof(long), typeof(GpuF32));
        }
    }

    /// <summary>Products in every cut, alone, with a bias, and with an operator behind it; those with windows too.</summary>
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

        foreach (Type tile in new[] { typeof(Tile32<>), typeof(Tile64<>), typeof(Tile128<>) })
        {
            yield return typeof(WindowProductKernel<,,>).MakeGenericType(tile.MakeGenericType(lane), typeof(Bare), lane);
            yield return typeof(WindowProductKernel<,,>).MakeGenericType(tile.MakeGenericType(lane), typeof(Biased), lane);
            yield return typeof(WindowGradientKernel<,>).MakeGenericType(tile.MakeGenericType(lane), lane);
        }
    }

    /// <summary>Whether a kernel cannot do without float64: those of float64 lanes.</summary>
    public static bool UsesFloat64(Type kernel) =>
        kernel.GenericTypeArguments.Contains(typeof(GpuF64));

    /// <summary>Conversions are found by what they implement; those of a format or another conversion are closed over all of them.</summary>
    private static IEnumerable<Type> ConversionKernels()
    {
        foreach (Type type in typeof(ConvertKernel<,,>).Assembly.GetTypes().Where(type => type.IsValueType && type.GetInterfaces().Any(IsConversion)).OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            foreach (Type closed in Closed(type))
            {
                Type[] ends = closed.GetInterfaces().Single(IsConversion).GenericTypeArguments;
                yield return typeof(ConvertKernel<,,>).MakeGenericType(closed, ends[0], ends[1]);
            }
        }

        static bool IsConversion(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConversion<,>);

        static IEnumerable<Type> Closed(Type type)
        {
            Type[] formats = [typeof(Float16Format), typeof(BFloat16Format)], lanes = [typeof(GpuF32), typeof(GpuF64)];
            if (!type.IsGenericTypeDefinition)
            {
                return [type];
            }

            if (type == typeof(FlagTo<,>))
            {
                return [typeof(FlagTo<IntegerToSingle, GpuF32>), typeof(FlagTo<IntegerToDouble, GpuF64>), typeof(FlagTo<Itself<int>, int>), typeof(FlagTo<IntegerToWideInteger, long>)];
            }

            if (type == typeof(Itself<>))
            {
                return [typeof(Itself<int>)];
            }

            if (type == typeof(FormatTo<,>))
            {
                return formats.SelectMany(format => lanes.Select(lane => type.MakeGenericType(format, lane)));
            }

            return (type == typeof(NumberToFlag<>) ? lanes : formats).Select(argument => type.MakeGenericType(argument));
        }
    }

    private static List<Type> Find(Type kind) => typeof(IOperator).Assembly.GetTypes()
        .Where(type => type.IsValueType && !type.IsGenericTypeDefinition && kind.IsAssignableFrom(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .ToList();
}
