namespace Onsager.Models;

/// <summary>
/// What changes while it is used, and can be saved and resumed: parameters, an optimizer, a layer that remembers. What its constructor was given is
/// not saved.
/// </summary>
public interface ICheckpointed
{
    /// <summary>
    /// Names everything that changes, always the same and in the same order. It is called to save, to compare with a file, and to load, and need not
    /// know for which.
    /// </summary>
    /// <param name="state">Sees what is named.</param>
    void Visit(CheckpointState state);
}
