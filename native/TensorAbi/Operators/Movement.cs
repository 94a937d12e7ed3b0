using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>
/// What an operator does that only moves elements, whatever they are. T has the elements' width and is float or double where they are, so that there
/// is a derivative; otherwise it is an integer type that stands for others as well. So inputs come by <see cref="Call.Moved"/>, and a result has
/// the elements' type, not T's.
/// </summary>
internal interface IMovement
{
    static abstract Tensor<T> Of<T>(Call call)
        where T : unmanaged;
}

/// <summary>An operator of every type that only moves elements.</summary>
internal sealed class MovementOperator<TMovement>(string name, string signature, int typeOf = 0) : Operator(name, signature, typeOf)
    where TMovement : IMovement
{
    public override string Types => Every;

    protected override void Run(Call call, ElementType type) => Movement.Run<TMovement>(call, type);
}

/// <summary>Elements moved by their width.</summary>
internal static class Movement
{
    public static void Run<TMovement>(Call call, ElementType type)
        where TMovement : IMovement => type.ApplyByWidth<Running<TMovement>, bool>(new(call, type));

    private readonly struct Running<TMovement>(Call call, ElementType type) : IForType<bool>
        where TMovement : IMovement
    {
        public bool With<T>()
            where T : unmanaged
        {
            call.Return(TMovement.Of<T>(call), type);
            return true;
        }
    }
}
