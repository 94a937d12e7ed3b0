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
        new OrderOperator<ArgSortAction>("argsort", "x; axis: integer = -1, descending: flag = 0"),
        new UniqueOperator(),
        new OrderOperator<SearchSortedAction>("searchsorted", "x, values; right: flag = 0"),
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
        where T : unmanaged => call.Return(call.Seen<T>(0).Nonzero());
}

internal readonly struct ArgSortAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Seen<T>(0).ArgSort(call.Small("axis", -1), call.Flag("descending")));
}

/// <summary>The elements at the places of <see cref="ArgSortAction"/>, taken as a movement: the gradient of each goes back to its place.</summary>
internal sealed class SortOperator() : Operator("sort", "x; axis: integer = -1, descending: flag = 0", 0)
{
    public override string Types => "all types but complex ones";

    protected override void Run(Call call, ElementType type)
    {
        if (type.IsComplex())
        {
            throw Refuse(type);
        }

        type.ApplyByWidth<Placed, bool>(new(call, type.ApplyByOrder<Order, Tensor<int>>(new(call))));
    }

    private readonly struct Order(Call call) : IForType<Tensor<int>>
    {
        public Tensor<int> With<T>()
            where T : unmanaged => call.Seen<T>(0).ArgSort(call.Small("axis", -1), call.Flag("descending"));
    }

    private readonly struct Placed(Call call, Tensor<int> places) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            call.Return(call.Moved<T>(0).TakeAlongAxis(call.Small("axis", -1), places), call.Element);
            return true;
        }
    }
}

/// <summary>The distinct values in order, where each stands first, which of them each element is, and how often each stands.</summary>
internal sealed class UniqueOperator() : Operator("unique", "x", 0)
{
    public override string Types => Every;

    protected override void Run(Call call, ElementType type)
    {
        (Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = type.ApplyByOrder<Distinct, (Tensor<int>, Tensor<int>, Tensor<int>)>(new(call));
        type.ApplyByWidth<Values, bool>(new(call, indices));
        call.Return(indices);
        call.Return(inverse);
        call.Return(counts);
    }

    private readonly struct Distinct(Call call) : IForType<(Tensor<int> Indices, Tensor<int> Inverse, Tensor<int> Counts)>
    {
        public (Tensor<int> Indices, Tensor<int> Inverse, Tensor<int> Counts) With<T>()
            where T : unmanaged
        {
            (_, Tensor<int> indices, Tensor<int> inverse, Tensor<int> counts) = call.Seen<T>(0).Unique();
            return (indices, inverse, counts);
        }
    }

    private readonly struct Values(Call call, Tensor<int> indices) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            Tensor<T> x = call.Moved<T>(0).Contiguous();
            call.Return(x.Reshape(x.Size).Take(0, indices), call.Element);
            return true;
        }
    }
}

internal readonly struct SearchSortedAction : IAction
{
    public static void Run<T>(Call call)
        where T : unmanaged => call.Return(call.Seen<T>(0).SearchSorted(call.Seen<T>(1), call.Flag("right")));
}
