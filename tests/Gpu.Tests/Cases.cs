using FsCheck;
using FsCheck.Fluent;
using Onsager.Tensors;
using Onsager.Tests;

namespace Onsager.Gpu.Tests;

/// <summary>How many cases a property has: ONSAGER_CASES, 200 unless told; the simulation, a smoke test, runs a tenth.</summary>
internal static class Cases
{
    private const int MostEmulated = 200;

    public static int Count(DeviceKind kind)
    {
        int count = CasesAttribute.Count;
        return kind == DeviceKind.Emulated ? Math.Max(1, Math.Min(count, MostEmulated) / 10) : count;
    }

    /// <summary>Checks a property; null is a pass, a text says what went wrong. The first failure is shrunk and thrown.</summary>
    public static void Check<TCase>(DeviceKind kind, Gen<TCase> cases, Func<TCase, IEnumerable<TCase>> smaller, Func<TCase, string?> failure) =>
        Check(Count(kind), cases, smaller, failure);

    /// <summary>The same for another number of cases.</summary>
    public static void Check<TCase>(int count, Gen<TCase> cases, Func<TCase, IEnumerable<TCase>> smaller, Func<TCase, string?> failure) =>
        Prop.ForAll(
            Arb.From(cases, smaller),
            (TCase one) => failure(one) is { } text ? false.Label(text) : true.ToProperty())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true));
}
