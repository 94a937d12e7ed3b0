using Onsager.Papers.Report;

namespace Onsager.Papers;

/// <summary>Pictures that several experiments draw.</summary>
internal static class TuplePictures
{
    /// <summary>Adds one training to the curves of D's loss and of the reconstruction error.</summary>
    public static void Curves(Figure losses, Figure errors, string name, TupleTraining training, TupleRun run)
    {
        double[] at = [.. Enumerable.Range(1, training.Losses.Length).Select(k => (double)k * run.Every)];
        losses.Curve(name, at, [.. training.Losses.Select(loss => loss / run.Even)]);
        errors.Curve(name, at, training.Errors);
    }

    /// <summary>Probabilities as a square of grey cells, black 0 and white 1.</summary>
    public static Picture Chances(string name, TupleTraining training)
    {
        const int Cell = 32;
        int n = 1;
        while (n * n < training.Chances.Length)
        {
            n++;
        }

        int cell = Cell / n, side = cell * n;
        float[] pixels = new float[side * side];
        for (int at = 0; at < pixels.Length; at++)
        {
            pixels[at] = (float)training.Chances[(at / side / cell * n) + (at % side / cell)];
        }

        return new Picture(pixels, side, name);
    }

    /// <summary>Rows of pictures [count, pixels] in [-1, 1], the name of a row below its first picture.</summary>
    public static List<Picture> Rows(int side, int columns, params ReadOnlySpan<(string Name, float[] Pixels)> rows)
    {
        List<Picture> pictures = [];
        foreach ((string name, float[] pixels) in rows)
        {
            float[] grey = [.. pixels.Select(static pixel => (pixel + 1) / 2)];
            for (int i = 0; i < columns; i++)
            {
                pictures.Add(new Picture(grey.AsMemory(i * side * side, side * side), side, i == 0 ? name : string.Empty));
            }
        }

        return pictures;
    }
}
