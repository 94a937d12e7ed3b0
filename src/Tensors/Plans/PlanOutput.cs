namespace Onsager.Tensors;

/// <summary>How a step's result is found in its recording, and read after a run.</summary>
internal abstract class PlanOutput<TResult>
{
    /// <summary>Where the result stands.</summary>
    public abstract Place Find(Recorder recorder, TResult result);

    /// <summary>The result of the last run.</summary>
    public abstract TResult Read(Place place);
}

internal sealed class TensorOutput<T> : PlanOutput<Tensor<T>>
    where T : unmanaged
{
    public override Place Find(Recorder recorder, Tensor<T> result) => Place.Of<T>(result.Node);

    public override Tensor<T> Read(Place place) => new(TensorNode.Create(place.Storage, in place.Layout));
}

internal sealed class NumberOutput<T> : PlanOutput<T>
    where T : unmanaged
{
    public override Place Find(Recorder recorder, T result) => recorder.WhereIs(result) ?? throw new NotSupportedException(
        "plan: the step returns a number that is not the value of a ValueAndGrad, and would stay the same; return a tensor.");

    public override T Read(Place place)
    {
        T value = default;
        place.Storage.Device.CopyToHost(place.Storage, place.Layout.Offset, new Span<T>(ref value));
        return value;
    }
}
