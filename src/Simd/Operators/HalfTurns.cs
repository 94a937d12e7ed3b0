using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>x / pi without the multiples of 2, for arguments up to the largest finite number: what sin, cos and tan need of a far argument.</summary>
/// <remarks>
/// Payne and Hanek (1983), with floating-point products in place of integer ones. 1 / pi is cut into pieces of 24 (float32) or 53 (float64)
/// bits. Pieces so high that their product with x is a multiple of 2 are left out, pieces so low that they do not count as well: five are
/// left, which begin at piece j for x in [2^(p j + p), 2^(p j + 2 p)), p being the number of bits. They come scaled by 2^(p j) and x by its
/// inverse, so that nothing leaves the normal numbers. Each product is a rounded part and a fused remainder, both exact, freed of multiples
/// of 2 by Round; the parts are summed in three words (Knuth's two-sum), of which the third counts when the first two cancel: the
/// neighbour of a multiple of pi / 2 nearest to one is 2^-30 (float32) or 2^-61 (float64) away.
/// </remarks>
internal static class HalfTurns
{
    /// <summary>
    /// x = n pi / step + r + low, for finite a = |x| of at least 2^18; step is 1 or 2, and n an integer minus offset (0 or 1/2) modulo 2 step.
    /// Not inlined on a processor: it would take the whole inlining budget of the loop around it.
    /// </summary>
    public static void Far<V>(V a, V step, V offset, out V n, out V r, out V low)
        where V : unmanaged, ILanes<V>
    {
        Product(a, out V high, out V middle, out V rest);
        n = V.Round(V.Fma(high, step, offset)) - offset;

        // The difference is exact, and middle may be the larger of the two now.
        V f = high - (n / step);
        V sum = f + middle, part = sum - f;
        rest += (f - (sum - part)) + (middle - part);
        V pi = V.Of(V.IsDouble ? 3.141592653589793 : 3.1415927f);
        r = sum * pi;
        low = V.Fma(sum, pi, -r) + V.Fma(sum, V.Of(V.IsDouble ? 1.2246467991473532e-16 : -8.742278e-08f), rest * pi);
    }

    private static void Product<V>(V a, out V high, out V middle, out V rest)
        where V : unmanaged, ILanes<V>
    {
        V c0, c1, c2, c3, c4, scaled;
        if (V.IsDouble)
        {
            Double(a, out scaled, out c0, out c1, out c2, out c3, out c4);
        }
        else
        {
            Single(a, out scaled, out c0, out c1, out c2, out c3, out c4);
        }

        V p0 = scaled * c0, e0 = V.Fma(scaled, c0, -p0), p1 = scaled * c1, e1 = V.Fma(scaled, c1, -p1);
        V p2 = scaled * c2, e2 = V.Fma(scaled, c2, -p2), p3 = scaled * c3, e3 = V.Fma(scaled, c3, -p3);
        (high, middle, rest) = (WithoutTurns(p0), V.Of(0), V.Of(0));
        Add(WithoutTurns(e0), ref high, ref middle, ref rest);
        Add(WithoutTurns(p1), ref high, ref middle, ref rest);
        Add(e1, ref high, ref middle, ref rest);
        Add(p2, ref high, ref middle, ref rest);
        Add(e2, ref high, ref middle, ref rest);
        Add(p3, ref high, ref middle, ref rest);
        Add(e3, ref high, ref middle, ref rest);
        Add(scaled * c4, ref high, ref middle, ref rest);
    }

    [MethodImpl(Inline)]
    private static V WithoutTurns<V>(V x)
        where V : unmanaged, ILanes<V> => V.Fma(V.Round(x * V.Of(0.5)), V.Of(-2), x);

    [MethodImpl(Inline)]
    private static void Add<V>(V term, ref V high, ref V middle, ref V rest)
        where V : unmanaged, ILanes<V>
    {
        V sum = high + term, part = sum - high;
        V error = (high - (sum - part)) + (term - part);
        high = sum;
        sum = middle + error;
        part = sum - middle;
        rest += (middle - (sum - part)) + (error - part);
        middle = sum;
    }

