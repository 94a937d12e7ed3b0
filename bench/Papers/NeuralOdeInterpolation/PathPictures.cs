using Onsager.Papers.Report;

namespace Onsager.Papers;

/// <summary>Paths as rows of pictures.</summary>
internal static class PathPictures
{
    /// <summary>The source, nine frames, the target.</summary>
    public const int Columns = 11;

    /// <summary>For each method the first pairs, one in each row.</summary>
    public static List<Picture> Grid(string[] names, float[][] frames, PairSet pairs, int side, int rows)
    {
        int count = (int)pairs.Source.Shape[0], pixels = side * side;
        float[] source = pairs.Source.ToArray(), target = pairs.Target.ToArray();
        List<Picture> pictures = [];
        for (int method = 0; method < names.Length; method++)
        {
            for (int pair = 0; pair < rows; pair++)
            {
                pictures.Add(new Picture(source.AsMemory(pair * pixels, pixels), side, pair == 0 ? names[method] : string.Empty));
                for (int k = 0; k < PairSet.Frames; k += 2)
                {
                    pictures.Add(new Picture(frames[method].AsMemory(((k * count) + pair) * pixels, pixels), side));
                }

                pictures.Add(new Picture(target.AsMemory(pair * pixels, pixels), side));
            }
        }

        return pictures;
    }
}
