using Onsager.Simd;

namespace Onsager.Models.Glm;

/// <summary>
/// A convex loss as a function phi of one number: the margin y h, or the residual h - y, of a score h and a target y. The formulas are over lanes, so that one text
/// is the loss of a tensor and of a state evolution; see <see cref="IUnaryOp"/>. <see cref="ConvexLoss.Of{TFormula}"/> makes a loss of it.
/// </summary>
public interface ILossFormula
{
    /// <summary>A lower-case name for messages.</summary>
    static abstract string Name { get; }

    /// <summary>Whether phi is a function of the margin y h, with targets 1 and -1; of the residual h - y otherwise.</summary>
    static abstract bool IsMargin { get; }

    /// <summary>phi(u), convex.</summary>
    static abstract V Value<V>(V u)
        where V : unmanaged, ILanes<V>;

    /// <summary>phi'(u), which never falls; at a kink any number between the slopes beside it.</summary>
    static abstract V Slope<V>(V u)
        where V : unmanaged, ILanes<V>;

    /// <summary>phi''(u), not negative.</summary>
    static abstract V Curvature<V>(V u)
        where V : unmanaged, ILanes<V>;

    /// <summary>phi'''(u), for derivatives that pass through curvatures; 0 unless given.</summary>
    static virtual V Third<V>(V u)
        where V : unmanaged, ILanes<V> => V.Of(0);
}
