using System.Numerics;
using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>
/// Rotations (x, y) = (c x + s y, c y - s x) of a row x and the next one, one after the other, as three shears: x += t y, y -= s x, x += t y with t = s / (1 + c), the tangent of half
/// the angle, which is at most 1 where the cosine is positive. That is three multiply-adds where the usual form takes four operations, and as exact (G. Strang, Linear Algebra and
/// Learning from Data, and earlier the lifting steps of I. Daubechies and W. Sweldens, J. Fourier Anal. Appl. 4, 1998).
/// </summary>
/// <remarks>The tangents of a sequence stand together, its negative sines a plane further. Wide strips are 4 registers, for processors with 32 of them.</remarks>
internal static unsafe class RotationKernel<V, T>
    where V : unmanaged, IMemoryLanes<V, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool IsWide => V.Registers >= 32;

    /// <summary>One sequence on four registers of columns.</summary>
    [MethodImpl(Loop)]
    public static void Four(T* row, nint step, T* tangents, nint plane, int count)
    {
        V x0 = V.Load(row), x1 = V.Load(row + V.Width), x2 = V.Load(row + (2 * V.Width)), x3 = V.Load(row + (3 * V.Width));
        for (int i = 0; i < count; i++)
        {
            T* next = row + step;
            V t = V.Broadcast(tangents[i]), s = V.Broadcast(tangents[i + plane]);
            V y0 = V.Load(next), y1 = V.Load(next + V.Width), y2 = V.Load(next + (2 * V.Width)), y3 = V.Load(next + (3 * V.Width));
            x0 = V.Fma(t, y0, x0);
            x1 = V.Fma(t, y1, x1);
            x2 = V.Fma(t, y2, x2);
            x3 = V.Fma(t, y3, x3);
            y0 = V.Fma(s, x0, y0);
            y1 = V.Fma(s, x1, y1);
            y2 = V.Fma(s, x2, y2);
            y3 = V.Fma(s, x3, y3);
            V.Store(row, V.Fma(t, y0, x0));
            V.Store(row + V.Width, V.Fma(t, y1, x1));
            V.Store(row + (2 * V.Width), V.Fma(t, y2, x2));
            V.Store(row + (3 * V.Width), V.Fma(t, y3, x3));
            (x0, x1, x2, x3) = (y0, y1, y2, y3);
            row = next;
        }

        V.Store(row, x0);
        V.Store(row + V.Width, x1);
        V.Store(row + (2 * V.Width), x2);
        V.Store(row + (3 * V.Width), x3);
    }

    /// <summary>The same on one register.</summary>
    [MethodImpl(Loop)]
    public static void One(T* row, nint step, T* tangents, nint plane, int count)
    {
        V x = V.Load(row);
        for (int i = 0; i < count; i++)
        {
            T* next = row + step;
            V t = V.Broadcast(tangents[i]), s = V.Broadcast(tangents[i + plane]), y = V.Load(next);
            x = V.Fma(t, y, x);
            y = V.Fma(s, x, y);
            V.Store(row, V.Fma(t, y, x));
            x = y;
            row = next;
        }

        V.Store(row, x);
    }

    /// <summary>So many rotations and one more of a sequence, and so many of the next one, one row behind: a row is loaded and stored once for both. The first sequence has one more at least.</summary>
    [MethodImpl(Loop)]
    public static void FourOfTwo(T* row, nint step, T* first, T* second, nint plane, int count)
    {
        V t = V.Broadcast(first[0]), s = V.Broadcast(first[plane]);
        T* next = row + step;
        V z0 = V.Load(row), z1 = V.Load(row + V.Width), z2 = V.Load(row + (2 * V.Width)), z3 = V.Load(row + (3 * V.Width));
        V x0 = V.Load(next), x1 = V.Load(next + V.Width), x2 = V.Load(next + (2 * V.Width)), x3 = V.Load(next + (3 * V.Width));
        Rotate(t, s, ref z0, ref x0);
        Rotate(t, s, ref z1, ref x1);
        Rotate(t, s, ref z2, ref x2);
        Rotate(t, s, ref z3, ref x3);
        for (int i = 0; i < count; i++)
        {
            T* below = next + step;
            t = V.Broadcast(first[i + 1]);
            s = V.Broadcast(first[i + 1 + plane]);
            V y0 = V.Load(below), y1 = V.Load(below + V.Width), y2 = V.Load(below + (2 * V.Width)), y3 = V.Load(below + (3 * V.Width));
            Rotate(t, s, ref x0, ref y0);
            Rotate(t, s, ref x1, ref y1);
            Rotate(t, s, ref x2, ref y2);
            Rotate(t, s, ref x3, ref y3);
            t = V.Broadcast(second[i]);
            s = V.Broadcast(second[i + plane]);
            Rotate(t, s, ref z0, ref x0);
            Rotate(t, s, ref z1, ref x1);
            Rotate(t, s, ref z2, ref x2);
            Rotate(t, s, ref z3, ref x3);
            V.Store(row, z0);
            V.Store(row + V.Width, z1);
            V.Store(row + (2 * V.Width), z2);
            V.Store(row + (3 * V.Width), z3);
            (z0, z1, z2, z3) = (x0, x1, x2, x3);
            (x0, x1, x2, x3) = (y0, y1, y2, y3);
            row = next;
            next = below;
        }

        V.Store(row, z0);
        V.Store(row + V.Width, z1);
        V.Store(row + (2 * V.Width), z2);
        V.Store(row + (3 * V.Width), z3);
        V.Store(next, x0);
        V.Store(next + V.Width, x1);
        V.Store(next + (2 * V.Width), x2);
        V.Store(next + (3 * V.Width), x3);
    }

    /// <summary>The same on one register.</summary>
    [MethodImpl(Loop)]
    public static void OneOfTwo(T* row, nint step, T* first, T* second, nint plane, int count)
    {
        T* next = row + step;
        V z = V.Load(row), x = V.Load(next);
        Rotate(V.Broadcast(first[0]), V.Broadcast(first[plane]), ref z, ref x);
        for (int i = 0; i < count; i++)
        {
            T* below = next + step;
            V y = V.Load(below);
            Rotate(V.Broadcast(first[i + 1]), V.Broadcast(first[i + 1 + plane]), ref x, ref y);
            Rotate(V.Broadcast(second[i]), V.Broadcast(second[i + plane]), ref z, ref x);
            V.Store(row, z);
            (z, x) = (x, y);
            row = next;
            next = below;
        }

        V.Store(row, z);
        V.Store(next, x);
    }

    /// <summary>x becomes the rotated row, y the next one.</summary>
    [MethodImpl(Inline)]
    private static void Rotate(V t, V s, ref V x, ref V y)
    {
        x = V.Fma(t, y, x);
        y = V.Fma(s, x, y);
        x = V.Fma(t, y, x);
    }
}
