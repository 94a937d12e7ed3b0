namespace Onsager.Simd;

/// <summary>
/// A distribution as a formula over lanes: what a pair of random words and up to three parameters become. A float32 element takes one word of
/// 32 bits, a float64 element one of 64, so element i of a stream is a function of the stream, the parameters and i alone.
/// </summary>
public interface IDistribution
{
    /// <summary>The distribution's lower-case name, for messages.</summary>
    static abstract string Name { get; }

    /// <summary>The numbers of elements 2j and 2j + 1.</summary>
    /// <param name="evenWord">The word of element 2j, as bits.</param>
    /// <param name="oddWord">The word of element 2j + 1.</param>
    /// <param name="a">The first parameter in every lane.</param>
    /// <param name="b">The second.</param>
    /// <param name="c">The third.</param>
    /// <param name="even">Element 2j.</param>
    /// <param name="odd">Element 2j + 1.</param>
    static abstract void Pair<V>(V evenWord, V oddWord, V a, V b, V c, out V even, out V odd)
        where V : unmanaged, ILanes<V>;
}
