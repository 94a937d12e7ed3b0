using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Images of handwritten digits, where --data has them: for papers that use them beside generated data, without labels.</summary>
internal static class HandwrittenImages
{
    public const string File = "t10k-images-idx3-ubyte";

    /// <summary>Images [count, side side] in [0, 1], or null where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else, or fewer images.</exception>
    public static (Tensor<float> Images, int Side)? Load(RunContext context, int least)
    {
        foreach (string name in (string[])[File, $"mnist/{File}"])
        {
            if (context.HasDataFile(name))
            {
                return Read(context.DataFile(name), least);
            }
        }

        return null;
    }

    private static (Tensor<float> Images, int Side) Read(string path, int least)
    {
        Idx file = Idx.Read(path);
        if (file.Shape.Length != 3 || file.Shape[1] != file.Shape[2] || file.Shape[0] < least || file.ElementType != IdxType.Byte)
        {
            throw new InvalidDataException($"{path}: expected {least} or more square images of unsigned bytes, got {file.ElementType} [{string.Join(", ", file.Shape.ToArray())}].");
        }

        float[] pixels = file.ToSingle();
        Map.Binary<Divide, float>(pixels, 255f, pixels);
        return (Tensor.From<float>(pixels, [file.Shape[0], file.Shape[1] * file.Shape[2]]), file.Shape[1]);
    }
}
