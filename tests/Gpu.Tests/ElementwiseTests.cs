using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using ILGPU;
using ILGPU.Runtime;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Every operator on every device against the CPU's bits, contiguous at any offset and over strides.</summary>
public sealed class ElementwiseTests
{
    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            foreach (Type op in Operators.Unary.Concat(Operators.Binary).Concat(Operators.Ternary))
            {
                names.Add(Operators.Title(op));
            }

            return names;
        }
    }

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Names))]
    public void OpenClAgrees(string op) => Check(DeviceKind.OpenCl, op);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Names))]
    public void CudaAgrees(string op) => Check(DeviceKind.Cuda, op);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Names))]
    public void SimulationAgrees(string op) => Check(DeviceKind.Emulated, op);

    private static void Check(DeviceKind kind, string name)
    {
        GpuAccelerator device = Devices.Require(kind);
        Run(nameof(Unary), Operators.Unary);
        Run(nameof(Binary), Operators.Binary);
        Run(nameof(Ternary), Operators.Ternary);

        void Run(string method, IReadOnlyList<Type> ops)
        {
            foreach (Type op in ops.Where(op => Operators.Title(op) == name))
            {
                MethodInfo generic = typeof(ElementwiseTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!;
                generic.MakeGenericMethod(op, typeof(float), typeof(GpuF32), typeof(F32x1)).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [device], null);
                if (device.HasFloat64)
                {
                    generic.MakeGenericMethod(op, typeof(double), typeof(GpuF64), typeof(F64x1)).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [device], null);
                }
            }
        }
    }

    private static void Unary<TOp, T, V, L>(GpuAccelerator device)
        where TOp : struct, IUnaryOp
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L> => Agree<T, V>(
            device,
            1,
            inputs => Unsafe.BitCast<L, T>(TOp.Apply(Unsafe.BitCast<T, L>(inputs[0]))),
            (views, y, count) => device.Unary<TOp, V>(views[0], y, count),
            (views, y, axes, count) => device.Unary<TOp, V>(views[0], y, axes, count));

    private static void Binary<TOp, T, V, L>(GpuAccelerator device)
        where TOp : struct, IBinaryOp
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L> => Agree<T, V>(
            device,
            2,
            inputs => Unsafe.BitCast<L, T>(TOp.Apply(Unsafe.BitCast<T, L>(inputs[0]), Unsafe.BitCast<T, L>(inputs[1]))),
            (views, z, count) => device.Binary<TOp, V>(views[0], views[1], z, count),
            (views, z, axes, count) => device.Binary<TOp, V>(views[0], views[1], z, axes, count));

    private static void Ternary<TOp, T, V, L>(GpuAccelerator device)
        where TOp : struct, ITernaryOp
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L> => Agree<T, V>(
            device,
            3,
            inputs => Unsafe.BitCast<L, T>(TOp.Apply(Unsafe.BitCast<T, L>(inputs[0]), Unsafe.BitCast<T, L>(inputs[1]), Unsafe.BitCast<T, L>(inputs[2]))),
            (views, w, count) => device.Ternary<TOp, V>(views[0], views[1], views[2], w, count),
            (views, w, axes, count) => device.Ternary<TOp, V>(views[0], views[1], views[2], w, axes, count));

    private static void Agree<T, V>(
        GpuAccelerator device,
        int operands,
        Func<T[], T> formula,
        Action<ArrayView<V>[], ArrayView<V>, int> contiguous,
        Action<ArrayView<V>[], ArrayView<V>, Axes, int> strided)
        where T : unmanaged
        where V : unmanaged
    {
        int largest = device.Kind == DeviceKind.Emulated ? 40 : 2000;
        Cases.Check(device.Kind, ElementwiseCase.Generate(operands, largest), one => one.Smaller(), one =>
        {
            int[] shape = one.Shape;
            int count = shape.Aggregate(1, (product, extent) => product * extent);
            Placement[] places = one.Arrangements.Select(arrangement => Placement.Of(shape, arrangement, one.Margin)).ToArray();
            var values = new T[operands][];
            var buffers = new MemoryBuffer1D<T, Stride1D.Dense>[operands + 1];
            for (int i = 0; i < operands; i++)
            {
                buffers[i] = device.Accelerator.Allocate1D(values[i] = Numbers.Mixed<T>(places[i].Length, one.Seed + ((ulong)i << 32)));
            }

            T[] before = Numbers.Mixed<T>(places[operands].Length, ~one.Seed);
            buffers[operands] = device.Accelerator.Allocate1D(before);
            ArrayView<V>[] views = buffers.Select(buffer => buffer.View.BaseView.Cast<V>()).ToArray();

            if (one.Arrangements.All(arrangement => arrangement == Arrangement.Contiguous))
            {
                ArrayView<V>[] parts = views.Select((view, i) => view.SubView(places[i].Start, count)).ToArray();
                contiguous(parts, parts[operands], count);
            }
            else
            {
                Placement last = places[operands];
                strided(views, views[operands], Placement.Join(shape, places[0], operands > 1 ? places[1] : last, operands > 2 ? places[2] : last, last), count);
            }

            T[] after = buffers[operands].GetAsArray1D();
            foreach (MemoryBuffer1D<T, Stride1D.Dense> buffer in buffers)
            {
                buffer.Dispose();
            }

            T[] expected = before;
            var inputs = new T[operands];
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < operands; j++)
                {
                    inputs[j] = values[j][places[j].At(shape, i)];
                }

                T y = formula(inputs);
                long at = places[operands].At(shape, i);
                if (!Numbers.Same(after[at], y))
                {
                    return $"f({string.Join(", ", inputs.Select(Numbers.Show))}) is {Numbers.Show(after[at])} on the device, {Numbers.Show(y)} on the CPU";
                }

                expected[at] = after[at];
            }

            for (int i = 0; i < after.Length; i++)
            {
                if (!Numbers.Same(after[i], expected[i]))
                {
                    return $"element {i} of the buffer does not belong to the output and has changed";
                }
            }

            return null;
        });
    }
}

