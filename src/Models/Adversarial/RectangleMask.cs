using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>Random parts of images to be covered.</summary>
public interface IImageMask
{
    /// <summary>What a covered pixel is, outside the range of images.</summary>
    float Cover { get; }

    /// <summary>1 where an image is covered, 0 elsewhere, in the shape [batch, ...] of images or one that is broadcast to it.</summary>
    Tensor<float> Draw(RandomStream random, nint batch, Device device);
}

/// <summary>A rectangle in each image: sides evenly among the integers up to a largest one, and then places evenly among those that are inside.</summary>
public sealed class RectangleMask : IImageMask
{
    private readonly int height;
    private readonly int width;
    private readonly int most;
    private readonly bool isFlat;

    /// <summary>Rectangles in images of this size.</summary>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns.</param>
    /// <param name="most">The longest side, at most the image's.</param>
    /// <param name="isFlat">Whether images are [batch, pixels] or [batch, channels, height, width].</param>
    /// <param name="cover">What a covered pixel is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The longest side is below 1, or longer than an image's.</exception>
    public RectangleMask(int height, int width, int most, bool isFlat = true, float cover = -2)
    {
        if (most < 1 || most > Math.Min(height, width))
        {
            throw new ArgumentOutOfRangeException(nameof(most), most, $"rectangle mask: a longest side from 1 to those of an image of {height} x {width} is needed.");
        }

        (this.height, this.width, this.most, this.isFlat, Cover) = (height, width, most, isFlat, cover);
    }

    /// <inheritdoc/>
    public float Cover { get; }

    /// <summary>Masks [batch, height width], or [batch, 1, height, width].</summary>
    public Tensor<float> Draw(RandomStream random, nint batch, Device device)
    {
        ArgumentNullException.ThrowIfNull(random);
        using Scope scope = Scope.Begin();
        Tensor<float> u = random.Uniform<float>([4, batch, 1], device);
        Tensor<float> rows = Inside(u.Select(0, 0), u.Select(0, 1), height).Reshape(batch, height, 1), columns = Inside(u.Select(0, 2), u.Select(0, 3), width).Reshape(batch, 1, width);
        Tensor<float> mask = rows * columns;
        return scope.Keep(isFlat ? mask.Reshape(batch, height * width) : mask.Reshape(batch, 1, height, width));
    }

    /// <summary>1 for the places [batch, extent] of a side.</summary>
    private Tensor<float> Inside(Tensor<float> length, Tensor<float> place, int extent)
    {
        Tensor<float> side = (length * (most + 1f)).Floor(), first = (place * (-side + (extent + 1f))).Floor(), last = first + side;
        Tensor<float> at = Tensor.Arange<float>(extent, side.Device);
        return first.LessOrEqual(at) * at.Less(last);
    }
}
