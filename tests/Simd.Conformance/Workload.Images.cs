using Onsager.Simd;

namespace Onsager.Conformance;

/// <summary>Convolutions, gradients of their weights, and pooling: on the registers of this process.</summary>
public static partial class Workload
{
    /// <summary>Whole tiles of a convolution and of the gradient of its weights.</summary>
    private static void HotImages(float[] x, float[] y, float[] z)
    {
        ImageWindows windows = new(4, 3, 3, 1, 48, 200, 60, 1, 60, 1);
        Conv.Forward<float>(in windows, x, 1, 0, y.AsSpan(0, 8 * 36), 8, [], z, 0, 48, 48);
        Conv.Weights<float>(in windows, x, 1, 0, y.AsSpan(0, 48 * Conv.Lanes<float>(16)), 16, 0, 12, z.AsSpan(0, 16 * 36));
    }

    private static void OnImages<T>(List<(string Name, string Hash)> hashes, string type, Func<double, T> convert)
        where T : unmanaged
    {
        foreach ((int channels, int outputs, int kernel, int side) in ((int, int, int, int)[])[(1, 8, 3, 28), (8, 16, 3, 13), (3, 5, 5, 21), (60, 3, 3, 9), (2, 35, 1, 40)])
        {
            int rows = side - kernel + 1;
            ImageWindows windows = new(channels, kernel, kernel, rows, rows, side * side, side, 1, side, 1);
            T[] images = Numbers(26, 2 * channels * side * side, convert), weights = Numbers(27, (int)(outputs * windows.Taps), convert), bias = Numbers(28, outputs, convert);
            T[] y = new T[2 * outputs * windows.Places], dw = new T[weights.Length], turned = new T[2 * windows.Places * Conv.Lanes<T>(outputs)];
            Conv.Forward(in windows, images, 2, channels * side * side, weights, outputs, bias, y.AsSpan(), outputs * windows.Places, windows.Places, rows);
            int half = turned.Length / 2;
            Conv.Turn(y, outputs, windows.Places, windows.Places, turned.AsSpan(0, half));
            Conv.Turn(y.AsSpan(y.Length / 2), outputs, windows.Places, windows.Places, turned.AsSpan(half));
            Conv.Weights(in windows, images, 2, channels * side * side, turned, outputs, 0, Conv.Lines(in windows), dw.AsSpan());
            hashes.Add(($"{Prefix}conv {channels} to {outputs} by {kernel} of {side} {type}", Hash<T>([.. y, .. dw])));
        }

        foreach ((int kernel, int step, int side) in ((int, int, int)[])[(2, 2, 26), (2, 2, 11), (3, 2, 31), (3, 1, 20), (2, 3, 30)])
        {
            int rows = ((side - kernel) / step) + 1;
            ImageWindows windows = new(3, kernel, kernel, rows, rows, side * side, side, 1, step * side, step);
            T[] x = Numbers(29, 3 * side * side, v => convert(Math.Round(4 * v))), dy = Numbers(30, (int)(3 * windows.Places), convert), g = Numbers(31, x.Length, convert);
            T[] max = new T[dy.Length], mean = new T[dy.Length], gathered = new T[dy.Length], dx = new T[x.Length], shared = new T[x.Length];
            Windowed.Max(in windows, x, max.AsSpan(), windows.Places, rows);
            Windowed.Average(in windows, g, mean.AsSpan(), windows.Places, rows);
            Windowed.MaxAdjoint(in windows, x, max, dy, in windows, dx.AsSpan());
            Windowed.AverageAdjoint(in windows, dy, shared.AsSpan());
            Windowed.MaxGather(in windows, x, max, in windows, g, gathered.AsSpan());
            hashes.Add(($"{Prefix}pooling {kernel} by {step} of {side} {type}", Hash<T>([.. max, .. mean, .. dx, .. shared, .. gathered])));
        }
    }
}
