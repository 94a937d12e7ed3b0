using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// Comparisons into booleans, of any numbers; inputs broadcast. Beside NaN all are false but <see cref="NotEqualTo"/>. (Less and its kin give
/// 1 and 0 in the elements' own type.) A comparison has no derivative.
/// </summary>
public readonly partial struct Tensor<T>
{
    /// <summary>True where both are equal.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> EqualTo(Tensor<T> other) => Relations.Compare<IsEqual, T>(this, other);

    /// <summary><see cref="EqualTo"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void EqualToInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsEqual, T>(this, other, destination);

    /// <summary>True where both differ, and beside NaN.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> NotEqualTo(Tensor<T> other) => Relations.Compare<IsNotEqual, T>(this, other);

    /// <summary><see cref="NotEqualTo"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void NotEqualToInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsNotEqual, T>(this, other, destination);

    /// <summary>True where this is less than the other.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> LessThan(Tensor<T> other) => Relations.Compare<IsLess, T>(this, other);

    /// <summary><see cref="LessThan"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void LessThanInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsLess, T>(this, other, destination);

    /// <summary>True where this is at most the other.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> LessThanOrEqualTo(Tensor<T> other) => Relations.Compare<IsLessOrEqual, T>(this, other);

    /// <summary><see cref="LessThanOrEqualTo"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void LessThanOrEqualToInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsLessOrEqual, T>(this, other, destination);

    /// <summary>True where this is greater than the other.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> GreaterThan(Tensor<T> other) => Relations.Compare<IsGreater, T>(this, other);

    /// <summary><see cref="GreaterThan"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void GreaterThanInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsGreater, T>(this, other, destination);

    /// <summary>True where this is at least the other.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public Tensor<bool> GreaterThanOrEqualTo(Tensor<T> other) => Relations.Compare<IsGreaterOrEqual, T>(this, other);

    /// <summary><see cref="GreaterThanOrEqualTo"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public void GreaterThanOrEqualToInto(Tensor<T> other, Tensor<bool> destination) => Relations.CompareInto<IsGreaterOrEqual, T>(this, other, destination);
}

/// <summary>What comparisons share.</summary>
internal static class Relations
{
    public static Tensor<bool> Compare<TRelation, T>(Tensor<T> x, Tensor<T> y)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        Elementwise.CheckDevices(TRelation.Name, x.Node, y.Node);
        CheckType<T>(TRelation.Name);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, TRelation.Name);
        using Scope scope = Scope.Begin();
        Tensor<bool> z = Tensor.Empty<bool>(shape, x.Device);
        Write<TRelation, T>(x.Node, y.Node, z.Node);
        return scope.Keep(z);
    }

    public static void CompareInto<TRelation, T>(Tensor<T> x, Tensor<T> y, Tensor<bool> destination)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        CheckType<T>(TRelation.Name);
        Elementwise.CheckDevices(TRelation.Name, x.Node, y.Node);
        Sorting.CheckPlaces(TRelation.Name, Shape.Broadcast(x.Shape, y.Shape, TRelation.Name), destination.Node, x.Node);
        Products.CheckSeparate(TRelation.Name, destination.Node, y.Node);
        Write<TRelation, T>(x.Node, y.Node, destination.Node);
    }

    private static void Write<TRelation, T>(TensorNode x, TensorNode y, TensorNode z)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        Layout left = x.Layout.Expand(z.Layout.Shape, TRelation.Name), right = y.Layout.Expand(z.Layout.Shape, TRelation.Name);
        z.Storage!.Device.Compare<TRelation, T>(new Operand(x.Storage!, in left), new Operand(y.Storage!, in right), z.Operand());
    }

    /// <summary>By their order, but NaN is beside every number as IEEE 754 has it.</summary>
    public static bool Holds<TRelation, T>(T x, T y)
        where TRelation : struct, IRelation
        where T : unmanaged
    {
        long left = SortKey.Of(x), right = SortKey.Of(y);
        bool isReal = typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);
        return isReal && (left == SortKey.NotANumber || right == SortKey.NotANumber)
            ? TRelation.Holds(double.NaN, double.NaN)
            : TRelation.Holds(left, right);
    }

    private static void CheckType<T>(string operation)
        where T : unmanaged => SortKey.CheckType<T>(operation);
}
