using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>The error function, the gamma function and their kin.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>The error function.</summary>
    public Tensor<T> Erf() => Unary<Erf>();

    /// <summary><see cref="Erf"/> into an existing tensor; see <see cref="UnaryInto"/>.</summary>
    public void ErfInto(Tensor<T> destination) => UnaryInto<Erf>(destination);
}
