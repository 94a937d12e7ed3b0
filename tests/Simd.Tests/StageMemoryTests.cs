using System.Numerics;

namespace Onsager.Simd.Tests;

/// <summary>The working memory of methods with stages: the bits of the combinations that check everything, at every size.</summary>
public class StageMemoryTests
{
    [Fact]
    public void Combinations_have_the_bits_of_those_that_check()
    {
        Agrees<float>();
        Agrees<double>();
    }

    [Fact]
    public void States_change_places_and_rows_keep_theirs()
    {
        StageMemory<double> memory = new(3, 2, [1, 0.5]);
        Assert.Equal((3, 8, 16), (memory.Size, memory.Stride, memory.Rows.Length));
        new double[] { 1, 2, 3 }.CopyTo(memory.State);
        memory.Row(0).Fill(2);
        memory.Row(1).Fill(4);
        memory.ToNext(0, 0.25);
        memory.Swap();
        Assert.Equal([2, 3, 4], memory.State.ToArray());
        Assert.Equal([1, 2, 3], memory.Next.ToArray());
        memory.ToStage(0, 1);
        Assert.Equal([6, 7, 8], memory.Stage.ToArray());
        Assert.Equal([2, 2, 2, 0, 0, 0, 0, 0, 4, 4, 4, 0, 0, 0, 0, 0], memory.Rows.ToArray());
    }

    [Fact]
    public void What_is_not_finite_stays_so()
    {
        StageMemory<double> memory = new(4, 1, [1.0]);
        memory.Row(0)[2] = double.NaN;
        Assert.True(double.IsNaN(memory.SquaredShare(0, 1, 1, 0)));
        memory.Row(0)[2] = double.NegativeInfinity;
        Assert.Equal(double.PositiveInfinity, memory.SquaredShare(0, 1, 1, 0));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StageMemory<double>(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StageMemory<double>(1, 0));
        Assert.Throws<NotSupportedException>(() => new StageMemory<int>(1, 1));
        Assert.Equal("stage memory: combination 1 has 2 coefficients for 1 rows. (Parameter 'combinations')", Assert.Throws<ArgumentException>(() => new StageMemory<float>(1, 1, [1f], [1f, 2f])).Message);
        StageMemory<float> memory = new(2, 1, [1f]);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Row(1)[0] = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Row(-1)[0] = 1);
        Assert.Throws<IndexOutOfRangeException>(() => memory.ToStage(1, 1));
        Assert.Throws<IndexOutOfRangeException>(() => memory.SquaredShare(-1, 1, 1, 1));
    }

    private static void Agrees<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(7);
        for (int size = 1; size < 40; size++)
        {
            T[] full = Numbers(7), few = Numbers(3), state = Numbers(size), stage = new T[size], next = new T[size], share = new T[size];
            full[0] = full[4] = T.Zero;
            StageMemory<T> memory = new(size, 7, full, few, [], [T.Zero, T.Zero]);
            state.CopyTo(memory.State);
            for (int row = 0; row < 7; row++)
            {
                Numbers(size).CopyTo(memory.Row(row));
            }

            T h = Number(), absolute = T.CreateChecked(0.01), relative = T.CreateChecked(0.3);
            memory.ToNext(0, h);
            Combination.Add<T>(state, h, full, memory.Rows, memory.Stride, next);
            Assert.Equal(next, memory.Next.ToArray());
            T[][] combinations = [few, [], [T.Zero, T.Zero]];
            for (int i = 0; i < combinations.Length; i++)
            {
                memory.ToStage(i + 1, h);
                Combination.Add<T>(state, h, combinations[i], memory.Rows, memory.Stride, stage);
                Assert.Equal(stage, memory.Stage.ToArray());
            }

            T sum = memory.SquaredShare(0, h, absolute, relative);
            Combination.Share<T>(h, full, memory.Rows, memory.Stride, absolute, relative, state, next, share);
            Assert.Equal(share, memory.Stage.ToArray());
            Assert.Equal(Reduce.Dot<T>(share, share), sum);
        }

        T[] Numbers(int n) => [.. Enumerable.Range(0, n).Select(_ => Number())];

        T Number() => T.CreateChecked((random.NextDouble() * 4) - 2);
    }
}
