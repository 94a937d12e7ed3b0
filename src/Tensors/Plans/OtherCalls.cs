using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Numbers from the host, as they were when they were recorded.</summary>
internal sealed class HostCall<T> : Call
    where T : unmanaged
{
    private readonly T[] numbers;
    private readonly Place y;

    public HostCall(ReadOnlySpan<T> numbers, Place y)
    {
        this.numbers = numbers.ToArray();
        this.y = y;
        Writes = [y];
    }

    public override void Run(Device device) => device.CopyFromHost<T>(numbers, y.Storage, y.Layout.Offset);
}

internal sealed class ConvertCall<TFrom, TTo> : Call
    where TFrom : unmanaged
    where TTo : unmanaged
{
    private readonly Place x;
    private readonly Place y;

    public ConvertCall(Place x, Place y)
    {
        (this.x, this.y) = (x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.Convert<TFrom, TTo>(x.Operand, y.Operand);
}

/// <summary>A draw, from where its stream stands when the plan runs.</summary>
internal abstract class DrawingCall : Call
{
    private RandomStream? stream;
    private int words;
    private ulong count;

    /// <inheritdoc/>
    public sealed override bool IsRepeatable => stream is null;

    /// <summary>Lets the draw move a stream from now on.</summary>
    public void Follow(RandomStream drawn, int wordsPerElement, ulong elements) => (stream, words, count) = (drawn, wordsPerElement, elements);

    /// <summary>The first element: the stream's next, or always the same where the stream is the step's own.</summary>
    protected ulong First(ulong recorded) => stream?.Take(words, count) ?? recorded;
}

internal sealed class RandomCall<TDistribution, T> : DrawingCall
    where TDistribution : struct, IDistribution
    where T : unmanaged
{
    private readonly (T A, T B, T C) parameters;
    private readonly (ulong Seed, ulong Stream, ulong First) from;
    private readonly Place y;

    public RandomCall((T A, T B, T C) parameters, (ulong Seed, ulong Stream, ulong First) from, Place y)
    {
        (this.parameters, this.from, this.y) = (parameters, from, y);
        Writes = [y];
    }

    public override void Run(Device device) => device.Random<TDistribution, T>(parameters, from.Seed, from.Stream, First(from.First), y.Operand);
}

internal sealed class DrawCall<TDraw, T> : DrawingCall
    where TDraw : struct, IDraw<T>
    where T : unmanaged
{
    private readonly TDraw draw;
    private readonly (ulong Seed, ulong Stream, ulong First) from;
    private readonly Place y;

    public DrawCall(TDraw draw, (ulong Seed, ulong Stream, ulong First) from, Place y)
    {
        (this.draw, this.from, this.y) = (draw, from, y);
        Writes = [y];
    }

    public override void Run(Device device) => device.Draw<TDraw, T>(draw, from.Seed, from.Stream, First(from.First), y.Operand);
}

/// <summary>An optimizer's step, with the constants that its source gives when the plan runs.</summary>
internal abstract class UpdateCall<TUpdate> : Call
    where TUpdate : struct, IUpdate
{
    /// <summary>Gives the constants of each step; null where they stay as they were recorded.</summary>
    public IUpdateSource<TUpdate>? Source { get; set; }

    /// <inheritdoc/>
    public sealed override bool IsRepeatable => Source is null;
}

internal sealed class UpdateCall<TUpdate, T> : UpdateCall<TUpdate>
    where TUpdate : struct, IUpdate
    where T : unmanaged
{
    private readonly TUpdate update;
    private readonly Place gradients;
    private readonly Place parameters;
    private readonly Place first;
    private readonly Place second;

    public UpdateCall(TUpdate update, Place gradients, Place parameters, Place first, Place second)
    {
        (this.update, this.gradients, this.parameters, this.first, this.second) = (update, gradients, parameters, first, second);
        Place[] state = TUpdate.Moments switch { 0 => [parameters], 1 => [parameters, first], _ => [parameters, first, second] };
        (Reads, Writes) = ([gradients, .. state], state);
    }

    public override void Run(Device device)
    {
        TUpdate rule = Source is null ? update : Source.Next();
        device.Update<TUpdate, T>(rule, gradients.Operand, parameters.Operand, first.Operand, second.Operand);
    }
}