/// <summary>One case: the operands' common shape, their arrangements (the output's last), the free elements around each, and what fills them.</summary>
internal sealed record ElementwiseCase(int[] Shape, Arrangement[] Arrangements, int Margin, ulong Seed)
{
    public static Gen<ElementwiseCase> Generate(int operands, int largest) =>
        from rank in Gen.Choose(0, 8)
        from shape in Shapes(rank, largest)
        from contiguous in Gen.Choose(0, 1)
        from inputs in Gen.Choose(0, 4).Select(arrangement => contiguous == 0 ? Arrangement.Contiguous : (Arrangement)arrangement).ArrayOf(operands)
        from output in Gen.Choose(0, 3).Select(arrangement => contiguous == 0 ? Arrangement.Contiguous : (Arrangement)arrangement)
        from margin in Gen.Choose(0, 5)
        from seed in Gen.Choose(0, int.MaxValue)
        select new ElementwiseCase(shape, [.. inputs, output], margin, (ulong)seed << 20);

    /// <summary>Shapes first: an axis less, an axis of half the extent; then plainer arrangements.</summary>
    public IEnumerable<ElementwiseCase> Smaller()
    {
        for (int i = 0; i < Shape.Length; i++)
        {
            yield return this with { Shape = [.. Shape[..i], .. Shape[(i + 1)..]] };
        }

        for (int i = 0; i < Shape.Length; i++)
        {
            if (Shape[i] > 1)
            {
                yield return this with { Shape = [.. Shape[..i], Shape[i] / 2, .. Shape[(i + 1)..]] };
            }
        }

        for (int i = 0; i < Arrangements.Length; i++)
        {
            if (Arrangements[i] != Arrangement.Contiguous)
            {
                yield return this with { Arrangements = [.. Arrangements[..i], Arrangement.Contiguous, .. Arrangements[(i + 1)..]] };
            }
        }

        if (Margin > 0)
        {
            yield return this with { Margin = 0 };
        }
    }

    public override string ToString() => $"shape [{string.Join(", ", Shape)}], arrangements {string.Join(", ", Arrangements)}, margin {Margin}, seed {Seed}";

    // Extents shrink as ranks grow, so that the elements stay below the largest number; one extent in a few is 0 or 1.
    private static Gen<int[]> Shapes(int rank, int largest)
    {
        if (rank == 0)
        {
            return Gen.Constant(Array.Empty<int>());
        }

        int extent = rank == 1 ? largest : Math.Max(2, (int)Root(largest, rank));
        return Gen.Frequency((1, Gen.Choose(0, 1)), (8, Gen.Choose(1, extent))).ArrayOf(rank);
    }

    private static double Root(int x, int n)
    {
        int root = 1;
        while (Power(root + 1, n) <= x)
        {
            root++;
        }

        return root;
    }

    private static double Power(double x, int n) => n == 0 ? 1 : x * Power(x, n - 1);
}
