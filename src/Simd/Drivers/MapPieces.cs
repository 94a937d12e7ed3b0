using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The loop of one input, for float or double.</summary>
internal readonly unsafe struct UnaryPiece<TOp, T>(T* x) : IPiece<T>
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    private readonly T* x = x;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Run(nint start, nint count, T* y)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new UnaryLoop<TOp, float>((float*)(x + start), (float*)y, count));
        }
        else
        {
            Lanes.Run64(new UnaryLoop<TOp, double>((double*)(x + start), (double*)y, count));
        }
    }

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* y)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new UnaryStream<TOp, float>((float*)(x + start), (float*)y, count));
        }
        else
        {
            Lanes.Run64(new UnaryStream<TOp, double>((double*)(x + start), (double*)y, count));
        }
    }
}

/// <summary>The loop of two inputs.</summary>
internal readonly unsafe struct BinaryPiece<TOp, T>(T* x, T* y) : IPiece<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Run(nint start, nint count, T* z)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BinaryLoop<TOp, float>((float*)(x + start), (float*)(y + start), (float*)z, count));
        }
        else
        {
            Lanes.Run64(new BinaryLoop<TOp, double>((double*)(x + start), (double*)(y + start), (double*)z, count));
        }
    }

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* z)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BinaryStream<TOp, float>((float*)(x + start), (float*)(y + start), (float*)z, count));
        }
        else
        {
            Lanes.Run64(new BinaryStream<TOp, double>((double*)(x + start), (double*)(y + start), (double*)z, count));
        }
    }
}

/// <summary>The loop of two inputs with one y for all.</summary>
internal readonly unsafe struct BinaryScalarPiece<TOp, T>(T* x, T y) : IPiece<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T y = y;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Run(nint start, nint count, T* z)
    {
        T y = this.y;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BinaryScalarLoop<TOp, float>((float*)(x + start), *(float*)&y, (float*)z, count));
        }
        else
        {
            Lanes.Run64(new BinaryScalarLoop<TOp, double>((double*)(x + start), *(double*)&y, (double*)z, count));
        }
    }

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* z)
    {
        T y = this.y;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new BinaryScalarStream<TOp, float>((float*)(x + start), *(float*)&y, (float*)z, count));
        }
        else
        {
            Lanes.Run64(new BinaryScalarStream<TOp, double>((double*)(x + start), *(double*)&y, (double*)z, count));
        }
    }
}

/// <summary>The loop of two inputs with one x for all.</summary>
internal readonly unsafe struct ScalarBinaryPiece<TOp, T>(T x, T* y) : IPiece<T>
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly T x = x;
    private readonly T* y = y;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Run(nint start, nint count, T* z)
    {
        T x = this.x;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new ScalarBinaryLoop<TOp, float>(*(float*)&x, (float*)(y + start), (float*)z, count));
        }
        else
        {
            Lanes.Run64(new ScalarBinaryLoop<TOp, double>(*(double*)&x, (double*)(y + start), (double*)z, count));
        }
    }

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* z)
    {
        T x = this.x;
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new ScalarBinaryStream<TOp, float>(*(float*)&x, (float*)(y + start), (float*)z, count));
        }
        else
        {
            Lanes.Run64(new ScalarBinaryStream<TOp, double>(*(double*)&x, (double*)(y + start), (double*)z, count));
        }
    }
}

/// <summary>The loop of three inputs.</summary>
internal readonly unsafe struct TernaryPiece<TOp, T>(T* x, T* y, T* z) : IPiece<T>
    where TOp : struct, ITernaryOp
    where T : unmanaged
{
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T* z = z;

    /// <inheritdoc/>
    [MethodImpl(Inline)]
    public void Run(nint start, nint count, T* w)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new TernaryLoop<TOp, float>((float*)(x + start), (float*)(y + start), (float*)(z + start), (float*)w, count));
        }
        else
        {
            Lanes.Run64(new TernaryLoop<TOp, double>((double*)(x + start), (double*)(y + start), (double*)(z + start), (double*)w, count));
        }
    }

    /// <inheritdoc/>
    public void Stream(nint start, nint count, T* w)
    {
        if (Operands.Is<T, float>())
        {
            Lanes.Run32(new TernaryStream<TOp, float>((float*)(x + start), (float*)(y + start), (float*)(z + start), (float*)w, count));
        }
        else
        {
            Lanes.Run64(new TernaryStream<TOp, double>((double*)(x + start), (double*)(y + start), (double*)(z + start), (double*)w, count));
        }
    }
}
