using Onsager.Models.Ode;

namespace Onsager.Models.Tests;

/// <summary>
/// The problems of DETEST (Hull, Enright, Fellen and Sedgwick, "Comparing numerical methods for ordinary differential equations", 1972), by their names A1 to
/// E5, each from 0 to 20.
/// </summary>
internal readonly struct Detest(string name) : IVectorField<double>
{
    public const double End = 20;

    public static readonly string[] Names = [.. "ABCDE".SelectMany(letter => Enumerable.Range(1, 5).Select(number => $"{letter}{number}"))];

    private static readonly double[] Masses = [0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778];

    /// <summary>The first state.</summary>
    public static double[] Start(string name) => name switch
    {
        "A5" => [4],
        ['A', ..] => [1],
        "B1" => [1, 3],
        "B2" => [2, 0, 1],
        "B3" => [1, 0, 0],
        "B4" => [3, 0, 0],
        "B5" => [0, 1, 1],
        "C4" => [1, .. new double[50]],
        "C5" =>
        [
            3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207, 14.6952576794, 6.27960525067,
            -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142, 15.3882659679,
            -0.557160570446, 0.505696783289, 0.230578543901, -0.415570776342, 0.365682722812, 0.169143213293, -0.325325669158, 0.189706021964, 0.0877265322780,
            -0.0240476254170, -0.287659532608, -0.117219543175, -0.176860753121, -0.216393453025, -0.0148647893090,
        ],
        ['C', ..] => [1, .. new double[9]],
        ['D', char number] => [1 - Eccentricity(number), 0, 0, Math.Sqrt((1 + Eccentricity(number)) / (1 - Eccentricity(number)))],
        "E1" => [0.6713967071418030, 0.09540051444747446],
        "E2" => [2, 0],
        "E4" => [30, 0],
        _ => [0, 0],
    };

    public void Eval(double t, ReadOnlySpan<double> y, Span<double> dy)
    {
        switch (name)
        {
            case "A1": dy[0] = -y[0]; break;
            case "A2": dy[0] = -0.5 * y[0] * y[0] * y[0]; break;
            case "A3": dy[0] = y[0] * Math.Cos(t); break;
            case "A4": dy[0] = y[0] / 4 * (1 - (y[0] / 20)); break;
            case "A5": dy[0] = (y[0] - t) / (y[0] + t); break;
            case "B1": (dy[0], dy[1]) = (2 * (y[0] - (y[0] * y[1])), -(y[1] - (y[0] * y[1]))); break;
            case "B2": (dy[0], dy[1], dy[2]) = (-y[0] + y[1], y[0] - (2 * y[1]) + y[2], y[1] - y[2]); break;
            case "B3": (dy[0], dy[1], dy[2]) = (-y[0], y[0] - (y[1] * y[1]), y[1] * y[1]); break;
            case "B4":
                double r = Math.Sqrt((y[0] * y[0]) + (y[1] * y[1]));
                (dy[0], dy[1], dy[2]) = (-y[1] - (y[0] * y[2] / r), y[0] - (y[1] * y[2] / r), y[0] / r);
                break;
            case "B5": (dy[0], dy[1], dy[2]) = (y[1] * y[2], -y[0] * y[2], -0.51 * y[0] * y[1]); break;
            case "C1": Chain(y, dy, 1); break;
            case "C2": Decay(y, dy); break;
            case "C3" or "C4": Chain(y, dy, -2); break;
            case "C5": Planets(y, dy); break;
            case ['D', ..]:
                double cube = Math.Pow((y[0] * y[0]) + (y[1] * y[1]), 1.5);
                (dy[0], dy[1], dy[2], dy[3]) = (y[2], y[3], -y[0] / cube, -y[1] / cube);
                break;
            case "E1": (dy[0], dy[1]) = (y[1], -((y[1] / (t + 1)) + ((1 - (0.25 / ((t + 1) * (t + 1)))) * y[0]))); break;
            case "E2": (dy[0], dy[1]) = (y[1], ((1 - (y[0] * y[0])) * y[1]) - y[0]); break;
            case "E3": (dy[0], dy[1]) = (y[1], (y[0] * y[0] * y[0] / 6) - y[0] + (2 * Math.Sin(2.78535 * t))); break;
            case "E4": (dy[0], dy[1]) = (y[1], 0.032 - (0.4 * y[1] * y[1])); break;
            default: (dy[0], dy[1]) = (y[1], Math.Sqrt(1 + (y[1] * y[1])) / (25 - t)); break;
        }
    }

    private static double Eccentricity(char number) => 0.1 + (0.2 * (number - '1'));

    /// <summary>Radioactive decay of ten nuclides in a row, or the heat equation.</summary>
    private static void Chain(ReadOnlySpan<double> y, Span<double> dy, int kind)
    {
        for (int i = 0; i < y.Length; i++)
        {
            double before = i > 0 ? y[i - 1] : 0, after = i + 1 < y.Length ? y[i + 1] : 0;
            dy[i] = kind == 1 ? before - (i + 1 < y.Length ? y[i] : 0) : before - (2 * y[i]) + after;
        }
    }

    private static void Decay(ReadOnlySpan<double> y, Span<double> dy)
    {
        for (int i = 0; i < y.Length; i++)
        {
            dy[i] = (i > 0 ? i * y[i - 1] : 0) - (i + 1 < y.Length ? (i + 1) * y[i] : 0);
        }
    }

    /// <summary>The sun and five outer planets.</summary>
    private static void Planets(ReadOnlySpan<double> y, Span<double> dy)
    {
        const double Gravity = 2.95912208286, Sun = 1.00000597682;
        y[15..].CopyTo(dy);
        for (int j = 0; j < 5; j++)
        {
            for (int i = 0; i < 3; i++)
            {
                double sum = -(Sun + Masses[j]) * y[(3 * j) + i] / Cube(y, j, -1);
                for (int k = 0; k < 5; k++)
                {
                    sum += k == j ? 0 : Masses[k] * (((y[(3 * k) + i] - y[(3 * j) + i]) / Cube(y, j, k)) - (y[(3 * k) + i] / Cube(y, k, -1)));
                }

                dy[15 + (3 * j) + i] = Gravity * sum;
            }
        }

        static double Cube(ReadOnlySpan<double> y, int j, int k)
        {
            double sum = 0;
            for (int i = 0; i < 3; i++)
            {
                double distance = y[(3 * j) + i] - (k < 0 ? 0 : y[(3 * k) + i]);
                sum += distance * distance;
            }

            return Math.Pow(sum, 1.5);
        }
    }
}
