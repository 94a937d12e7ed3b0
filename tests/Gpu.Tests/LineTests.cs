using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>
/// Reductions (found by reflection), places of extremes, softmax and cumulative sums of lines of any length and any strides: the device
/// against the processor, bit for bit, and nothing written outside.
/// </summary>
public sealed class LineTests
{
    private static readonly Dictionary<string, Func<Device, LineCase, IWork>> s_works = Works();

    /// <summary>What is done to lines, under its name.</summary>
    public static TheoryData<string> Names => [.. s_works.Keys];

    private interface IWork
    {
        /// <summary>What the output's buffer holds afterwards.</summary>
        Array Run();
    }

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Names))]
    public void OpenClAgrees(string work) => Agree(DeviceKind.OpenCl, work);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Names))]
    public void CudaAgrees(string work) => Agree(DeviceKind.Cuda, work);

    [DeviceTheory(DeviceKind.Emulated), MemberData(nameof(Names))]
    public void SimulationAgrees(string work) => Agree(DeviceKind.Emulated, work);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgreesOnThreeLevels() => ThreeLevels(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgreesOnThreeLevels() => ThreeLevels(DeviceKind.Cuda);

    private static void Agree(DeviceKind kind, string name)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        Cases.Check(kind, LineCase.Generate(kind), one => one.Smaller(), one =>
        {
            Array expected = s_works[name](Device.Cpu, one).Run(), actual = s_works[name](device, one).Run();
            for (int i = 0; i < expected.Length; i++)
            {
                if (!Numbers.SameObjects(expected.GetValue(i)!, actual.GetValue(i)!))
                {
                    return $"{name}: number {i} of the output's buffer is {actual.GetValue(i):R} on the device, {expected.GetValue(i):R} on the processor";
                }
            }

            return null;
        });
    }

    private static Dictionary<string, Func<Device, LineCase, IWork>> Works()
    {
        var works = new Dictionary<string, Func<Device, LineCase, IWork>>();
        foreach (Type type in new[] { typeof(float), typeof(double) })
        {
            foreach (Type reduction in Operators.Reductions)
            {
                works.Add($"{reduction.Name} of {type.Name}", Make(typeof(Reduction<,>), reduction, type));
            }

            foreach (Type work in new[] { typeof(ArgMax), typeof(ArgMin) })
            {
                works.Add($"{work.Name} of {type.Name}", Make(typeof(Places<,>), work, type));
            }

            foreach (Type work in new[] { typeof(Softmax), typeof(LogSoftmax), typeof(CumulativeSums) })
            {
                works.Add($"{work.Name} of {type.Name}", Make(typeof(Mapped<,>), work, type));
            }
        }

        return works;

        static Func<Device, LineCase, IWork> Make(Type generic, Type work, Type element) =>
            (device, one) => (IWork)Activator.CreateInstance(generic.MakeGenericType(work, element), device, one)!;
    }

    /// <summary>More than 4,096 blocks: their results make more than one block again.</summary>
    private static void ThreeLevels(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        const int count = (4096 * 4096) + 12345;
        float[] numbers = Numbers.Moderate<float>(count, 7);
        numbers[count - 7] = 2;
        using Tensor<float> there = Tensor.From<float>(numbers, [count], device), here = Tensor.From<float>(numbers, [count]);
        using Tensor<float> sum = there.Sum(), expectedSum = here.Sum(), deviation = there.StandardDeviation(), expectedDeviation = here.StandardDeviation();
        using Tensor<int> place = there.ArgMax();
        Assert.Equal(expectedSum.Item(), sum.Item());
        Assert.Equal(expectedDeviation.Item(), deviation.Item());
        Assert.Equal(count - 7, place.Item());
    }

    /// <summary>Operands of a case on a device: numbers around them too, so that what is written beside shows.</summary>
    private abstract class Work<T, TResult>(Device device, LineCase one) : IWork
        where T : unmanaged
        where TResult : unmanaged
    {
        public Array Run()
        {
            Placement places = Placement.Of([.. one.Shape], one.Input, one.Margin);
            Layout x = places.Layout(one.Shape), y = Target(out int length);
            T[] numbers = one.Specials ? Numbers.Mixed<T>(places.Length, one.Seed) : Numbers.Moderate<T>(places.Length, one.Seed);
            var results = new TResult[length];
            Storage from = device.Allocate(places.Length * Unsafe.SizeOf<T>()), to = device.Allocate(length * Unsafe.SizeOf<TResult>());
            device.CopyFromHost<T>(numbers, from, 0);
            device.CopyFromHost<TResult>(results, to, 0);
            if (IsMap && one.IsInPlace && one.Input != Arrangement.Broadcast)
            {
                results = new TResult[places.Length];
                Do(device, new Operand(from, in x), new Operand(from, in x));
                device.CopyToHost<TResult>(from, 0, results);
            }
            else
            {
                Do(device, new Operand(from, in x), new Operand(to, in y));
                device.CopyToHost<TResult>(to, 0, results);
            }

            device.Recycle(from);
            device.Recycle(to);
            return results;
        }

        /// <summary>Whether the output has the input's shape, and may be the input itself.</summary>
        protected virtual bool IsMap => false;

        protected abstract void Do(Device device, Operand x, Operand y);

        protected abstract Layout Target(out int length);

        protected Layout Target(int[] shape, out int length)
        {
            Placement places = Placement.Of(shape, one.Output, one.Margin);
            length = places.Length;
            return places.Layout(shape);
        }

        protected int[] Kept => one.Shape[..one.Numbering];

        protected int[] All => one.Shape;
    }

    private sealed class Reduction<TReduction, T>(Device device, LineCase one) : Work<T, T>(device, one)
        where TReduction : struct, IReduction
        where T : unmanaged
    {
        protected override void Do(Device device, Operand x, Operand y)
        {
            // Those that correct a number of elements take the sample's.
            ConstructorInfo? correcting = typeof(TReduction).GetConstructor([typeof(double)]);
            device.Reduce<TReduction, T>(correcting is null ? default : (TReduction)correcting.Invoke([1.0]), x, y);
        }

        protected override Layout Target(out int length) => Target(Kept, out length);
    }

    private sealed class Places<TWork, T>(Device device, LineCase one) : Work<T, int>(device, one)
        where TWork : struct
        where T : unmanaged
    {
        protected override void Do(Device device, Operand x, Operand y) => device.ArgExtreme<T>(typeof(TWork) == typeof(ArgMax), x, y);

        protected override Layout Target(out int length) => Target(Kept, out length);
    }

    private sealed class Mapped<TWork, T>(Device device, LineCase one) : Work<T, T>(device, one)
        where TWork : struct
        where T : unmanaged
    {
        protected override bool IsMap => true;

        protected override void Do(Device device, Operand x, Operand y)
        {
            if (typeof(TWork) == typeof(CumulativeSums))
            {
                device.CumulativeSum<T>(x, y);
            }
            else
            {
                device.Softmax<T>(typeof(TWork) == typeof(LogSoftmax), x, y);
            }
        }

        protected override Layout Target(out int length) => Target(All, out length);
    }

    private readonly struct ArgMax;

    private readonly struct ArgMin;

    private readonly struct Softmax;

    private readonly struct LogSoftmax;

    private readonly struct CumulativeSums;
}

