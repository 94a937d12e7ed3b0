namespace Onsager.Peers;

/// <summary>All groups, in the order in which they run.</summary>
internal static class Groups
{
    public static IReadOnlyList<IGroup> All { get; } =
    [
        new GemmGroup(), new ElementwiseGroup(), new ReductionGroup(), new RandomGroup(),
        new LinearGroup(), new StepGroup(), new OdeGroup(), new OverheadGroup(), new LinalgGroup(),
    ];
}
