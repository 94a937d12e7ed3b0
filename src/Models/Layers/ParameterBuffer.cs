using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>A named part of a flat parameter buffer.</summary>
/// <param name="Name">Its name, such as "hidden.weight".</param>
/// <param name="Offset">Its first element in the buffer.</param>
/// <param name="Shape">Its shape.</param>
public sealed record Parameter(string Name, nint Offset, Shape Shape)
{
    /// <summary>This part of a flat buffer, as a view of the right shape.</summary>
    public Tensor<T> In<T>(Tensor<T> flat)
        where T : unmanaged => flat.Segment(Offset, Shape);
}

/// <summary>
/// A model's parameters in one flat tensor, with named parts, and their gradients in another: an optimizer step is one pass over both,
/// and a checkpoint has each part by its name.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class ParameterBuffer<T> : ICheckpointed, IDisposable
    where T : unmanaged
{
    private readonly List<Parameter> parts = [];
    private Tensor<T> values;
    private Tensor<T> gradients;
    private nint size;
    private bool isDisposed;

    /// <summary>The parts, in the order of their declaration.</summary>
    public IReadOnlyList<Parameter> Parts => parts;

    /// <summary>The parameters, flat: [count].</summary>
    /// <exception cref="InvalidOperationException">The buffer is not allocated yet.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Tensor<T> Values => Allocated(values);

    /// <summary>The gradients of the last step, flat.</summary>
    /// <exception cref="InvalidOperationException">The buffer is not allocated yet.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Tensor<T> Gradients => Allocated(gradients);

    /// <summary>Adds a part; before <see cref="Allocate"/>.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    /// <exception cref="InvalidOperationException">The buffer is allocated already.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Parameter Declare(string name, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!values.IsDisposed)
        {
            throw new InvalidOperationException($"parameters: {name} is declared after the buffer was allocated.");
        }

        if (parts.Exists(part => part.Name == name))
        {
            throw new ArgumentException($"parameters: {name} is declared twice.", nameof(name));
        }

        Parameter parameter = new(name, size, shape);
        parts.Add(parameter);
        size += shape.Size;
        return parameter;
    }

    /// <summary>Makes the memory, all zero, on a device, by default the processor; call it outside any scope that should not own it.</summary>
    /// <exception cref="InvalidOperationException">It is there already.</exception>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public void Allocate(Device? device = null)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!values.IsDisposed)
        {
            throw new InvalidOperationException("parameters: the buffer is allocated already.");
        }

        using Scope scope = Scope.Begin();
        Tensor<T> first = Tensor.Zeros<T>([size], device), second = Tensor.Zeros<T>([size], device);
        values = scope.Keep(first);
        gradients = scope.Keep(second);
    }

    /// <summary>The parameters, each part by its name; gradients are a step's own.</summary>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (Parameter part in parts)
        {
            using Tensor<T> values = part.In(Values);
            state.Tensor(part.Name, values);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        values.Dispose();
        gradients.Dispose();
    }

    private Tensor<T> Allocated(Tensor<T> tensor)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return tensor.IsDisposed ? throw new InvalidOperationException("parameters: the buffer is not allocated, or its scope has ended.") : tensor;
    }
}
