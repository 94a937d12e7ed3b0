using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Exchange;

/// <summary>Does checks one after the other and says of each how it went.</summary>
internal sealed class Checks(string folder)
{
    /// <summary>How many failed.</summary>
    public int Failed { get; private set; }

    /// <summary>A file of the folder.</summary>
    public string File(string name) => Path.Combine(folder, name);

    /// <summary>One check; what it throws is a failure.</summary>
    public void Do(string name, Action check)
    {
        try
        {
            using Scope scope = Scope.Begin();
            check();
            Console.WriteLine($"ok {name}");
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            Failed++;
            Console.WriteLine($"FAIL {name}: {problem.GetType().Name}: {problem.Message}");
        }
    }

    /// <summary>A tensor has this shape and, to the bit, these elements.</summary>
    public static void Same<T>(Tensor<T> tensor, T[] elements, Shape shape)
        where T : unmanaged
    {
        if (tensor.Shape != shape || !MemoryMarshal.AsBytes<T>(tensor.ToArray()).SequenceEqual(MemoryMarshal.AsBytes<T>(elements)))
        {
            throw new InvalidDataException($"{tensor} came");
        }
    }
}