/// <summary>One case of work on lines: a shape, whose first axes number the lines, how input and output lie, and what fills them.</summary>
internal sealed record LineCase(int[] Shape, int Numbering, Arrangement Input, Arrangement Output, int Margin, bool IsInPlace, bool Specials, ulong Seed)
{
    public static Gen<LineCase> Generate(DeviceKind kind)
    {
        bool tiny = kind == DeviceKind.Emulated;
        Gen<int> length = tiny
            ? Gen.Frequency((8, Gen.Choose(1, 70)), (1, Gen.Choose(4090, 4100)))
            : Gen.Frequency((6, Gen.Choose(1, 130)), (1, Gen.Choose(1020, 1030)), (1, Gen.Choose(4090, 4100)), (1, Gen.Choose(1, 9000)));
        return
            from axes in Gen.Choose(0, 3)
            from extents in Gen.Choose(1, tiny ? 3 : 6).ArrayOf(axes)
            from last in length
            from split in Gen.Elements(false, false, true)
            from inner in Gen.Choose(2, 4)
            from input in Gen.Choose(0, 4)
            from output in Gen.Choose(0, 3)
            from margin in Gen.Choose(0, 5)
            from isInPlace in Gen.Elements(false, true)
            from specials in Gen.Elements(false, false, true)
            from seed in Gen.Choose(0, int.MaxValue)
            select new LineCase(
                split && last >= inner ? [.. extents, last / inner, inner] : [.. extents, last], axes, (Arrangement)input, (Arrangement)output, margin, isInPlace, specials, (ulong)seed << 20);
    }

    /// <summary>Shapes first, then plainer arrangements.</summary>
    public IEnumerable<LineCase> Smaller()
    {
        for (int i = 0; i < Numbering; i++)
        {
            yield return this with { Shape = [.. Shape[..i], .. Shape[(i + 1)..]], Numbering = Numbering - 1 };
        }

        if (Shape.Length > Numbering + 1)
        {
            yield return this with { Shape = Shape[..^1] };
        }

        for (int i = 0; i < Shape.Length; i++)
        {
            if (Shape[i] > 1)
            {
                yield return this with { Shape = [.. Shape[..i], Shape[i] / 2, .. Shape[(i + 1)..]] };
                yield return this with { Shape = [.. Shape[..i], Shape[i] - 1, .. Shape[(i + 1)..]] };
            }
        }

        if (Input != Arrangement.Contiguous)
        {
            yield return this with { Input = Arrangement.Contiguous };
        }

        if (Output != Arrangement.Contiguous)
        {
            yield return this with { Output = Arrangement.Contiguous };
        }

        if (IsInPlace)
        {
            yield return this with { IsInPlace = false };
        }

        if (Margin > 0)
        {
            yield return this with { Margin = 0 };
        }

        if (Specials)
        {
            yield return this with { Specials = false };
        }
    }

    public override string ToString() =>
        $"shape [{string.Join(", ", Shape)}] of which {Numbering} axes number lines, {Input} into {(IsInPlace ? "itself or " : "")}{Output}, margin {Margin}, {(Specials ? "specials" : "moderate")}, seed {Seed}";
}
