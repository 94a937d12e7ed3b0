namespace Onsager.Simd;

/// <summary>One optimizer step as a formula: what a gradient does to a parameter and to up to two numbers remembered with it.</summary>
public interface IUpdate
{
    /// <summary>The rule's lower-case name, for messages.</summary>
    static abstract string Name { get; }

    /// <summary>How many numbers are remembered per parameter: 0, 1 or 2.</summary>
    static abstract int Moments { get; }

    /// <summary>Updates a register of parameters and what is remembered with them.</summary>
    void Apply<V>(V gradient, ref V parameter, ref V first, ref V second)
        where V : unmanaged, ILanes<V>;
}
