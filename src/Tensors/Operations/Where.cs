using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <content>Choices by conditions.</content>
public static partial class Tensor
{
    /// <summary>yes where the condition is true, no where it is false; the three broadcast. What is not chosen does not matter, NaN included, and has the gradient 0.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or the devices differ.</exception>
    /// <exception cref="NotSupportedException">An element has neither 1, 2, 4 nor 8 bytes.</exception>
    public static Tensor<T> Where<T>(Tensor<bool> condition, Tensor<T> yes, Tensor<T> no)
        where T : unmanaged
    {
        Shape shape = Choices.Broadcast(condition, yes, no);
        Choices.CheckSize<T>();
        using Tensor<bool> mask = condition.Expand(shape);
        using Tensor<T> left = yes.Expand(shape), right = no.Expand(shape);
        TensorNode y = NewNode<T>(shape, yes.Device);
        try
        {
            Choices.Select<T>(mask.Node, left.Node, right.Node, y);
        }
        catch
        {
            y.ReleaseHandle();
            throw;
        }

        Tape.Record(WhereRule<T>.Instance, left.Node, right.Node, mask.Node, y);
        return new(y);
    }

    /// <summary>yes where the condition is true, no where it is false, into an existing tensor of the broadcast shape, which may be yes or no.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast to the destination's, the devices differ, or the destination overlaps an input otherwise.</exception>
    public static void WhereInto<T>(Tensor<bool> condition, Tensor<T> yes, Tensor<T> no, Tensor<T> destination)
        where T : unmanaged
    {
        Shape shape = Choices.Broadcast(condition, yes, no);
        Choices.CheckSize<T>();
        Elementwise.CheckInto("where", shape, destination.Node, yes.Node, no.Node);
        Elementwise.CheckDevices("where", destination.Node, condition.Node);
        Products.CheckSeparate("where", destination.Node, condition.Node);
        using Tensor<bool> mask = condition.Expand(shape);
        using Tensor<T> left = yes.Expand(shape), right = no.Expand(shape);
        Choices.Select<T>(mask.Node, left.Node, right.Node, destination.Node);
    }

    /// <summary>Of the first condition that is true the choice of the same number; the default where none is. All broadcast. What NumPy calls select.</summary>
    /// <exception cref="ArgumentException">The numbers of conditions and choices differ, there are none, shapes do not broadcast, or devices differ.</exception>
    public static Tensor<T> Select<T>(ReadOnlySpan<Tensor<bool>> conditions, ReadOnlySpan<Tensor<T>> choices, Tensor<T> otherwise)
        where T : unmanaged
    {
        if (conditions.Length != choices.Length || conditions.IsEmpty)
        {
            throw new ArgumentException($"select: {conditions.Length} conditions and {choices.Length} choices; as many are needed, and at least one.", nameof(choices));
        }

        Tensor<T> result = Where(conditions[^1], choices[^1], otherwise);
        for (int i = conditions.Length - 2; i >= 0; i--)
        {
            using Tensor<T> later = result;
            result = Where(conditions[i], choices[i], later);
        }

        return result;
    }

    /// <summary>Of the first condition that is true the choice of the same number, into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">The numbers of conditions and choices differ, there are none, shapes do not broadcast to the destination's, devices differ, or the destination overlaps an input.</exception>
    public static void SelectInto<T>(ReadOnlySpan<Tensor<bool>> conditions, ReadOnlySpan<Tensor<T>> choices, Tensor<T> otherwise, Tensor<T> destination)
        where T : unmanaged
    {
        foreach (Tensor<T> choice in choices)
        {
            Products.CheckSeparate("select", destination.Node, choice.Node);
        }

        using Tensor<T> selected = Select(conditions, choices, otherwise);
        Products.CheckSeparate("select", destination.Node, otherwise.Node);
        Indexing.CheckSeparate("select", selected.Shape, destination.Node, selected.Node);
        destination.Device.Copy<T>(selected.Operand, destination.Operand);
    }

    /// <summary>Element by element the choice of this number; numbers and choices broadcast. Negative numbers count from the end.</summary>
    /// <exception cref="ArgumentException">There are no choices, shapes do not broadcast, devices differ, or they have 8 axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not that of a choice.</exception>
    public static Tensor<T> Choose<T>(Tensor<int> numbers, params ReadOnlySpan<Tensor<T>> choices)
        where T : unmanaged
    {
        Shape shape = numbers.Shape;
        foreach (Tensor<T> choice in choices)
        {
            shape = Shape.Broadcast(shape, choice.Shape, "choose");
        }

        using Handles<T> spread = new(choices.Length);
        for (int i = 0; i < choices.Length; i++)
        {
            spread.All[i] = choices[i].Expand(shape);
        }

        using Tensor<T> stack = Stack<T>(0, spread.All);
        using Tensor<int> wide = numbers.Expand(shape), places = wide.Unsqueeze(0);
        using Tensor<T> chosen = stack.TakeAlongAxis(0, places);
        return chosen.Squeeze(0);
    }

    /// <summary>Element by element the choice of this number, into an existing tensor of the broadcast shape.</summary>
    /// <exception cref="ArgumentException">There are no choices, shapes do not broadcast to the destination's, devices differ, they have 8 axes, or the destination overlaps an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not that of a choice.</exception>
    public static void ChooseInto<T>(Tensor<int> numbers, Tensor<T> destination, params ReadOnlySpan<Tensor<T>> choices)
        where T : unmanaged
    {
        Products.CheckSeparate("choose", destination.Node, numbers.Node);
        foreach (Tensor<T> choice in choices)
        {
            Products.CheckSeparate("choose", destination.Node, choice.Node);
        }

        using Tensor<T> chosen = Choose(numbers, choices);
        Indexing.CheckSeparate("choose", chosen.Shape, destination.Node, chosen.Node);
        destination.Device.Copy<T>(chosen.Operand, destination.Operand);
    }
}

/// <summary>What choices share.</summary>
internal static class Choices
{
    public static Shape Broadcast<T>(Tensor<bool> condition, Tensor<T> yes, Tensor<T> no)
        where T : unmanaged
    {
        Elementwise.CheckDevices("where", condition.Node, yes.Node, no.Node);
        return Shape.Broadcast(Shape.Broadcast(condition.Shape, yes.Shape, "where"), no.Shape, "where");
    }

    /// <summary>Refuses elements of other sizes than there are bits to choose.</summary>
    public static void CheckSize<T>()
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() is not (1 or 2 or 4 or 8))
        {
            throw new NotSupportedException($"where: elements of {Unsafe.SizeOf<T>()} bytes ({typeof(T).Name}); 1, 2, 4 and 8 are supported.");
        }
    }

    public static void Select<T>(TensorNode mask, TensorNode yes, TensorNode no, TensorNode y)
        where T : unmanaged => y.Storage!.Device.Choose<T>(mask.Operand(), yes.Operand(), no.Operand(), y.Operand());
}
