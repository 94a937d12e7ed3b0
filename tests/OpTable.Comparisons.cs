using Onsager.Simd;
using static System.Double;

namespace Onsager.Tests;

/// <summary>Comparisons and choice.</summary>
internal static partial class OpTable
{
    private static OpRow[] Comparisons =>
    [
        new Binary<Equal> { Single = (x, y) => x == y ? 1 : 0, Double = (x, y) => x == y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Binary<Less> { Single = (x, y) => x < y ? 1 : 0, Double = (x, y) => x < y ? 1 : 0, Kinks = [(1, 1, 0, 0)] },
        new Ternary<Select> { Single = (x, y, z) => x == 0 ? z : y, Double = (x, y, z) => x == 0 ? z : y },
    ];
}
