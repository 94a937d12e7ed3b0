using System.Buffers;
using System.Numerics;
using Onsager.Tensors;

namespace Onsager.Models.Ode;

/// <summary>
/// A tableau's coefficients as scalar tensors, and the steps made of them. A sum of stages is the first product, rounded, and a chain of fused
/// multiply-adds in their order, as in the solver over spans.
/// </summary>
internal readonly ref struct TensorStepper<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Tableau tableau;
    private readonly int stages;

    // The coefficients of each stage and the weights behind them, then the stages' slopes; empty handles stand for zeros.
    private readonly Tensor<T>[] tensors;

    public TensorStepper(Tableau tableau, Device device)
    {
        this.tableau = tableau;
        stages = tableau.Stages;
        tensors = ArrayPool<Tensor<T>>.Shared.Rent((stages * (stages + 2)) + 1);
        tensors.AsSpan().Clear();
        for (int i = 0; i <= stages; i++)
        {
            ReadOnlySpan<double> row = i < stages ? tableau.Row(i) : tableau.Weights;
            for (int j = 0; j < row.Length; j++)
            {
                if (row[j] != 0)
                {
                    tensors[(i * stages) + j] = Tensor.Scalar(T.CreateChecked(row[j]), device);
                }
            }
        }
    }

    private Span<Tensor<T>> Slopes => tensors.AsSpan(stages * (stages + 1), stages);

    public static void CheckSlope(Tensor<T> slope, Tensor<T> y)
    {
        if (slope.Shape != y.Shape)
        {
            throw new ArgumentException($"ode: the field takes a state {y.Shape} to {slope.Shape}; it must keep the shape.", nameof(y));
        }
    }

    public Tensor<T> Step<TField>(TField field, Tensor<T> y, Tensor<T> parameters, T time, T length)
        where TField : struct, ITensorField<T> => Steps(field, y, parameters, [time, time + length], length);

    public Tensor<T> Steps<TField>(TField field, Tensor<T> y, Tensor<T> parameters, ReadOnlySpan<T> times)
        where TField : struct, ITensorField<T> => Steps(field, y, parameters, times, T.Zero);

    /// <summary>Times are multiples of the length, not sums of it.</summary>
    public Tensor<T> Steps<TField>(TField field, Tensor<T> y, Tensor<T> parameters, T start, T end, int steps)
        where TField : struct, ITensorField<T>
    {
        T length = (end - start) / T.CreateChecked(steps);
        T[] times = ArrayPool<T>.Shared.Rent(steps + 1);
        try
        {
            for (int i = 0; i <= steps; i++)
            {
                times[i] = i == steps ? end : start + (T.CreateChecked(i) * length);
            }

            return Steps(field, y, parameters, times.AsSpan(0, steps + 1), length);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(times);
        }
    }

    public void Dispose()
    {
        foreach (Tensor<T> tensor in tensors.AsSpan(0, stages * (stages + 2)))
        {
            tensor.Dispose();
        }

        ArrayPool<Tensor<T>>.Shared.Return(tensors, clearArray: true);
    }

    /// <summary>Steps from each time to the next, all of this length, or of the times' distances where it is zero.</summary>
    public Tensor<T> Steps<TField>(TField field, Tensor<T> y, Tensor<T> parameters, ReadOnlySpan<T> times, T length)
        where TField : struct, ITensorField<T>
    {
        Tensor<T> state = y.Share(), step = default;
        try
        {
            for (int i = 0; i + 1 < times.Length; i++)
            {
                T h = length == T.Zero ? times[i + 1] - times[i] : length;
                if (!T.IsFinite(h) || h == T.Zero)
                {
                    throw new ArgumentException($"ode: a step of length {h}.", nameof(times));
                }

                if (i == 0 || length == T.Zero)
                {
                    step.Dispose();
                    step = Tensor.Scalar(h, y.Device);
                }

                Tensor<T> next = One(field, state, parameters, times[i], h, step);
                state.Dispose();
                state = next;
            }

            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
        finally
        {
            step.Dispose();
            ClearSlopes();
        }
    }

    /// <summary>Where the last stage is the next step's first one, that one computes it.</summary>
    private Tensor<T> One<TField>(TField field, Tensor<T> y, Tensor<T> parameters, T time, T length, Tensor<T> step)
        where TField : struct, ITensorField<T>
    {
        Eval(field, 0, time, y, parameters);
        for (int i = 1; i < (tableau.IsFirstSameAsLast ? stages - 1 : stages); i++)
        {
            using Tensor<T> stage = Combined(y, i, step);
            Eval(field, i, time + (T.CreateChecked(tableau.Nodes[i]) * length), stage, parameters);
        }

        return Combined(y, stages, step);
    }

    private void Eval<TField>(TField field, int stage, T time, Tensor<T> y, Tensor<T> parameters)
        where TField : struct, ITensorField<T>
    {
        Tensor<T> slope = field.Eval(time, y, parameters);
        Slopes[stage].Dispose();
        Slopes[stage] = slope;
        CheckSlope(slope, y);
    }

    private Tensor<T> Combined(Tensor<T> y, int row, Tensor<T> step)
    {
        Tensor<T> sum = default;
        for (int j = 0; j < stages; j++)
        {
            Tensor<T> coefficient = tensors[(row * stages) + j];
            if (coefficient.IsDisposed)
            {
                continue;
            }

            Tensor<T> next = sum.IsDisposed ? Slopes[j] * coefficient : Slopes[j].FusedMultiplyAdd(coefficient, sum);
            sum.Dispose();
            sum = next;
        }

        using (sum)
        {
            return sum.FusedMultiplyAdd(step, y);
        }
    }

    private void ClearSlopes()
    {
        foreach (ref Tensor<T> slope in Slopes)
        {
            slope.Dispose();
            slope = default;
        }
    }
}
