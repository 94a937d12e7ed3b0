using Onsager.Conformance;
using Onsager.Tests;

namespace Onsager.Simd.Tests;

/// <summary>The same bits at every register width, in this process: wide registers that the processor lacks are emulated by the framework.</summary>
public class WidthTests
{
    private static readonly Lazy<IReadOnlyList<(string Name, string Hash)>> OneLane = new(Workload.Run<Fixed<F32x1, F64x1>>);

    [Fact]
    public void The_whole_workload_is_the_same_on_the_registers_in_use() => AssertSame(Workload.Run<Native>());

    [Fact]
    public void The_whole_workload_is_the_same_on_128_bits() => AssertSame(Workload.Run<Fixed<F32x4, F64x2>>());

    [Fact]
    public void The_whole_workload_is_the_same_on_256_bits() => AssertSame(Workload.Run<Fixed<F32x8, F64x4>>());

    [Fact]
    public void The_whole_workload_is_the_same_on_512_bits() => AssertSame(Workload.Run<Fixed<F32x16, F64x8>>());

    /// <summary>What operators may touch, member by member, also those that no operator uses yet.</summary>
    [Fact]
    public void Every_lane_member_is_the_same_at_every_width()
    {
        Members<Fixed<F32x4, F64x2>>();
        Members<Fixed<F32x8, F64x4>>();
        Members<Fixed<F32x16, F64x8>>();
        Members<Native>();

        static void Members<TEngine>()
            where TEngine : IEngine
        {
            Member<TEngine, LaneMembers.Round>();
            Member<TEngine, LaneMembers.Lesser>();
            Member<TEngine, LaneMembers.Greater>();
            Member<TEngine, LaneMembers.Scale>();
            Member<TEngine, LaneMembers.SelectLessOrEqual>();
            Member<TEngine, LaneMembers.AllLess>();
            Member<TEngine, LaneMembers.And>();
            Member<TEngine, LaneMembers.Or>();
            Member<TEngine, LaneMembers.Xor>();
            Member<TEngine, LaneMembers.AddBits>();
            Member<TEngine, LaneMembers.SubtractBits>();
            Member<TEngine, LaneMembers.Shifts>();
            Member<TEngine, LaneMembers.IntegerToFloat>();
        }

        static void Member<TEngine, TOp>()
            where TEngine : IEngine
            where TOp : struct, IMember
        {
            Compare<float>();
            Compare<double>();

            static void Compare<T>()
                where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>, System.Numerics.IMinMaxValue<T>
            {
                IReadOnlyList<T> specials = OpTable.Specials<T>();
                T[] halves = [.. Enumerable.Range(-40, 81).Select(i => T.CreateChecked(i * 0.5))];
                T[] x = [.. specials.SelectMany(x => specials.Select(_ => x)), .. halves, .. Numbers.Spread<T>(1, 1001)];
                T[] y = [.. specials.SelectMany(_ => specials), .. halves.Reverse(), .. Numbers.Spread<T>(2, 1001)];
                T[] expected = new T[x.Length], actual = new T[x.Length];
                Fixed<F32x1, F64x1>.Binary<Member<TOp>, T>(x, y, expected);
                TEngine.Binary<Member<TOp>, T>(x, y, actual);
                Bits.AssertSame<T>(expected, actual, $"{typeof(TOp).Name} on {typeof(TEngine)}");
            }
        }
    }

    private static void AssertSame(IReadOnlyList<(string Name, string Hash)> hashes) => Assert.Equal(OneLane.Value, hashes);
}
