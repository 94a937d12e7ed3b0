using System.Text.RegularExpressions;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Kernels;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>
/// Products on tensor cores: the text that a driver would get; the places of elements in shared memory, fragments and sums, by a plain
/// run of the kernel's arithmetic against the layouts of the PTX ISA; and, where there is such a device, the numbers.
/// </summary>
public sealed class TensorCoreTests
{
    [Theory]
    [InlineData(typeof(TensorCoreKernel<TensorFloat32>), "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 32)]
    [InlineData(typeof(TensorCoreKernel<TensorFloat32>), "cvt.rna.tf32.f32", 2 * 24)]
    [InlineData(typeof(TensorCoreKernel<BrainFloat16>), "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", 16)]
    [InlineData(typeof(TensorCoreKernel<BrainFloat16>), "cvt.rn.bf16x2.f32", 24)]
    public void EveryProductIsThere(Type kernel, string instruction, int expected)
    {
        using var text = new KernelText();
        string ptx = text.Ptx(kernel);
        Assert.Equal(expected, Regex.Count(ptx, Regex.Escape(instruction) + @"\b"));
        Assert.Equal(2, Regex.Count(ptx, Regex.Escape("cp.async.cg.shared.global")));
        Assert.Equal(2, Regex.Count(ptx, Regex.Escape("cp.async.ca.shared.global")));
        Assert.Equal(1, Regex.Count(ptx, Regex.Escape("cp.async.commit_group")));
        Assert.Equal(1, Regex.Count(ptx, Regex.Escape("cp.async.wait_group 1")));
        Assert.Equal(1, Regex.Count(ptx, Regex.Escape("ring[49152]")));
        foreach (string forbidden in new[] { ".local", ".extern", "call ", "bra.uni" })
        {
            Assert.DoesNotContain(forbidden, ptx, StringComparison.Ordinal);
        }
    }

    /// <summary>Threads that read at once read 32 different banks (of pairs: 16 at a time), and no two elements of a stage share a place.</summary>
    [Fact]
    public void ReadsDoNotCollide()
    {
        var places = new HashSet<int>();
        for (int row = 0; row < TensorCoreTile.Width; row++)
        {
            for (int k = 0; k < TensorCoreTile.Depth; k++)
            {
                int at = TensorCoreTile.Quarter(row, k >> 2) + ((k & 3) << 2);
                Assert.InRange(at, 0, TensorCoreTile.OperandBytes - 4);
                Assert.True(places.Add(at));
            }
        }

        foreach (int warp in Enumerable.Range(0, 8))
        {
            int[] threads = [.. Enumerable.Range(32 * warp, 32)];
            for (int half = 0; half < 2; half++)
            {
                Assert.Equal(32, threads.Select(thread => TensorCoreTile.TensorFloatAt(thread, Row(thread), 1, half) / 4 % 32).Distinct().Count());
                foreach (int[] sixteen in threads.Chunk(16))
                {
                    Assert.Equal(32, sixteen.SelectMany(thread => new[] { 0, 4 }.Select(next => (TensorCoreTile.BFloatAt(thread, Row(thread), half) + next) / 4 % 32)).Distinct().Count());
                }
            }
        }

        static int Row(int thread) => TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread);
    }

    /// <summary>
    /// One tile by the kernel's places and the text's offsets: fragments from the stage, the product of a warp's fragments by the PTX ISA's layouts, the sums
    /// where they are stored. Integers that every format holds, so that the sums are exact.
    /// </summary>
    [Theory, InlineData(true), InlineData(false)]
    public void FragmentsMakeTheProduct(bool isTensorFloat)
    {
        const int Width = TensorCoreTile.Width, Depth = TensorCoreTile.Depth;
        double[] a = Integers(1), b = Integers(2), stageA = Stage(a), stageB = Stage(b);
        double[,] actual = new double[Width, Width];
        for (int warp = 0; warp < 8; warp++)
        {
            for (int down = 0; down < TensorCoreTile.DownTiles; down++)
            {
                for (int across = 0; across < TensorCoreTile.AcrossTiles; across++)
                {
                    int deep = isTensorFloat ? 8 : 16;
                    double[,] sums = new double[16, 8];
                    for (int step = 0; step < Depth / deep; step++)
                    {
                        double[,] left = new double[16, deep], right = new double[deep, 8];
                        for (int lane = 0; lane < 32; lane++)
                        {
                            Fragments(isTensorFloat, (32 * warp) + lane, step, down, across, stageA, stageB, left, right);
                        }

                        for (int e = 0; e < 16 * 8 * deep; e++)
                        {
                            sums[e / deep / 8, e / deep % 8] += left[e / deep / 8, e % deep] * right[e % deep, e / deep % 8];
                        }
                    }

                    for (int lane = 0; lane < 32; lane++)
                    {
                        // c0, c1: row lane / 4, columns 2 (lane mod 4) and the next; c2, c3: eight rows below.
                        int thread = (32 * warp) + lane, row = TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread) + (16 * down);
                        int column = TensorCoreTile.WarpColumn(thread) + TensorCoreTile.SumColumn(thread) + (8 * across);
                        for (int sum = 0; sum < 4; sum++)
                        {
                            actual[row + (8 * (sum / 2)), column + (sum % 2)] += sums[(lane / 4) + (8 * (sum / 2)), (2 * (lane % 4)) + (sum % 2)];
                        }
                    }
                }
            }
        }

        for (int e = 0; e < Width * Width; e++)
        {
            int row = e / Width, column = e % Width;
            Assert.Equal(Enumerable.Range(0, Depth).Sum(k => a[(row * Depth) + k] * b[(column * Depth) + k]), actual[row, column]);
        }

        static double[] Integers(ulong seed) => [.. Numbers.Moderate<float>(Width * Depth, seed).Select(static x => Math.Round(Math.Clamp(x, -8, 8) * 8))];

        static double[] Stage(double[] rows)
        {
            double[] stage = new double[TensorCoreTile.OperandBytes / 4];
            for (int e = 0; e < rows.Length; e++)
            {
                stage[(TensorCoreTile.Quarter(e / Depth, e % Depth >> 2) / 4) + (e & 3)] = rows[e];
            }

            return stage;
        }
    }

