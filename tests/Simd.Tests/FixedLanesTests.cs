namespace Onsager.Simd.Tests;

/// <summary>Orthogonal decompositions have the same bits on registers of every width, two or more of which stand together for 64 bytes.</summary>
public sealed unsafe class FixedLanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(72)]
    public void Doubles_have_the_bits_of_the_widest_registers(int n)
    {
        double[] a = Matrix(n), expected = Decompose<F64x8>(a, n);
        Assert.Equal(expected, Decompose<Twice<F64x4, double>>(a, n));
        Assert.Equal(expected, Decompose<Twice<Twice<F64x2, double>, double>>(a, n));
        Assert.Equal(expected, Decompose<Twice<Twice<Twice<F64x1, double>, double>, double>>(a, n));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(72)]
    public void Floats_have_the_bits_of_the_widest_registers(int n)
    {
        float[] a = [.. Matrix(n).Select(x => (float)x)], expected = DecomposeFloats<F32x16>(a, n);
        Assert.Equal(expected, DecomposeFloats<Twice<F32x8, float>>(a, n));
        Assert.Equal(expected, DecomposeFloats<Twice<Twice<F32x4, float>, float>>(a, n));
        Assert.Equal(expected, DecomposeFloats<Twice<Twice<Twice<Twice<F32x1, float>, float>, float>, float>>(a, n));
    }

    private static double[] Matrix(int n)
    {
        Random random = new(n);
        return [.. Enumerable.Range(0, n * n).Select(_ => random.NextDouble() - 0.5)];
    }

    private static double[] Decompose<V>(double[] a, int n)
        where V : unmanaged, IMemoryLanes<V, double>
    {
        double[] q = new double[n * n], r = new double[n * n], w = new double[n], v = new double[n * n], u = new double[n * n], s = new double[n], vt = new double[n * n];
        double[] real = new double[n], imaginary = new double[n], work = new double[SingularValues.Work<double>(n, n) + SymmetricEigenvalues.Work<double>(n) + GeneralEigenvalues.VectorWork(n)], vectorsReal = new double[n * n], vectorsImaginary = new double[n * n];
        bool isDone;
        fixed (double* pa = a, pq = q, pr = r, pw = w, pv = v, pu = u, ps = s, pt = vt, re = real, im = imaginary, vr = vectorsReal, vi = vectorsImaginary, memory = work)
        {
            new QrLoop<double>(n, n, pa, n, n, pq, pr, memory).Run<V>();
            new SymmetricEigenLoop<double>(n, pa, n, lower: true, pw, pv, memory, &isDone).Run<V>();
            new SvdLoop<double>(new(pa, n, n, n), ps, n, pu, n, pt, memory, &isDone).Run<V>();
            new GeneralEigenLoop(new(pa, n, n, n), re, im, memory, &isDone, vr, vi).Run<V>();
        }

        return [.. q, .. r, .. w, .. v, .. u, .. s, .. vt, .. real, .. imaginary, .. vectorsReal, .. vectorsImaginary];
    }

    private static float[] DecomposeFloats<V>(float[] a, int n)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        float[] q = new float[n * n], r = new float[n * n], w = new float[n], v = new float[n * n], u = new float[n * n], s = new float[n], vt = new float[n * n];
        float[] work = new float[SingularValues.Work<float>(n, n) + SymmetricEigenvalues.Work<float>(n)];
        bool isDone;
        fixed (float* pa = a, pq = q, pr = r, pw = w, pv = v, pu = u, ps = s, pt = vt, memory = work)
        {
            new QrLoop<float>(n, n, pa, n, n, pq, pr, memory).Run<V>();
            new SymmetricEigenLoop<float>(n, pa, n, lower: true, pw, pv, memory, &isDone).Run<V>();
            new SvdLoop<float>(new(pa, n, n, n), ps, n, pu, n, pt, memory, &isDone).Run<V>();
        }

        return [.. q, .. r, .. w, .. v, .. u, .. s, .. vt];
    }
}