    /// <summary>The five pieces of 1 / pi for each argument (24 bits each), and the argument brought to the first of them.</summary>
    private static void Single<V>(V a, out V scaled, out V c0, out V c1, out V c2, out V c3, out V c4)
        where V : unmanaged, ILanes<V>
    {
        const double bits = 1.0 / 16777216, bits2 = bits * bits, bits3 = bits2 * bits, bits4 = bits3 * bits, bits5 = bits4 * bits;
        scaled = a;
        c0 = V.Of(0x517CC1 * bits);
        c1 = V.Of(0xB72722 * bits2);
        c2 = V.Of(0xA94FE * bits3);
        c3 = V.Of(0x13ABE8 * bits4);
        c4 = V.Of(0xFA9A6E * bits5);
        From(a, 281474976710656.0, 5.960464477539063e-08, 0xB72722 * bits, 0xA94FE * bits2, 0x13ABE8 * bits3, 0xFA9A6E * bits4, 0xE06DB1 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 4.722366482869645e+21, 3.552713678800501e-15, 0xA94FE * bits, 0x13ABE8 * bits2, 0xFA9A6E * bits3, 0xE06DB1 * bits4, 0x4ACC9E * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 7.922816251426434e+28, 2.117582368135751e-22, 0x13ABE8 * bits, 0xFA9A6E * bits2, 0xE06DB1 * bits3, 0x4ACC9E * bits4, 0x21C820 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 1.329227995784916e+36, 1.262177448353619e-29, 0xFA9A6E * bits, 0xE06DB1 * bits2, 0x4ACC9E * bits3, 0x21C820 * bits4, 0xFF28B1 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
    }

    /// <summary>The five pieces of 1 / pi for each argument (53 bits each), and the argument brought to the first of them.</summary>
    private static void Double<V>(V a, out V scaled, out V c0, out V c1, out V c2, out V c3, out V c4)
        where V : unmanaged, ILanes<V>
    {
        const double bits = 1.0 / 9007199254740992, bits2 = bits * bits, bits3 = bits2 * bits, bits4 = bits3 * bits, bits5 = bits4 * bits;
        scaled = a;
        c0 = V.Of(0xA2F9836E4E441 * bits);
        c1 = V.Of(0xA53F84EAFA3EA * bits2);
        c2 = V.Of(0xD377036D8A566 * bits3);
        c3 = V.Of(0x9E21C820FF28B * bits4);
        c4 = V.Of(0x3ABDEBBC561B7 * bits5);
        From(a, 8.112963841460668e+31, 1.1102230246251565e-16, 0xA53F84EAFA3EA * bits, 0xD377036D8A566 * bits2, 0x9E21C820FF28B * bits3, 0x3ABDEBBC561B7 * bits4, 0x48DC74849BA5C * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 7.307508186654515e+47, 1.232595164407831e-32, 0xD377036D8A566 * bits, 0x9E21C820FF28B * bits2, 0x3ABDEBBC561B7 * bits3, 0x48DC74849BA5C * bits4, 0x1924BBA82746 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 6.582018229284824e+63, 1.3684555315672042e-48, 0x9E21C820FF28B * bits, 0x3ABDEBBC561B7 * bits2, 0x48DC74849BA5C * bits3, 0x1924BBA82746 * bits4, 0x90E7F0EF58E58 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 5.928554968950589e+79, 1.5192908393215678e-64, 0x3ABDEBBC561B7 * bits, 0x48DC74849BA5C * bits2, 0x1924BBA82746 * bits3, 0x90E7F0EF58E58 * bits4, 0x129A73EE88235F * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 5.339967589802275e+95, 1.6867516709168837e-80, 0x48DC74849BA5C * bits, 0x1924BBA82746 * bits2, 0x90E7F0EF58E58 * bits3, 0x129A73EE88235F * bits4, 0xA5D768909D338 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 4.8098152095208105e+111, 1.8726705418768793e-96, 0x1924BBA82746 * bits, 0x90E7F0EF58E58 * bits2, 0x129A73EE88235F * bits3, 0xA5D768909D338 * bits4, 0x1C09AD17DF904E * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 4.332296397063773e+127, 2.07908195312898e-112, 0x90E7F0EF58E58 * bits, 0x129A73EE88235F * bits2, 0xA5D768909D338 * bits3, 0x1C09AD17DF904E * bits4, 0xC8EB1CC1A99CF * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 3.9021856878949903e+143, 2.308244654446434e-128, 0x129A73EE88235F * bits, 0xA5D768909D338 * bits2, 0x1C09AD17DF904E * bits3, 0xC8EB1CC1A99CF * bits4, 0x149C845F8BBDF9 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 3.514776401986872e+159, 2.5626663618343692e-144, 0xA5D768909D338 * bits, 0x1C09AD17DF904E * bits2, 0xC8EB1CC1A99CF * bits3, 0x149C845F8BBDF9 * bits4, 0x50763FF12FFFB * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 3.165829138855738e+175, 2.8451311993408992e-160, 0x1C09AD17DF904E * bits, 0xC8EB1CC1A99CF * bits2, 0x149C845F8BBDF9 * bits3, 0x50763FF12FFFB * bits4, 0x1816603FBCBC46 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 2.851525386013872e+191, 3.1587301655876523e-176, 0xC8EB1CC1A99CF * bits, 0x149C845F8BBDF9 * bits2, 0x50763FF12FFFB * bits3, 0x1816603FBCBC46 * bits4, 0x5AD05368FB69B * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 2.568425733177917e+207, 3.506894958413445e-192, 0x149C845F8BBDF9 * bits, 0x50763FF12FFFB * bits2, 0x1816603FBCBC46 * bits3, 0x5AD05368FB69B * bits4, 0x7ECF27CB09B74 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 2.313432234973772e+223, 3.8934355277724873e-208, 0x50763FF12FFFB * bits, 0x1816603FBCBC46 * bits2, 0x5AD05368FB69B * bits3, 0x7ECF27CB09B74 * bits4, 0x1E8C7ECD3CBFD4 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 2.0837545102749545e+239, 4.322581767826614e-224, 0x1816603FBCBC46 * bits, 0x5AD05368FB69B * bits2, 0x7ECF27CB09B74 * bits3, 0x1E8C7ECD3CBFD4 * bits4, 0xB5D49EEB1FAF9 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 1.876879207201175e+255, 4.799029804466019e-240, 0x5AD05368FB69B * bits, 0x7ECF27CB09B74 * bits2, 0x1E8C7ECD3CBFD4 * bits3, 0xB5D49EEB1FAF9 * bits4, 0xF8BD9E839CFBC * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 1.6905424996341288e+271, 5.327993384780537e-256, 0x7ECF27CB09B74 * bits, 0x1E8C7ECD3CBFD4 * bits2, 0xB5D49EEB1FAF9 * bits3, 0xF8BD9E839CFBC * bits4, 0xA5292EA6BFB5F * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 1.52270531428125e+287, 5.915260930833874e-272, 0x1E8C7ECD3CBFD4 * bits, 0xB5D49EEB1FAF9 * bits2, 0xF8BD9E839CFBC * bits3, 0xA5292EA6BFB5F * bits4, 0x1623F1ABA10AC0 * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
        From(a, 1.3715310171984222e+303, 6.567258882077402e-288, 0xB5D49EEB1FAF9 * bits, 0xF8BD9E839CFBC * bits2, 0xA5292EA6BFB5F * bits3, 0x1623F1ABA10AC0 * bits4, 0xCC11BF1EDAEAF * bits5, ref scaled, ref c0, ref c1, ref c2, ref c3, ref c4);
    }

    [MethodImpl(Inline)]
    private static void From<V>(
        V a, double least, double scale, double d0, double d1, double d2, double d3, double d4, ref V scaled, ref V c0, ref V c1, ref V c2, ref V c3, ref V c4)
        where V : unmanaged, ILanes<V>
    {
        V bound = V.Of(least);
        scaled = V.SelectLess(a, bound, scaled, a * V.Of(scale));
        c0 = V.SelectLess(a, bound, c0, V.Of(d0));
        c1 = V.SelectLess(a, bound, c1, V.Of(d1));
        c2 = V.SelectLess(a, bound, c2, V.Of(d2));
        c3 = V.SelectLess(a, bound, c3, V.Of(d3));
        c4 = V.SelectLess(a, bound, c4, V.Of(d4));
    }
}
