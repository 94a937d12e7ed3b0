using Onsager.Simd;

namespace Onsager.Tensors;

/// <content>Comparisons and choice: 1 stands for true, 0 for false.</content>
public readonly partial struct Tensor<T>
{
    /// <summary>1 where this is less than the other, 0 elsewhere.</summary>
    public Tensor<T> Less(Tensor<T> other) => Binary<Less>(other);

    /// <summary>The operator Less into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void LessInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Less>(other, destination);

    /// <summary>1 where both are equal, 0 elsewhere.</summary>
    public Tensor<T> Equal(Tensor<T> other) => Binary<Equal>(other);

    /// <summary>The operator Equal into an existing tensor; see <see cref="BinaryInto"/>.</summary>
    public void EqualInto(Tensor<T> other, Tensor<T> destination) => BinaryInto<Equal>(other, destination);

    /// <summary>yes where this is not 0, no where it is.</summary>
    public Tensor<T> Where(Tensor<T> yes, Tensor<T> no) => Ternary<Select>(yes, no);
}
