namespace Onsager.Tensors;

/// <summary>What is refused while a function that is being differentiated runs, since a gradient would be lost or wrong without a word.</summary>
internal sealed partial class Tape
{
    /// <summary>Memory that a recording depends on must keep its contents until the gradient is taken.</summary>
    public static void RefuseWrite(TensorNode destination, string operation)
    {
        for (Tape? tape = current; tape is not null; tape = tape.outer)
        {
            if (tape.Buffer(destination.Storage!) is not null)
            {
                throw new InvalidOperationException($"{operation}: the destination is part of a computation that is being differentiated; write to other memory.");
            }
        }

        destination.Storage!.Version++;
        if (Watch.IsOn)
        {
            Watch.Writing(destination, operation);
        }
    }

    /// <summary>Writing into existing memory is not recorded: neither may the inputs be followed, nor may what is followed be written to.</summary>
    public static void RefuseInto(string operation, TensorNode destination, TensorNode x, TensorNode? y = null, TensorNode? z = null)
    {
        if (current is not null)
        {
            RefuseTracked(x, operation);
            RefuseTracked(y ?? x, operation);
            RefuseTracked(z ?? x, operation);
        }

        RefuseWrite(destination, operation);
    }

    /// <summary>For operations without a derivative.</summary>
    public static void RefuseTracked(TensorNode x, string operation)
    {
        if (current is null)
        {
            return;
        }

        CheckSaved(x);
        for (Tape? tape = current; tape is not null; tape = tape.outer)
        {
            if (tape.Follows(x))
            {
                throw new NotSupportedException($"{operation}: this operation has no derivative yet, and its input is being differentiated.");
            }
        }
    }
}
