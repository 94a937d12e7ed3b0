using Onsager.Tensors;

namespace Onsager.Models;

/// <summary>The largest elements of windows; see <see cref="Tensor{T}.MaxPool2d"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="kernel">The windows' size.</param>
/// <param name="stride">From one window to the next; the size if none is given.</param>
/// <param name="padding">Of -infinity, on each side.</param>
public sealed class MaxPool2d<T>(Pair kernel, Pair? stride = null, Pair? padding = null) : ILayer<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x) => x.MaxPool2d(kernel, stride, padding);

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}

/// <summary>The means of windows; see <see cref="Tensor{T}.AvgPool2d"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="kernel">The windows' size.</param>
/// <param name="stride">From one window to the next; the size if none is given.</param>
/// <param name="padding">Of zeros, on each side.</param>
public sealed class AvgPool2d<T>(Pair kernel, Pair? stride = null, Pair? padding = null) : ILayer<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    public Tensor<T> Apply(Tensor<T> flat, Tensor<T> x) => x.AvgPool2d(kernel, stride, padding);

    /// <summary>Does nothing: there are no parameters.</summary>
    public void Initialize(ParameterBuffer<T> parameters, RandomStream random)
    {
    }
}
