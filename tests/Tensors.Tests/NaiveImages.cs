using System.Numerics;

namespace Onsager.Tensors.Tests;

/// <summary>Convolutions as loops over indices, by the contract on bits; images [n, c, h, w] in row-major order.</summary>
internal static class NaiveImages
{
    /// <summary>The convolution of x with w [out, in / groups, kh, kw]: each element a chain over (channel, row, column), cut at multiples of 512.</summary>
    public static Naive<T> Convolve<T>(Naive<T> x, Naive<T> w, T[]? bias, Pair stride, Pair padding, Pair dilation, int groups)
        where T : IFloatingPointIeee754<T>
    {
        nint n = x.Extents[0], outputs = w.Extents[0], channels = w.Extents[1], kh = w.Extents[2], kw = w.Extents[3];
        nint oh = ((x.Extents[2] + (2 * padding.Height) - (dilation.Height * (kh - 1)) - 1) / stride.Height) + 1;
        nint ow = ((x.Extents[3] + (2 * padding.Width) - (dilation.Width * (kw - 1)) - 1) / stride.Width) + 1;
        return Naive<T>.Of([n, outputs, oh, ow], at =>
        {
            T sum = T.Zero, piece = T.Zero;
            int k = 0;
            for (nint c = 0; c < channels; c++)
            {
                for (nint i = 0; i < kh; i++)
                {
                    for (nint j = 0; j < kw; j++, k++)
                    {
                        if (k > 0 && k % 512 == 0)
                        {
                            sum = k == 512 ? piece : sum + piece;
                            piece = T.Zero;
                        }

                        nint row = (at[2] * stride.Height) + (i * dilation.Height) - padding.Height, column = (at[3] * stride.Width) + (j * dilation.Width) - padding.Width;
                        nint channel = (at[1] / (outputs / groups) * channels) + c;
                        bool inside = row >= 0 && row < x.Extents[2] && column >= 0 && column < x.Extents[3];
                        piece = T.FusedMultiplyAdd(w[at[1], c, i, j], inside ? x[at[0], channel, row, column] : T.Zero, piece);
                    }
                }
            }

            sum = k <= 512 ? piece : sum + piece;
            return bias is null ? sum : sum + bias[at[1]];
        });
    }

    /// <summary>The transposed convolution of x with w [in, out / groups, kh, kw]: x spread out by the stride, by the kernels turned around.</summary>
    public static Naive<T> ConvolveTransposed<T>(Naive<T> x, Naive<T> w, T[]? bias, Pair stride, Pair padding, Pair outputPadding, Pair dilation, int groups)
        where T : IFloatingPointIeee754<T>
    {
        nint inputs = w.Extents[0] / groups, outputs = w.Extents[1], kh = w.Extents[2], kw = w.Extents[3];
        nint h = ((x.Extents[2] - 1) * stride.Height) - (2 * padding.Height) + (dilation.Height * (kh - 1)) + outputPadding.Height + 1;
        nint width = ((x.Extents[3] - 1) * stride.Width) - (2 * padding.Width) + (dilation.Width * (kw - 1)) + outputPadding.Width + 1;
        nint top = (dilation.Height * (kh - 1)) - padding.Height, left = (dilation.Width * (kw - 1)) - padding.Width;
        Naive<T> spread = Naive<T>.Of([x.Extents[0], x.Extents[1], h + (dilation.Height * (kh - 1)), width + (dilation.Width * (kw - 1))], at =>
        {
            nint row = at[2] - top, column = at[3] - left;
            return row >= 0 && column >= 0 && row % stride.Height == 0 && column % stride.Width == 0 && row / stride.Height < x.Extents[2] && column / stride.Width < x.Extents[3]
                ? x[at[0], at[1], row / stride.Height, column / stride.Width]
                : T.Zero;
        });
        Naive<T> turned = Naive<T>.Of(
            [outputs * groups, inputs, kh, kw], at => w[(at[0] / outputs * inputs) + at[1], at[0] % outputs, kh - 1 - at[2], kw - 1 - at[3]]);
        return Convolve(spread, turned, bias, 1, 0, dilation, groups);
    }
}
