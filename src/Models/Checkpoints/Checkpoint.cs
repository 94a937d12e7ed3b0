using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Everything that a training run needs to go on with the same bits, in one safetensors file: parameters, what optimizers and layers remember,
/// positions of random streams, the number of the step. Learning rates are saved with their optimizers; a schedule is a function of the step.
/// <code>
/// Checkpoint checkpoint = new Checkpoint().Add("model", net.Parameters).Add("optimizer", adam).Add("noise", stream).Add("progress", steps);
/// checkpoint.Save(path);
/// </code>
/// </summary>
public sealed class Checkpoint
{
    private readonly List<(string Name, object Part)> parts = [];

    /// <summary>Texts that are saved too, and of which loading takes no notice.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Adds a part; an empty name adds nothing to the names in it.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Checkpoint Add(string name, ICheckpointed part) => AddPart(name, part);

    /// <summary>Adds a random stream, whose position is saved.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Checkpoint Add(string name, RandomStream stream) => AddPart(name, stream);

    /// <summary>Saves all parts, whole or not at all: see <see cref="SafetensorsWriter.Write"/>.</summary>
    /// <exception cref="ArgumentException">Two things have one name.</exception>
    /// <exception cref="ObjectDisposedException">A part was disposed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        foreach ((string key, string text) in Metadata)
        {
            writer.Metadata[key] = text;
        }

        using Scope scope = Scope.Begin();
        Visit(new SavingState(writer));
        writer.Write(path);
    }

    /// <summary>
    /// Loads all parts from a file that has exactly their names, shapes and types. Until all is compared and in memory nothing changes: a file that
    /// does not fit leaves everything as it was.
    /// </summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or something is missing, left over, or of another shape or type.</exception>
    /// <exception cref="ObjectDisposedException">A part was disposed.</exception>
    public void Load(string path)
    {
        using Safetensors file = Safetensors.Open(path);
        using Scope scope = Scope.Begin();
        ComparingState compared = new(file, path);
        Visit(compared);
        compared.End();
        Visit(new LoadingState(compared.Found));
    }

    private Checkpoint AddPart(string name, object part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        if (parts.Exists(other => other.Name == name))
        {
            throw new ArgumentException($"checkpoint: the name '{name}' is taken.", nameof(name));
        }

        parts.Add((name, part));
        return this;
    }

    private void Visit(CheckpointState state)
    {
        foreach ((string name, object part) in parts)
        {
            if (part is RandomStream stream)
            {
                state.Stream(name, stream);
            }
            else
            {
                state.Part(name, (ICheckpointed)part);
            }
        }
    }
}