    [Fact]
    public void FirstSumsAreInOrder() =>
        Assert.Equal(Enumerable.Range(0, 16).Select(static i => 4 * i), Enumerable.Range(0, 16).Select(static i => TensorCoreTile.FirstSum(i / 4, i % 4)));

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClRefuses() => Refuses(DeviceKind.OpenCl);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationRefuses() => Refuses(DeviceKind.Emulated);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaMultiplies()
    {
        Assert.NotNull(Devices.Require(DeviceKind.Cuda));
        using var device = new GpuDevice(GpuAccelerator.OpenAll(DeviceKind.Cuda)[0]);
        foreach ((ProductPrecision precision, double error) in new[] { (ProductPrecision.TensorFloat32, 1.0 / 1024), (ProductPrecision.BFloat16, 1.0 / 128) })
        {
            foreach ((int m, int n, int k, bool left, bool right) in new[] { (128, 128, 64, false, true), (300, 200, 1000, false, false), (37, 130, 45, true, false), (500, 40, 16, true, true) })
            {
                using Scope scope = Scope.Begin();
                Tensor<float> a = new RandomStream(1).Normal<float>(left ? [k, m] : [m, k]), b = new RandomStream(2).Normal<float>(right ? [n, k] : [k, n]);
                Tensor<float> x = left ? a.Transpose() : a, y = right ? b.Transpose() : b;
                Tensor<double> expected = x.Cast<double>().MatMul(y.Cast<double>()), bound = x.Abs().Cast<double>().MatMul(y.Abs().Cast<double>());
                Tensor<float> deviceA = Tensor.From<float>(a.ToArray(), a.Shape, device), deviceB = Tensor.From<float>(b.ToArray(), b.Shape, device);
                device.MatMulPrecision = precision;
                Assert.False(device.IsExact);
                float[] actual = (left ? deviceA.Transpose() : deviceA).MatMul(right ? deviceB.Transpose() : deviceB).ToArray();
                double[] wanted = expected.ToArray(), most = bound.ToArray();
                Assert.All(Enumerable.Range(0, actual.Length), i => Assert.InRange(actual[i] - wanted[i], -error * most[i], error * most[i]));
                Assert.Contains(Enumerable.Range(0, actual.Length), i => Math.Abs(actual[i] - wanted[i]) > 1e-6 * most[i]);
            }
        }
    }

