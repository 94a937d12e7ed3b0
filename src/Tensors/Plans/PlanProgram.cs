namespace Onsager.Tensors;

/// <summary>A recorded step, made ready to run again with inputs of the shapes that it was recorded with.</summary>
internal sealed class PlanProgram : IDisposable
{
    private readonly Device device;
    private readonly Call[] calls;
    private readonly Input[] inputs;
    private readonly Storage[] held;
    private readonly Storage[] written;

    private PlanProgram(Device device, List<Call> calls, Input[] inputs, Place result, List<Storage> held, Storage[] written)
    {
        this.device = device;
        this.calls = [.. calls];
        this.inputs = inputs;
        this.held = [.. held];
        this.written = written;
        Result = result;
    }

    /// <summary>What the step returns.</summary>
    public Place Result { get; }

    /// <summary>The calls that a run makes.</summary>
    public int CallCount => calls.Length;

    /// <summary>Makes a program of what was recorded; the inputs are copies that the recording alone had.</summary>
    public static PlanProgram Make(Recorder recorder, ReadOnlySpan<TensorNode> copies, Place result)
    {
        IReadOnlySet<Storage> own = recorder.Own;
        Device device = recorder.Device ?? copies[0].Storage!.Device;
        List<Call> calls = DeadCalls.Remove(recorder.Calls, own, result.Storage);
        HashSet<Storage> kept = [];
        calls = DeadCalls.Fold(calls, own, kept);
        kept.Add(result.Storage);
        calls = Epilogues.Fuse(calls, own, result.Storage);
        if (device is CpuDevice)
        {
            calls = Tiles.Fuse(calls, own, kept);
        }

        Place[] places = [.. calls.SelectMany(static call => call.Reads.Concat(call.Writes)).Distinct()];
        Input[] inputs = new Input[copies.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            Storage copy = copies[i].Storage!;
            inputs[i] = new Input(copies[i].Layout, [.. places.Where(place => place.Storage == copy)]);
        }

        HashSet<Storage> outside = [.. places.Select(static place => place.Storage).Where(storage => !own.Contains(storage))];
        foreach (TensorNode copy in copies)
        {
            outside.Remove(copy.Storage!);
        }

        Storage[] written = [.. calls.SelectMany(static call => call.Writes).Select(static place => place.Storage).Where(storage => outside.Contains(storage) || storage == result.Storage).Distinct()];
        kept.RemoveWhere(storage => storage != result.Storage && !Array.Exists(places, place => place.Storage == storage));
        Storage? arena = Arena.Plan(calls, device, own, kept);
        if (!own.Contains(result.Storage))
        {
            outside.Add(result.Storage);
        }

        List<Storage> held = [.. outside];
        held.ForEach(static storage => storage.AddUser());
        held.AddRange(kept.Where(own.Contains));
        if (arena is not null)
        {
            held.Add(arena);
        }

        PlanProgram program = new(device, calls, inputs, result, held, written);
        recorder.Give(kept);
        return program;
    }

    /// <summary>True when inputs have the shapes and the device of the recorded ones; all are contiguous.</summary>
    public bool Fits(ReadOnlySpan<TensorNode> given)
    {
        bool fits = true;
        for (int i = 0; i < inputs.Length; i++)
        {
            fits &= given[i].Layout.Extents.HasExtentsOf(in inputs[i].Layout.Extents) && given[i].Storage!.Device == device;
        }

        return fits;
    }

    /// <summary>Does the step with these inputs.</summary>
    /// <exception cref="ArgumentException">An input is in memory that the step writes to, the last result's among it.</exception>
    public void Run(ReadOnlySpan<TensorNode> given)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (Array.IndexOf(written, given[i].Storage) >= 0)
            {
                throw new ArgumentException($"plan: input {i} lies in memory that the step writes to.");
            }
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i].Bind(given[i].Storage!, given[i].Layout.Offset);
        }

        foreach (Call call in calls)
        {
            call.Run(device);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(held, static storage => storage.RemoveUser());

    /// <summary>One input: its shape, and the places that read it.</summary>
    private sealed class Input(Layout layout, Place[] places)
    {
        public readonly Layout Layout = layout;
        private readonly nint[] offsets = [.. places.Select(place => place.Layout.Offset - layout.Offset)];

        public void Bind(Storage storage, nint offset)
        {
            for (int i = 0; i < places.Length; i++)
            {
                places[i].Bind(storage, offset + offsets[i]);
            }
        }
    }
}
