using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Gpu.Lanes;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Matrix products against a slow text of the contract.</summary>
public sealed class ProductTests
{
    private const int Piece = 512;

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgrees() => Agree(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgrees() => Agree(DeviceKind.Cuda);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationAgrees() => Agree(DeviceKind.Emulated);

    private static void Agree(DeviceKind kind)
    {
        // The larger tiles have 256 threads.
        using GpuAccelerator? wide = kind == DeviceKind.Emulated ? GpuAccelerator.OpenAll(kind, simulatedThreads: 256)[0] : null;
        GpuAccelerator device = wide ?? Devices.Require(kind);
        Cases.Check(kind, ProductCase.Generate(kind), one => one.Smaller(), one => Failure<float, GpuF32, F32x1>(device, one));
        if (device.HasFloat64)
        {
            Cases.Check(kind, ProductCase.Generate(kind), one => one.Smaller(), one => Failure<double, GpuF64, F64x1>(device, one));
        }
    }

    private static string? Failure<T, V, L>(GpuAccelerator device, ProductCase one)
        where T : unmanaged
        where V : unmanaged, ILanes<V>
        where L : unmanaged, ILanes<L>
    {
        (int m, int n, int k, int batch) = (one.M, one.N, one.K, one.Batch);
        ProductShape shape = ShapeOf(one);
        int lengthA = (int)(shape.StartA + (batch * shape.BatchA)), lengthB = (int)(shape.StartB + (batch * shape.BatchB)), lengthC = (int)(shape.StartC + (batch * shape.BatchC));
        T[] a = one.Specials ? Numbers.Mixed<T>(lengthA, one.Seed) : Numbers.Moderate<T>(lengthA, one.Seed);
        T[] b = Numbers.Moderate<T>(lengthB, one.Seed + (1ul << 40));
        T[] c = one.Beta == 0 ? Enumerable.Repeat(Numbers.Of<T>(double.NaN), lengthC).ToArray() : Numbers.Moderate<T>(lengthC, ~one.Seed);
        T[] scalars = [Numbers.Of<T>(1.7), Numbers.Of<T>(-0.3)];
        using var buffers = new Buffers<T, V>(device);
        ArrayView<V> deviceA = buffers.With(a), deviceB = buffers.With(b), deviceC = buffers.With(c);
        device.Product<Bare, V>(
            deviceA, deviceB, deviceC, deviceC, Unsafe.BitCast<T, V>(scalars[0]), Unsafe.BitCast<T, V>(scalars[1]), shape, batch, one.Cut);
        T[] actual = buffers.Read(2);

        var alpha = Unsafe.BitCast<T, L>(scalars[0]);
        var beta = Unsafe.BitCast<T, L>(scalars[1]);
        T[] after = [.. c];
        for (int e = 0; e < batch * m * n; e++)
        {
            long z = e / (m * n), i = e / n % m, j = e % n, at = shape.StartC + (z * shape.BatchC) + (i * shape.RowC) + (j * shape.ColumnC);
            L? total = null;
            if (one.Beta != 0)
            {
                L c0 = Unsafe.BitCast<T, L>(c[at]);
                total = one.Beta == 1 ? c0 : beta * c0;
            }

            for (int piece = 0; piece < k; piece += Piece)
            {
                L chain = L.Of(0);
                for (int p = piece; p < Math.Min(k, piece + Piece); p++)
                {
                    L x = Unsafe.BitCast<T, L>(a[shape.StartA + (z * shape.BatchA) + (i * shape.RowA) + (p * shape.ColumnA)]);
                    L y = Unsafe.BitCast<T, L>(b[shape.StartB + (z * shape.BatchB) + (p * shape.RowB) + (j * shape.ColumnB)]);
                    chain = L.Fma(one.ScaleA ? alpha * x : x, y, chain);
                }

                total = total is { } sum ? sum + chain : chain;
            }

            T expected = Unsafe.BitCast<L, T>(total!.Value);
            after[at] = expected;
            if (!Numbers.Same(actual[at], expected))
            {
                return $"c[{z}, {i}, {j}] is {Numbers.Show(actual[at])} on the device, {Numbers.Show(expected)} by the contract";
            }
        }

        int other = Enumerable.Range(0, lengthC).FirstOrDefault(at => !Numbers.Same(actual[at], after[at]), -1);
        return other < 0 ? null : $"element {other} of the buffer does not belong to the result and has changed";
    }

    /// <summary>Matrices with free elements before each and between rows, so that some are read and written by fours and others one by one.</summary>
    private static ProductShape ShapeOf(ProductCase one)
    {
        (int m, int n, int k) = (one.M, one.N, one.K);
        int pitchA = (one.TransposeA ? m : k) + one.Gap, pitchB = (one.TransposeB ? k : n) + one.Gap, pitchC = (one.TransposeC ? m : n) + one.Gap;
        return new ProductShape
        {
            M = m,
            N = n,
            K = k,
            ScaleA = one.ScaleA ? 1 : 0,
            Beta = one.Beta,
            StartA = one.Start,
            RowA = one.TransposeA ? 1 : pitchA,
            ColumnA = one.TransposeA ? pitchA : 1,
            BatchA = pitchA * (one.TransposeA ? k : m),
            StartB = one.Start,
            RowB = one.TransposeB ? 1 : pitchB,
            ColumnB = one.TransposeB ? pitchB : 1,
            BatchB = pitchB * (one.TransposeB ? n : k),
            StartC = one.Start,
            RowC = one.TransposeC ? 1 : pitchC,
            ColumnC = one.TransposeC ? pitchC : 1,
            BatchC = pitchC * (one.TransposeC ? n : m),
        };
    }
}

/// <summary>One case of a product [batch, m, k] by [batch, k, n]. Beta: 0 none, 1 one, 2 another factor.</summary>
internal sealed record ProductCase(
    int M, int N, int K, int Batch, ProductCut Cut, bool TransposeA, bool TransposeB, bool TransposeC, int Gap, int Start, bool ScaleA, int Beta, bool Specials, ulong Seed)
{
    public static Gen<ProductCase> Generate(DeviceKind kind)
    {
        bool tiny = kind == DeviceKind.Emulated;
        Gen<int> side = tiny ? Gen.Choose(1, 6) : Gen.Frequency((3, Gen.Choose(1, 20)), (1, Gen.Choose(60, 140)));
        Gen<int> depth = tiny ? Gen.Choose(1, 40) : Gen.Frequency((6, Gen.Choose(1, 50)), (2, Gen.Choose(510, 514)), (1, Gen.Choose(1000, 1100)));
        return
            from m in side
            from n in side
            from k in depth
            from batch in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(3)))
            from cut in Gen.Elements(Enum.GetValues<ProductCut>())
            from transposeA in Gen.Elements(false, true)
            from transposeB in Gen.Elements(false, true)
            from transposeC in Gen.Elements(false, false, false, true)
            from toFours in Gen.Elements(false, true)
            from gap in Gen.Elements(0, 1, 4)
            from start in Gen.Elements(0, 3, 4)
            from scaleA in Gen.Elements(false, false, true)
            from beta in Gen.Choose(0, 2)
            from specials in Gen.Elements(false, false, false, true)
            from seed in Gen.Choose(0, int.MaxValue)
            select new ProductCase(
                Fours(m, toFours), Fours(n, toFours), Fours(k, toFours), batch, cut, transposeA, transposeB, transposeC, gap, start, scaleA, beta, specials, (ulong)seed << 20);
    }

    public IEnumerable<ProductCase> Smaller()
    {
        if (Batch > 1)
        {
            yield return this with { Batch = 1 };
        }

        if (M > 1)
        {
            yield return this with { M = M / 2 };
        }

        if (N > 1)
        {
            yield return this with { N = N / 2 };
        }

        if (K > 1)
        {
            yield return this with { K = K / 2 };
            yield return this with { K = K - 1 };
        }

        if (TransposeA)
        {
            yield return this with { TransposeA = false };
        }

        if (TransposeB)
        {
            yield return this with { TransposeB = false };
        }

        if (TransposeC)
        {
            yield return this with { TransposeC = false };
        }

        if (Gap > 0 || Start > 0)
        {
            yield return this with { Gap = 0, Start = 0 };
        }

        if (ScaleA)
        {
            yield return this with { ScaleA = false };
        }

        if (Beta > 0)
        {
            yield return this with { Beta = 0 };
        }
    }

    // Rows of a multiple of four elements are read by fours.
    private static int Fours(int extent, bool isMultiple) => isMultiple ? (extent + 3) / 4 * 4 : extent;
}