    /// <summary>Convolutions with kernels beyond 1 x 1 keep their bits, however their bias lies.</summary>
    [DeviceFact(DeviceKind.Cuda)]
    public void CudaKeepsConvolutions()
    {
        Assert.NotNull(Devices.Require(DeviceKind.Cuda));
        using var device = new GpuDevice(GpuAccelerator.OpenAll(DeviceKind.Cuda)[0]);
        using Scope scope = Scope.Begin();
        Tensor<float> x = new RandomStream(1).Normal<float>([2, 16, 20, 20], device), w = new RandomStream(2).Normal<float>([24, 16, 3, 3], device);
        Tensor<float> bias = new RandomStream(3).Normal<float>([24], device);
        foreach (Tensor<float> b in new[] { bias, bias.Flip(0) })
        {
            float[] full = x.Conv2d(w, b, padding: 1).ToArray();
            device.MatMulPrecision = ProductPrecision.TensorFloat32;
            Assert.Equal(full, x.Conv2d(w, b, padding: 1).ToArray());
            device.MatMulPrecision = ProductPrecision.Full;
        }
    }

    private static void Refuses(DeviceKind kind)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        string message = Assert.Throws<NotSupportedException>(() => device.MatMulPrecision = ProductPrecision.TensorFloat32).Message;
        Assert.Contains("matmul precision: TensorFloat32", message, StringComparison.Ordinal);
        Assert.Contains(device.Name, message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => device.MatMulPrecision = ProductPrecision.BFloat16);
        Assert.Throws<ArgumentOutOfRangeException>(() => device.MatMulPrecision = (ProductPrecision)7);
        device.MatMulPrecision = ProductPrecision.Full;
        Assert.Equal(ProductPrecision.Full, device.MatMulPrecision);
    }

    /// <summary>A lane's registers, put where the PTX ISA says that they belong.</summary>
    private static void Fragments(bool isTensorFloat, int thread, int step, int down, int across, double[] stageA, double[] stageB, double[,] left, double[,] right)
    {
        int group = thread % 32 / 4, own = thread % 4;
        int a = TensorCoreTile.WarpRow(thread) + TensorCoreTile.Lane(thread), b = TensorCoreTile.WarpColumn(thread) + TensorCoreTile.Lane(thread);
        for (int half = 0; half < 2; half++)
        {
            int atA = isTensorFloat ? TensorCoreTile.TensorFloatAt(thread, a, step, half) : TensorCoreTile.BFloatAt(thread, a, half);
            int atB = isTensorFloat ? TensorCoreTile.TensorFloatAt(thread, b, step, half) : TensorCoreTile.BFloatAt(thread, b, half);
            for (int next = 0; next < (isTensorFloat ? 1 : 2); next++)
            {
                // TF32: a0 and a1 are column t, a2 and a3 column t + 4; BF16: columns 2t and 2t + 1, and eight further. B likewise.
                int k = isTensorFloat ? own + (4 * half) : (2 * own) + next + (8 * half);
                for (int below = 0; below < 2; below++)
                {
                    left[group + (8 * below), k] = stageA[((atA + (((16 * down) + (8 * below)) * TensorCoreTile.RowBytes)) / 4) + next];
                }

                right[k, group] = stageB[((atB + (8 * across * TensorCoreTile.RowBytes)) / 4) + next];
            }
        }
    }
}
