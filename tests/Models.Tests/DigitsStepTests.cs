using System.Text.Json;
using Onsager.Tensors;
using Onsager.Tensors.Tests;
using Xunit.Abstractions;

namespace Onsager.Models.Tests;

/// <summary>
/// A training step of the digits' network: no garbage, no new memory, and the same bits everywhere. To write the golden hash anew after a
/// deliberate change of a formula, take it from
/// <c>dotnet test tests/Models.Tests -c Release --filter Twenty_steps --logger "console;verbosity=detailed"</c>, which prints the line of
/// tests/golden/bits.json, and say so in the commit.
/// </summary>
[Collection(Alone.Name)]
public sealed class DigitsStepTests(ITestOutputHelper output)
{
    private const string Golden = "training/784-64-10 relu adam 20 steps f32";

    [Theory(Skip = Optimized.Skip)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing_once_it_is_warm(int threads) => OnThreads(threads, () =>
    {
        using DigitsStep step = new(512);
        for (int i = 0; i < 30; i++)
        {
            step.Run();
        }

        Steady.AllocatesNothing(() => step.Run(), windows: 5, repetitions: 5);
    });

    [Fact]
    public void Twenty_steps_have_the_same_bits_for_every_number_of_threads_and_on_every_machine()
    {
        string? first = null;
        foreach (int threads in (int[])[1, 2, 3, 7, 16])
        {
            OnThreads(threads, () =>
            {
                using DigitsStep step = new(64);
                string hash = step.Hash(20);
                first ??= hash;
                Assert.Equal(first, hash);
            });
        }

        output.WriteLine($"\"{Golden}\": \"{first}\"");
        string path = Path.Combine(Repository.Root, "tests", "golden", "bits.json");
        Dictionary<string, string> golden = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path))!;
        Assert.True(golden.TryGetValue(Golden, out string? expected), $"tests/golden/bits.json lacks the line \"{Golden}\": \"{first}\"");
        Assert.Equal(expected, first);
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using DigitsStep step = new(64);
        float before = step.Run(), after = before;
        for (int i = 0; i < 40; i++)
        {
            after = step.Run();
        }

        Assert.InRange(before, 1.5f, 4);
        Assert.True(after < 0.7f * before, $"{before} became {after}");
    }

    private static void OnThreads(int threads, Action work)
    {
        int before = Device.Cpu.Threads;
        try
        {
            Device.Cpu.Threads = threads;
            work();
        }
        finally
        {
            Device.Cpu.Threads = before;
        }
    }
}

/// <summary>Tests that change the number of threads, or count what the whole process allocates: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
