using Onsager.Papers.Report;
using Onsager.Tensors;

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

    /// <summary>The frames in a row of draws.</summary>
    public const int DrawColumns = (PairSet.Frames + 1) / 2;

    /// <summary>The first pair's draws, one in each row, every other frame.</summary>
    public static IEnumerable<Picture> Draws(string name, PathQuality quality, int side)
    {
        int pixels = side * side, draws = quality.Draws.Length / pixels / PairSet.Frames;
        for (int draw = 0; draw < draws; draw++)
        {
            for (int k = 0; k < PairSet.Frames; k += 2)
            {
                yield return new Picture(quality.Draws.AsMemory(((draw * PairSet.Frames) + k) * pixels, pixels), side, draw == 0 && k == 0 ? name : string.Empty);
            }
        }
    }

    /// <summary>Centres of brightness along the paths of the first four pairs.</summary>
    public static Figure Centres(string[] names, float[][] frames, int side)
    {
        const int Pairs = 4;
        Figure figure = new Figure("x in pixels", "y in pixels") { Square = true }.Circle(4.5, "where blobs lie", side / 2, side / 2);
        int pixels = side * side;
        for (int method = 0; method < names.Length; method++)
        {
            int count = frames[method].Length / pixels / PairSet.Frames;
            List<double> x = [], y = [];
            for (int pair = 0; pair < Pairs; pair++)
            {
                for (int k = 0; k < PairSet.Frames; k++)
                {
                    (double px, double py) = Centre(frames[method].AsSpan(((k * count) + pair) * pixels, pixels), side);
                    x.Add(px);
                    y.Add(py);
                }
            }

            figure.Points(names[method], [.. x], [.. y]);
        }

        return figure;
    }

    /// <summary>Latent paths of the first eight pairs on the two directions in which all places vary most.</summary>
    public static Figure Latent(float[] places, int pairs)
    {
        using Scope scope = Scope.Begin();
        int d = places.Length / pairs / PairSet.Frames;
        Tensor<double> all = Tensor.From<float>(places, [PairSet.Frames * pairs, d]).Cast<double>(), centred = all - all.Mean(0, keepDimension: true);
        Tensor<double> directions = Svd.Factor(centred).Vt.Slice(0, 0, 2);
        double[] at = centred.MatMul(directions.Transpose()).ToArray();
        List<double> x = [], y = [], velocityX = [], velocityY = [], startX = [], startY = [];
        for (int pair = 0; pair < Math.Min(8, pairs); pair++)
        {
            for (int k = 0; k < PairSet.Frames; k++)
            {
                (double X, double Y) here = Place(k, pair);
                x.Add(here.X);
                y.Add(here.Y);
                if (k % 4 == 2)
                {
                    // A step's difference, three times as long.
                    (double X, double Y) next = Place(k + 1, pair);
                    velocityX.AddRange([here.X, here.X + (3 * (next.X - here.X)), double.NaN]);
                    velocityY.AddRange([here.Y, here.Y + (3 * (next.Y - here.Y)), double.NaN]);
                }
            }

            startX.Add(Place(0, pair).X);
            startY.Add(Place(0, pair).Y);
            x.Add(double.NaN);
            y.Add(double.NaN);
        }

        return new Figure("first direction", "second direction")
            .Curve("path", [.. x], [.. y]).Curve("velocity", [.. velocityX], [.. velocityY]).Points("source", [.. startX], [.. startY]);

        (double X, double Y) Place(int k, int pair) => (at[2 * ((k * pairs) + pair)], at[(2 * ((k * pairs) + pair)) + 1]);
    }

    private static (double X, double Y) Centre(ReadOnlySpan<float> image, int side)
    {
        double x = 0, y = 0, sum = 0;
        for (int i = 0; i < image.Length; i++)
        {
            sum += image[i];
            x += image[i] * (i % side);
            y += image[i] * (i / side);
        }

        return (x / sum, y / sum);
    }
}
