using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using Onsager.Gpu.Devices;
using Onsager.Gpu.Lanes;
using Onsager.Tensors;

namespace Onsager.Gpu;

/// <summary>
/// A GPU as tensors see it. Work is queued in the order in which it is given; copies to the host wait for it, but for those of
/// <see cref="Upload{T}"/> and <see cref="Download{T}"/>, which run beside it. On an exact device
/// (<see cref="IsExact"/>) every result has the processor's bits. Elements are float and double; copies take any element of 1, 2, 4 or 8 bytes.
/// </summary>
[RequiresDynamicCode("ILGPU compiles kernels at run time")]
[RequiresUnreferencedCode("ILGPU reads kernels as IL")]
public sealed partial class GpuDevice : Device, IDisposable
{
    // Contiguous work is cut into pieces that a kernel can count; a multiple of every block of random numbers.
    private const int Piece = 1 << 30;

    private readonly GpuAccelerator accelerator;
    private readonly GpuPool pool;
    private readonly TransferMemory transfers;
    private int isDisposed;

    internal GpuDevice(GpuAccelerator accelerator)
    {
        this.accelerator = accelerator;
        pool = new GpuPool(accelerator);
        transfers = new TransferMemory(this, accelerator, pool);
    }

    /// <inheritdoc/>
    public override string Name => accelerator.Name;

    /// <inheritdoc/>
    public override DeviceKind Kind => accelerator.Kind;

    /// <inheritdoc/>
    public override bool IsExact => accelerator.IsExact && accelerator.Precision == ProductPrecision.Full;

    /// <summary>Bytes of the device's memory.</summary>
    public long MemoryBytes => accelerator.MemoryBytes;

    /// <summary>The driver and its version.</summary>
    public string Driver => accelerator.Driver;

    /// <summary>Whether the device computes in float64.</summary>
    public bool HasFloat64 => accelerator.HasFloat64;

    /// <summary>True once the device has failed: from then on its operations throw <see cref="DeviceLostException"/>.</summary>
    public bool IsLost => accelerator.Failure is not null;

    /// <summary>The accelerator, for tests.</summary>
    internal GpuAccelerator Accelerator => accelerator;

    /// <summary>Pieces of device memory that tensors use now.</summary>
    public long LiveBlocks => pool.Lent - transfers.Waiting;

    /// <summary>Blocks of device memory that the pool has from the driver, slabs of many small tensors among them; constant once a program's steps repeat.</summary>
    public long NativeBlocks => pool.Blocks;

    /// <summary>The bytes of these blocks.</summary>
    public long NativeBytes => pool.Bytes;

    /// <summary>Gives the blocks of which nothing is in use back to the driver.</summary>
    public void TrimPool()
    {
        transfers.Clear();
        pool.Trim();
    }

    /// <summary>Lets the n-th request for memory from now on fail, once; 0 lets none fail. For tests.</summary>
    internal void RefuseAllocation(long request) => pool.Refuse(request);

    /// <inheritdoc/>
    public override Storage Allocate(nint bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        accelerator.ThrowIfLost();
        try
        {
            return pool.Take(this, bytes);
        }
        catch (OutOfMemoryException)
        {
            // Not in a filter, which would run while the locks of what has failed are held.
            if (!transfers.Clear())
            {
                throw;
            }

            return pool.Take(this, bytes);
        }
    }

    /// <inheritdoc/>
    public override void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset)
    {
        if (!source.IsEmpty)
        {
            accelerator.FromHost(MemoryMarshal.AsBytes(source), Bytes<T>(destination, offset, source.Length));
        }
    }

    /// <inheritdoc/>
    public override void CopyToHost<T>(Storage source, nint offset, Span<T> destination)
    {
        if (!destination.IsEmpty)
        {
            accelerator.ToHost(Bytes<T>(source, offset, destination.Length), MemoryMarshal.AsBytes(destination));
        }
    }

    /// <inheritdoc/>
    public override void Synchronize() => accelerator.Synchronize();

    /// <summary>Gives the device back. Tensors on it must be gone.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        Unregister(this);
        OnsagerGpu.Forget(this);
        transfers.Clear();
        pool.Dispose();
        accelerator.Dispose();
    }

    /// <inheritdoc/>
    protected internal override void Recycle(Storage storage)
    {
        var piece = (GpuStorage)storage;
        if (piece.IsTransfer)
        {
            transfers.Return(piece, accelerator.Mark());
        }
        else
        {
            pool.Return(piece);
        }
    }

    /// <summary>Memory for a launch. What a copy is still bringing is waited for, on the device.</summary>
    private ArrayView<V> View<V>(Storage storage)
        where V : unmanaged
    {
        var piece = (GpuStorage)storage;
        if (piece.Arrival is not null)
        {
            accelerator.AwaitArrival(piece);
        }

        return piece.View<V>();
    }

    private ArrayView<V> Part<V>(Operand x, nint start, nint count)
        where V : unmanaged => View<V>(x.Storage).SubView(x.Layout.Offset + start, count);

    private ArrayView<byte> Bytes<T>(Storage storage, nint offset, nint count)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        return View<byte>(storage).SubView(offset * size, count * size);
    }

    private bool IsSingle<T>(string operation)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return true;
        }

        if (typeof(T) == typeof(double) && accelerator.HasFloat64)
        {
            return false;
        }

        throw new NotSupportedException($"{operation}: element {typeof(T).Name} is not available on {Name}.");
    }

    internal static int Count(string operation, nint count) => count <= int.MaxValue
        ? (int)count
        : throw new NotSupportedException($"{operation}: {count} elements with strides; a GPU takes at most {int.MaxValue} at once.");

    private static V Lane<T, V>(T value)
        where T : unmanaged
        where V : unmanaged => Unsafe.BitCast<T, V>(value);
}
