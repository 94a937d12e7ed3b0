using System.Runtime.CompilerServices;

namespace Onsager.Tensors;

/// <summary>Work on one matrix after the other of a batch, each independent of the others.</summary>
internal interface IMatrixWork
{
    /// <summary>Matrices from one number up to another.</summary>
    void Run(nint first, nint end);
}

/// <summary>Decompositions on the processor: threads share the matrices of a batch, and each matrix is one thread's, so bits do not move.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Runs work on every matrix of a batch.</summary>
    /// <param name="work">What is done with a matrix.</param>
    /// <param name="batch">The number of matrices.</param>
    /// <param name="flop">Floating-point operations for each of them.</param>
    internal void EachMatrix<TWork>(in TWork work, nint batch, double flop)
        where TWork : struct, IMatrixWork
    {
        if (batch < 2 || workers.Threads == 1 || flop * batch < Cuts.Product)
        {
            if (batch > 0)
            {
                work.Run(0, batch);
            }

            return;
        }

        nint perPart = nint.Max(1, nint.Min((nint)(Cuts.ProductPart / double.Max(1, flop)), batch / 2));
        workers.Run(new MatrixParts<TWork>(work, batch, perPart), checked((int)((batch + perPart - 1) / perPart)), flop * batch >= Cuts.LongProduct);
    }

    private readonly struct MatrixParts<TWork>(TWork work, nint batch, nint perPart) : IParts
        where TWork : struct, IMatrixWork
    {
        public void Run(int part) => work.Run(part * perPart, nint.Min((part + 1) * perPart, batch));
    }
}

/// <summary>Memory of the processor's pool beside a result.</summary>
internal readonly ref struct WorkMemory<T>
    where T : unmanaged
{
    private readonly Storage memory;

    public WorkMemory(nint elements)
    {
        memory = Device.Cpu.Allocate(elements * Unsafe.SizeOf<T>());
        Elements = CpuDevice.Memory<T>(memory, 0, elements);
    }

    public Span<T> Elements { get; }

    public void Dispose() => Device.Cpu.Recycle(memory);
}
