using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Whether tensors agree. On the processor only: another device throws <see cref="NotSupportedException"/>.</summary>
public readonly partial struct Tensor<T>
{
    /// <summary>
    /// True where |x - y| is at most absolute + relative |y|, computed in double, and where both are the same infinity; beside NaN false,
    /// unless equalNaN says that two NaN agree. Inputs broadcast; as in NumPy, y is the reference.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, devices differ, or a tolerance is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Tensor<bool> IsClose(Tensor<T> other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        Shape shape = Closeness.Check(this, other, relative, absolute);
        using Scope scope = Scope.Begin();
        Tensor<bool> z = Tensor.Empty<bool>(shape, Device);
        Closeness.Write<T>(Node, other.Node, z.Node, relative, absolute, equalNaN);
        return scope.Keep(z);
    }

    /// <summary><see cref="IsClose"/> into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, devices differ, or a tolerance is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public void IsCloseInto(Tensor<T> other, Tensor<bool> destination, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        Sorting.CheckPlaces("is close", Closeness.Check(this, other, relative, absolute), destination.Node, Node);
        Closeness.Write<T>(Node, other.Node, destination.Node, relative, absolute, equalNaN);
    }

    /// <summary>True if all elements are close, see <see cref="IsClose"/>; true for none.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, devices differ, or a tolerance is negative or NaN.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public bool AllClose(Tensor<T> other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        Tape.NoteRead(Node);
        Tape.NoteRead(other.Node);
        using Tensor<bool> close = IsClose(other, relative, absolute, equalNaN);
        return close.All();
    }

    /// <summary>True if the shapes are the same and all elements are equal: zeros of both signs are, NaN is not unless equalNaN says so.</summary>
    /// <exception cref="ArgumentException">The devices differ.</exception>
    /// <exception cref="NotSupportedException">The elements are not numbers or booleans.</exception>
    public bool ArrayEqual(Tensor<T> other, bool equalNaN = false)
    {
        Elementwise.CheckDevices("array equal", Node, other.Node);
        if (Shape != other.Shape)
        {
            return false;
        }

        Tape.NoteRead(Node);
        Tape.NoteRead(other.Node);
        using Tensor<bool> equal = EqualTo(other);
        if (!equalNaN)
        {
            return equal.All();
        }

        using Tensor<bool> here = NotEqualTo(this), there = other.NotEqualTo(other), both = here.And(there), agree = equal.Or(both);
        return agree.All();
    }
}

/// <summary>What comparisons within tolerances share.</summary>
internal static class Closeness
{
    public static Shape Check<T>(Tensor<T> x, Tensor<T> y, double relative, double absolute)
        where T : unmanaged
    {
        Tensor.CheckArithmetic<T>("is close");
        Elementwise.CheckDevices("is close", x.Node, y.Node);
        Shape shape = Shape.Broadcast(x.Shape, y.Shape, "is close");
        Packed<T>.Check("is close", x.Device, shape);
        return relative >= 0 && absolute >= 0
            ? shape
            : throw new ArgumentException($"is close: tolerances of 0 or more are needed; got {relative} and {absolute}.", nameof(relative));
    }

    public static void Write<T>(TensorNode x, TensorNode y, TensorNode z, double relative, double absolute, bool equalNaN)
        where T : unmanaged
    {
        Layout lx = x.Layout.Expand(z.Layout.Shape, "is close"), ly = y.Layout.Expand(z.Layout.Shape, "is close");
        using Packed<T> left = new("is close", x, in lx), right = new("is close", y, in ly);
        using Unpacked<bool> to = new("is close", z);
        for (int i = 0; i < to.Elements.Length; i++)
        {
            double a = Number(left.Elements[i]), b = Number(right.Elements[i]);
            to.Elements[i] = a == b
                || (double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= absolute + (relative * Math.Abs(b)))
                || (equalNaN && double.IsNaN(a) && double.IsNaN(b));
        }

        to.Finish();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Number<T>(T x)
        where T : unmanaged => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x) : Unsafe.BitCast<T, double>(x);
}
