using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// The recording of a step on this thread: while it runs, devices are seen through a <see cref="RecordingDevice"/>, whose calls are done and
/// kept in their order. Memory that the step takes is held until the recording ends, so that one piece of memory is one set of numbers.
/// </summary>
internal sealed class Recorder
{
    [ThreadStatic]
    private static Recorder? current;

    private static int running;
    private static long begun;

    private readonly Dictionary<Device, RecordingDevice> devices = [];
    private readonly HashSet<Storage> own = [];
    private readonly HashSet<Storage> inputs = [];
    private readonly HashSet<Storage> touched = [];
    private readonly HashSet<Storage> filled = [];
    private readonly List<(Place Place, byte[] Number)> values = [];

    /// <summary>True while any thread records: all that others pay for it.</summary>
    public static bool IsOn => running > 0;

    /// <summary>The recording of this thread.</summary>
    public static Recorder? Current => IsOn ? current : null;

    /// <summary>A number that no other recording has.</summary>
    public long Number { get; private set; }

    /// <summary>The calls so far.</summary>
    public List<Call> Calls { get; } = [];

    /// <summary>The one device that does the recorded work; null before the first call.</summary>
    public Device? Device { get; private set; }

    /// <summary>The memory that the step took.</summary>
    public IReadOnlySet<Storage> Own => own;

    /// <summary>Begins to record on this thread a step with these inputs.</summary>
    public static Recorder Begin(ReadOnlySpan<TensorNode> copies)
    {
        Recorder recorder = new() { Number = Interlocked.Increment(ref begun) };
        foreach (TensorNode copy in copies)
        {
            recorder.inputs.Add(copy.Storage!);
        }

        Interlocked.Increment(ref running);
        current = recorder;
        return recorder;
    }

    /// <summary>A device as this thread sees it now.</summary>
    public static Device Seen(Device device) => current?.Wrap(device) ?? device;

    /// <summary>Memory has just been lent to this thread.</summary>
    public static void Lent(Storage storage)
    {
        if (current is { } recorder && recorder.own.Add(storage))
        {
            storage.AddUser();
        }
    }

    /// <summary>Refuses what a recording could not repeat.</summary>
    /// <exception cref="NotSupportedException">This thread records.</exception>
    public static void Refuse(string operation)
    {
        if (Current is not null)
        {
            throw new NotSupportedException($"{operation}: this is done on the host, and the recording of a plan cannot do it again.");
        }
    }

    /// <summary>True for memory that the step took itself.</summary>
    public bool IsOwn(Storage storage) => own.Contains(storage);

    /// <summary>True for an input's memory.</summary>
    public bool IsInput(Storage storage) => inputs.Contains(storage);

    /// <summary>Does a call and keeps it.</summary>
    public void Run(Device device, Call call)
    {
        Check(device, call);
        current = null;
        try
        {
            call.Run(device);
        }
        finally
        {
            current = this;
        }

        Keep(device, call);
    }

    /// <summary>Does a call and keeps it, unless the device declines it.</summary>
    public bool Try(Device device, TriedCall call)
    {
        Check(device, call);
        bool isDone;
        current = null;
        try
        {
            isDone = call.Try(device);
        }
        finally
        {
            current = this;
        }

        if (isDone)
        {
            Keep(device, call);
        }

        return isDone;
    }

    /// <summary>The processor's memory as the host sees it: what is new may be filled, and is a constant from then on.</summary>
    /// <exception cref="NotSupportedException">The memory is not new, or not the step's own.</exception>
    public void Fill(Storage storage)
    {
        if (!IsOwn(storage) || touched.Contains(storage))
        {
            throw ReadsHost();
        }

        filled.Add(storage);
    }

    /// <summary>For what only reads on the host.</summary>
    public static NotSupportedException ReadsHost() => new(
        "plan: the step reads a tensor's numbers on the host, which a recording cannot do again; let the step return the tensor and read it afterwards.");

    /// <summary>The number of a scalar, which leaves the step: the plan gives it again when the step returns it.</summary>
    public T Value<T>(TensorNode node)
        where T : unmanaged
    {
        T value = default;
        ((RecordingDevice)node.Storage!.Device).Inner.CopyToHost(node.Storage, node.Layout.Offset, new Span<T>(ref value));
        values.Add((Place.Of<T>(node), MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray()));
        return value;
    }

    /// <summary>Where the last value stands that was this number.</summary>
    public Place? WhereIs<T>(T value)
        where T : unmanaged
    {
        for (int i = values.Count - 1; i >= 0; i--)
        {
            (Place place, byte[] number) = values[i];
            if (place.ElementSize == Unsafe.SizeOf<T>() && MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).SequenceEqual(number))
            {
                return place;
            }
        }

        return null;
    }

    /// <summary>The last call was a draw of this stream: the plan moves it, unless the step made it itself.</summary>
    public void Drew(RandomStream stream, int words, nint count)
    {
        if (stream.Recording != Number)
        {
            ((DrawingCall)Calls[^1]).Follow(stream, words, (ulong)count);
        }
    }

    /// <summary>The last call was a step with this source's constants: the plan asks it for the next ones.</summary>
    public void Updated<TUpdate>(IUpdateSource<TUpdate> source)
        where TUpdate : struct, IUpdate => ((UpdateCall<TUpdate>)Calls[^1]).Source = source;

    /// <summary>Lets a plan have memory that the step took.</summary>
    public void Give(IReadOnlySet<Storage> kept) => own.ExceptWith(kept);

    /// <summary>Ends the recording on this thread.</summary>
    public void Stop()
    {
        if (current == this)
        {
            current = null;
            Interlocked.Decrement(ref running);
        }
    }

    /// <summary>Ends the recording, and lets go of the memory that the step took.</summary>
    public void Release()
    {
        Stop();
        foreach (Storage storage in own)
        {
            storage.RemoveUser();
        }
    }

    private void Check(Device device, Call call)
    {
        foreach (Place place in call.Writes)
        {
            if (IsInput(place.Storage) || filled.Contains(place.Storage))
            {
                throw new NotSupportedException($"plan: the step writes to {(IsInput(place.Storage) ? "its input" : "a tensor that the host has filled")}; let it write to a copy.");
            }
        }

        if (Device is not null && Device != device)
        {
            throw new NotSupportedException($"plan: the step works on {Device} and on {device}; record one plan for each device.");
        }
    }

    private void Keep(Device device, Call call)
    {
        Device = device;
        Calls.Add(call);
        touched.UnionWith(call.Reads.Concat(call.Writes).Select(static place => place.Storage));
    }

    private RecordingDevice Wrap(Device device)
    {
        if (device is RecordingDevice recording)
        {
            return recording;
        }

        if (!devices.TryGetValue(device, out RecordingDevice? wrapped))
        {
            devices.Add(device, wrapped = new RecordingDevice(device, this));
        }

        return wrapped;
    }
}
