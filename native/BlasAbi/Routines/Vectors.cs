using System.Numerics;
using System.Runtime.CompilerServices;
using Onsager.Simd;

namespace Onsager.Blas;

/// <summary>What routines do with contiguous vectors, on the widest registers; and how a vector with a stride becomes one.</summary>
internal static unsafe class Vectors
{
    /// <summary>y += c x, one fused multiply-add each.</summary>
    public static void Add<T>(nint n, T c, T* x, T* y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new AddLoop<float>(n, *(float*)&c, (float*)x, (float*)y), n);
        }
        else
        {
            Lanes.Run64(new AddLoop<double>(n, *(double*)&c, (double*)x, (double*)y), n);
        }
    }

    /// <summary>x = c x; a zero c keeps NaN.</summary>
    public static void Scale<T>(nint n, T c, T* x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new BinaryScalarLoop<Multiply, float>((float*)x, *(float*)&c, (float*)x, n), n);
        }
        else
        {
            Lanes.Run64(new BinaryScalarLoop<Multiply, double>((double*)x, *(double*)&c, (double*)x, n), n);
        }
    }

    /// <summary>(x, y) = (c x + s y, c y - s x).</summary>
    public static void Rotate<T>(nint n, T* x, T* y, T c, T s)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new RotationLoop<float>(n, (float*)x, (float*)y, *(float*)&c, *(float*)&s), n);
        }
        else
        {
            Lanes.Run64(new RotationLoop<double>(n, (double*)x, (double*)y, *(double*)&c, *(double*)&s), n);
        }
    }

    /// <summary>The largest magnitude of numbers, which a NaN never is; -1 where there is none.</summary>
    public static T Largest<T>(nint n, T* x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T largest = default;
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new LargestLoop<float>(n, (float*)x, (float*)&largest));
        }
        else
        {
            Lanes.Run64(new LargestLoop<double>(n, (double*)x, (double*)&largest));
        }

        return largest;
    }

    /// <summary>x . y in the engine's order of sums.</summary>
    public static T Dot<T>(nint n, T* x, T* y)
        where T : unmanaged => Reduce.Dot(new ReadOnlySpan<T>(x, (int)n), new ReadOnlySpan<T>(y, (int)n));

    /// <summary>target [columns, rows] = the transpose of source [rows, columns].</summary>
    public static void Transpose<T>(nint rows, nint columns, T* source, nint leading, T* target, nint targetLeading)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Lanes.Run32(new TransposeLoop<float>(rows, columns, (float*)source, leading, (float*)target, targetLeading), nint.Min(rows, columns));
        }
        else
        {
            Lanes.Run64(new TransposeLoop<double>(rows, columns, (double*)source, leading, (double*)target, targetLeading), nint.Min(rows, columns));
        }
    }

    /// <summary>Where a vector's first element lies: a negative increment goes through memory backwards.</summary>
    public static T* First<T>(nint n, T* x, nint increment)
        where T : unmanaged => increment < 0 ? x - ((n - 1) * increment) : x;

    /// <summary>to[i] = the vector's element i.</summary>
    public static void Gather<T>(nint n, T* x, nint increment, T* to)
        where T : unmanaged
    {
        T* from = First(n, x, increment);
        for (nint i = 0; i < n; i++, from += increment)
        {
            to[i] = *from;
        }
    }

    /// <summary>The vector's element i = from[i].</summary>
    public static void Scatter<T>(nint n, T* from, T* x, nint increment)
        where T : unmanaged
    {
        T* to = First(n, x, increment);
        for (nint i = 0; i < n; i++, to += increment)
        {
            *to = from[i];
        }
    }

    /// <summary>The vector as it lies, if it is contiguous, otherwise its copy in this memory.</summary>
    public static T* Contiguous<T>(nint n, T* x, nint increment, T* memory)
        where T : unmanaged
    {
        if (increment == 1)
        {
            return x;
        }

        Gather(n, x, increment, memory);
        return memory;
    }
}

internal readonly unsafe struct AddLoop<T>(nint n, T c, T* x, T* y) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint n = n;
    private readonly T c = c;
    private readonly T* x = x;
    private readonly T* y = y;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        T* x = this.x, y = this.y;
        nint n = this.n, i = 0;
        V c = V.Broadcast(this.c);
        for (; i + (2 * V.Width) <= n; i += 2 * V.Width)
        {
            V first = V.Fma(c, V.Load(x + i), V.Load(y + i)), second = V.Fma(c, V.Load(x + i + V.Width), V.Load(y + i + V.Width));
            V.Store(y + i, first);
            V.Store(y + i + V.Width, second);
        }

        for (; i < n; i += V.Width)
        {
            int present = (int)nint.Min(V.Width, n - i);
            V.StorePartial(y + i, present, V.Fma(c, V.LoadPartial(x + i, present), V.LoadPartial(y + i, present)));
        }
    }
}

internal readonly unsafe struct RotationLoop<T>(nint n, T* x, T* y, T c, T s) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint n = n;
    private readonly T* x = x;
    private readonly T* y = y;
    private readonly T c = c;
    private readonly T s = s;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        V c = V.Broadcast(this.c), s = V.Broadcast(this.s);
        for (nint i = 0; i < n; i += V.Width)
        {
            int present = (int)nint.Min(V.Width, n - i);
            V own = V.LoadPartial(x + i, present), other = V.LoadPartial(y + i, present);
            V.StorePartial(x + i, present, V.Fma(s, other, c * own));
            V.StorePartial(y + i, present, V.Fma(-s, own, c * other));
        }
    }
}

internal readonly unsafe struct LargestLoop<T>(nint n, T* x, T* largest) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint n = n;
    private readonly T* x = x;
    private readonly T* largest = largest;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        // What is absent is read as 0; a NaN loses every comparison.
        V most = V.Of(-1);
        nint i = 0;
        for (; i + V.Width <= n; i += V.Width)
        {
            most = V.Greater(V.Abs(V.Load(x + i)), most);
        }

        T* lanes = stackalloc T[V.Width];
        V.Store(lanes, most);
        V one = V.Of(-1);
        for (int lane = 0; lane < V.Width; lane++)
        {
            one = V.Greater(V.Broadcast(lanes[lane]), one);
        }

        for (; i < n; i++)
        {
            one = V.Greater(V.Abs(V.Broadcast(x[i])), one);
        }

        *largest = V.First(one);
    }
}

internal readonly unsafe struct TransposeLoop<T>(nint rows, nint columns, T* source, nint leading, T* target, nint targetLeading) : ILaneLoop<T>
    where T : unmanaged
{
    private readonly nint rows = rows;
    private readonly nint columns = columns;
    private readonly T* source = source;
    private readonly nint leading = leading;
    private readonly T* target = target;
    private readonly nint targetLeading = targetLeading;

    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, T>
    {
        nint i = 0;
        if (Simd.Transpose.Has<V, T>() && rows >= V.Width)
        {
            // The last strip overlaps the one before, with the same elements.
            for (; i < rows; i += V.Width)
            {
                nint first = nint.Min(i, rows - V.Width);
                Simd.Transpose.Strip<V, T>(source + (first * leading), leading, V.Width, columns, target + first, targetLeading);
            }
        }

        for (; i < rows; i++)
        {
            for (nint j = 0; j < columns; j++)
            {
                target[(j * targetLeading) + i] = source[(i * leading) + j];
            }
        }
    }
}
