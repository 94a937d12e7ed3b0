using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Elements by index, in order, and by condition.</summary>
internal static class IndexingOperators
{
    public static IEnumerable<Operator> All =>
    [
        new MovementOperator<TakeMovement>("take", "x, indices; axis: integer = 0"),
        new MovementOperator<TakeAlongMovement>("take_along_axis", "x, indices; axis: integer = -1"),
        new RealOperator<ScatterAddAction>("scatter_add", "x, indices, source; axis: integer"),
        new MovementOperator<MaskedSelectMovement>("masked_select", "x, mask"),
        new EqualityOperator<NonzeroAction>("nonzero", "x"),
        new SortOperator(),
        new AnyOperator<ArgSortAction>("argsort", "x; axis: integer = -1, descending: flag = 0"),
        new AnyOperator<UniqueAction>("unique", "x"),
        new AnyOperator<SearchSortedAction>("searchsorted", "x, values; right: flag = 0"),
    ];
}

internal readonly struct TakeMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).Take(call.Small("axis"), call.Indices(1));
}

internal readonly struct TakeAlongMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).TakeAlongAxis(call.Small("axis", -1), call.Indices(1));
}

internal readonly struct ScatterAddAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).ScatterAdd(call.Small("axis"), call.Indices(1), call.Input<T>(2)));
}

internal readonly struct MaskedSelectMovement : IMovement
{
    public static Tensor<T> Of<T>(Call call)
        where T : unmanaged => call.Moved<T>(0).MaskedSelect(call.Input<bool>(1));
}

internal readonly struct NonzeroAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Moved<T>(0).Nonzero());
}

/// <summary>By the order of <see cref="ArgSortAction"/>, as a movement: the gradient of each element goes back to its place.</summary>
internal sealed class SortOperator() : Operator("sort", "x; axis: integer = -1, descending: flag = 0", 0)
{
    public override string Types => "all types";

    protected override void Run(Call call, ElementType type) => type.ApplyByWidth<Ordering, bool>(new(call, type.Apply<Order, Tensor<int>>(new(call))));

    private readonly struct Order(Call call) : IForType<Tensor<int>>
    {
        public Tensor<int> With<T>()
            where T : unmanaged => ArgSortAction.Of<T>(call);
    }

    private readonly struct Ordering(Call call, Tensor<int> order) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            call.Return(call.Moved<T>(0).TakeAlongAxis(call.Small("axis", -1), order), call.Element);
            return true;
        }
    }
}

internal readonly struct ArgSortAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(Of<T>(call));

    public static Tensor<int> Of<T>(Call call)
        where T : unmanaged => call.Input<T>(0).ArgSort(call.Small("axis", -1), call.Flag("descending"));
}

/// <summary>The distinct values in order, where each stands first, which of them each element is, and how often each stands.</summary>
internal readonly struct UniqueAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged
    {
        (Tensor<T> values, Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = call.Input<T>(0).Unique();
        call.Return(values);
        call.Return(indices);
        call.Return(inverse);
        call.Return(counts);
    }
}

internal readonly struct SearchSortedAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Input<T>(0).SearchSorted(call.Input<T>(1), call.Flag("right")));
}
