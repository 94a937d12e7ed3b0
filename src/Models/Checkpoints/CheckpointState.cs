using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>
/// Goes through everything that a checkpoint saves. Names are those of the parts joined by dots, as optimizer.first; each is a tensor of that name in
/// the file.
/// </summary>
public abstract class CheckpointState
{
    private string prefix = "";

    private protected CheckpointState()
    {
    }

    /// <summary>A tensor, of any layout and on any device.</summary>
    public void Tensor<T>(string name, Tensor<T> tensor)
        where T : unmanaged => Visit(prefix + name, tensor);

    /// <summary>A number that is saved to the bit.</summary>
    public void Number(string name, ref double value) => VisitScalar(prefix + name, ref value);

    /// <summary>A whole number between two bounds, both of which it may be.</summary>
    public void Count(string name, ref long value, long least, long most) => VisitCount(prefix + name, ref value, least, most);

    /// <summary>True or false.</summary>
    public void Flag(string name, ref bool value) => VisitScalar(prefix + name, ref value);

    /// <summary>A stream's position. The stream that is resumed must have the seed and the number of the one that was saved.</summary>
    public void Stream(string name, RandomStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        VisitStream(prefix + name, stream);
    }

    /// <summary>Everything in a part; an empty name adds nothing to the names in it.</summary>
    public void Part(string name, ICheckpointed part)
    {
        ArgumentNullException.ThrowIfNull(part);
        string outer = prefix;
        prefix = name.Length == 0 ? outer : $"{outer}{name}.";
        part.Visit(this);
        prefix = outer;
    }

    private protected abstract void Visit<T>(string name, Tensor<T> tensor)
        where T : unmanaged;

    private protected abstract void VisitScalar<T>(string name, ref T value)
        where T : unmanaged;

    private protected abstract void VisitCount(string name, ref long value, long least, long most);

    private protected abstract void VisitStream(string name, RandomStream stream);
}
