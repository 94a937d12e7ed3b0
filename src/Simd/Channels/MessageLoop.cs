using System.Runtime.CompilerServices;
using static Onsager.Simd.Jit;

namespace Onsager.Simd;

/// <summary>The loop of <see cref="MessageStep"/>: down a register's width of columns, sums in registers.</summary>
internal readonly unsafe struct MessageLoop<TChannel>(
    TChannel channel, float* parameters, int order, float* spike, float* products, float* external, float* mean, float* before, nint rows, nint columns, float* sums) : ILaneLoop<float>
    where TChannel : struct, IScalarChannel
{
    private readonly TChannel channel = channel;
    private readonly float* parameters = parameters;
    private readonly float* spike = spike;
    private readonly float* products = products;
    private readonly float* external = external;
    private readonly float* mean = mean;
    private readonly float* before = before;
    private readonly float* sums = sums;

    [MethodImpl(Loop), SkipLocalsInit]
    public void Run<V>()
        where V : unmanaged, IMemoryLanes<V, float>
    {
        for (nint c = 0; c < columns; c += V.Width)
        {
            if (spike is null)
            {
                Column<V>(c);
            }
            else
            {
                Spiked<V>(c);
            }
        }
    }

    [MethodImpl(Inline)]
    private V Parameter<V>(MessageParameter row, nint c)
        where V : unmanaged, IMemoryLanes<V, float> => V.Load(parameters + ((int)row * columns) + c);

    [MethodImpl(Inline)]
    private void Put<V>(MessageSum row, nint c, V sum)
        where V : unmanaged, IMemoryLanes<V, float> => V.Store(sums + ((int)row * columns) + c, sum);

    [MethodImpl(Loop), SkipLocalsInit]
    private void Column<V>(nint c)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        V a = Parameter<V>(MessageParameter.Precision, c), noise = Parameter<V>(MessageParameter.Noise, c);
        V reaction = -Parameter<V>(MessageParameter.Reaction, c), damping = Parameter<V>(MessageParameter.Damping, c);
        V variance = V.Of(0), square = V.Of(0), overlap = V.Of(0), change = V.Of(0);
        for (nint i = c; i < rows * columns; i += columns)
        {
            V old = V.Load(mean + i);
            V b = V.Fma(reaction, V.Load(before + i), V.Fma(noise, V.Load(products + i), V.Load(external + i)));
            Dual<V> m = channel.Mean(new Dual<V>(a, V.Of(0)), new Dual<V>(b, V.Of(1)));
            V next = V.Fma(damping, old - m.Value, m.Value), difference = next - old;
            V.Store(before + i, old);
            V.Store(mean + i, next);
            variance += m.Tangent;
            square = V.Fma(next, next, square);
            overlap = V.Fma(next, old, overlap);
            change = V.Fma(difference, difference, change);
        }

        Put(MessageSum.Variance, c, variance);
        Put(MessageSum.Square, c, square);
        Put(MessageSum.Overlap, c, overlap);
        Put(MessageSum.Change, c, change);
        Put(MessageSum.Spike, c, V.Of(0));
        Put(MessageSum.SpikeSquares, c, V.Of(0));
    }

    [MethodImpl(Loop), SkipLocalsInit]
    private void Spiked<V>(nint c)
        where V : unmanaged, IMemoryLanes<V, float>
    {
        V a = Parameter<V>(MessageParameter.Precision, c), noise = Parameter<V>(MessageParameter.Noise, c), signal = Parameter<V>(MessageParameter.Signal, c);
        V reaction = -Parameter<V>(MessageParameter.Reaction, c), damping = Parameter<V>(MessageParameter.Damping, c);
        V total = Parameter<V>(MessageParameter.SpikeSum, c), squares = Parameter<V>(MessageParameter.SpikeSquares, c);
        V variance = V.Of(0), square = V.Of(0), overlap = V.Of(0), change = V.Of(0), along = V.Of(0), alongSquares = V.Of(0);
        for (nint row = 0; row < rows; row++)
        {
            nint i = (row * columns) + c;
            V old = V.Load(mean + i), x = V.Broadcast(spike[row]), u = x * old, others = total - u;
            V part = order == 2 ? x * others : x * V.Of(0.5) * V.Fma(others, others, V.Fma(u, u, -squares));
            V b = V.Fma(reaction, V.Load(before + i), V.Fma(signal, part, V.Fma(noise, V.Load(products + i), V.Load(external + i))));
            Dual<V> m = channel.Mean(new Dual<V>(a, V.Of(0)), new Dual<V>(b, V.Of(1)));
            V next = V.Fma(damping, old - m.Value, m.Value), difference = next - old, v = x * next;
            V.Store(before + i, old);
            V.Store(mean + i, next);
            variance += m.Tangent;
            square = V.Fma(next, next, square);
            overlap = V.Fma(next, old, overlap);
            change = V.Fma(difference, difference, change);
            along += v;
            alongSquares = V.Fma(v, v, alongSquares);
        }

        Put(MessageSum.Variance, c, variance);
        Put(MessageSum.Square, c, square);
        Put(MessageSum.Overlap, c, overlap);
        Put(MessageSum.Change, c, change);
        Put(MessageSum.Spike, c, along);
        Put(MessageSum.SpikeSquares, c, alongSquares);
    }
}
