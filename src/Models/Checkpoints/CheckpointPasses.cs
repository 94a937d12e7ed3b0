using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>Gathers everything for a file; within a scope that outlives the writing.</summary>
internal sealed class SavingState(SafetensorsWriter writer) : CheckpointState
{
    private protected override void Visit<T>(string name, Tensor<T> tensor) => writer.Add(name, tensor.Share());

    private protected override void VisitScalar<T>(string name, ref T value) => writer.Add(name, Onsager.Tensors.Tensor.Scalar(value));

    private protected override void VisitCount(string name, ref long value, long least, long most) => VisitScalar(name, ref value);

    private protected override void VisitStream(string name, RandomStream stream) =>
        writer.Add(name, Onsager.Tensors.Tensor.From<ulong>([stream.Seed, stream.Number, stream.Position]));
}

/// <summary>
/// Compares a file with what is there, and takes all memory that loading needs, so that nothing can go wrong any more when something is changed;
/// within a scope that outlives the loading.
/// </summary>
internal sealed class ComparingState(Safetensors file, string path) : CheckpointState
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>The file's tensors in the order in which they are visited.</summary>
    public Queue<object> Found { get; } = [];

    /// <summary>Refuses what the file has and nobody named.</summary>
    /// <exception cref="InvalidDataException">There is such a tensor.</exception>
    public void End()
    {
        foreach (SafetensorsEntry entry in file.Entries)
        {
            if (!seen.Contains(entry.Name))
            {
                throw Bad(entry.Name, "is in the file and nowhere else");
            }
        }
    }

    private protected override void Visit<T>(string name, Tensor<T> tensor) => Find<T>(name, tensor.Shape, tensor.Device);

    private protected override void VisitScalar<T>(string name, ref T value) => Find<T>(name, []);

    private protected override void VisitCount(string name, ref long value, long least, long most)
    {
        long came = Find<long>(name, []).Item();
        if (came < least || came > most)
        {
            throw Bad(name, $"is {came}; {least} to {most} is expected");
        }
    }

    private protected override void VisitStream(string name, RandomStream stream)
    {
        Tensor<ulong> came = Find<ulong>(name, [3]);
        if (came[0] != stream.Seed || came[1] != stream.Number)
        {
            throw Bad(name, $"is the stream of seed {came[0]} and number {came[1]}, seed {stream.Seed} and number {stream.Number} are expected");
        }
    }

    private Tensor<T> Find<T>(string name, Shape shape, Device? device = null)
        where T : unmanaged
    {
        if (!seen.Add(name))
        {
            throw new ArgumentException($"checkpoint: the name '{name}' is taken.");
        }

        if (!file.Contains(name))
        {
            throw Bad(name, "is not in the file");
        }

        SafetensorsEntry entry = file.Entry(name);
        if (entry.DataType != Safetensors.DataTypeOf<T>() || entry.Shape != shape)
        {
            throw Bad(name, $"is {entry.DataType} {entry.Shape}, {Safetensors.DataTypeOf<T>()} {shape} is expected");
        }

        Tensor<T> found = file.Get<T>(name).To(device ?? Device.Cpu);
        Found.Enqueue(found);
        return found;
    }

    private InvalidDataException Bad(string name, string what) => new($"{path}: '{name}' {what}");
}

/// <summary>Copies what was found to where it belongs.</summary>
internal sealed class LoadingState(Queue<object> found) : CheckpointState
{
    private protected override void Visit<T>(string name, Tensor<T> tensor) => ((Tensor<T>)found.Dequeue()).CopyInto(tensor);

    private protected override void VisitScalar<T>(string name, ref T value) => value = ((Tensor<T>)found.Dequeue()).Item();

    private protected override void VisitCount(string name, ref long value, long least, long most) => VisitScalar(name, ref value);

    private protected override void VisitStream(string name, RandomStream stream) => stream.Position = ((Tensor<ulong>)found.Dequeue())[2];
}
