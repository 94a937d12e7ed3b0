using ILGPU;
using ILGPU.Runtime;

namespace Onsager.Gpu.Devices;

/// <summary>A block of device memory as the driver gave it, aligned to 256 bytes: a slab of many pieces, or one piece. The pool counts.</summary>
internal sealed class GpuBlock(MemoryBuffer1D<byte, Stride1D.Dense> buffer)
{
    /// <summary>ILGPU's buffer.</summary>
    public MemoryBuffer1D<byte, Stride1D.Dense> Buffer { get; } = buffer;

    /// <summary>The bytes of a slab from which pieces have been cut so far.</summary>
    public long Cut { get; set; }

    /// <summary>Pieces that are lent out.</summary>
    public int Lent { get; set; }
}
