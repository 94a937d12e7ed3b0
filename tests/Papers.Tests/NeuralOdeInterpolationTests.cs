
namespace Onsager.Papers.Tests;

/// <summary>The smoke run of neural-ode-interpolation: criteria 3 and 4 of its card hold, 1 and 2 are reported, and the bits do not depend on the machine.</summary>
public sealed class NeuralOdeInterpolationTests
{
    private static readonly QuickRun Quick = new("neural-ode-interpolation");

    [Fact]
    public void Every_claim_holds() => Quick.CheckAllHold();

    [Fact]
    public void Every_criterion_of_the_card_is_here_under_its_label()
    {
        Assert.Equal(17, Quick.HeldUnder("3 "));
        Assert.Equal(5, Quick.HeldUnder("4 "));
        Assert.Equal(3, Quick.Under("1 "));
        Assert.Equal(3, Quick.Under("2 "));
    }

    [Theory]
    [InlineData("3 order of Euler, h = 0.05 to 0.025", 0.9, 1.1)]
    [InlineData("3 order of midpoint, h = 0.025 to 0.0125", 1.9, 2.15)]
    [InlineData("3 order of RK4, h = 0.05 to 0.025", 3.9, 4.2)]
    [InlineData("3 order of Dopri5, h = 0.025 to 0.0125", 4.7, 5.1)]
    public void Bounds_are_the_cards(string name, double low, double high) => Quick.CheckBounds(name, low, high);

    [Fact]
    public void The_pictures_of_the_card_are_there() => Quick.CheckFiles(
        "1-centres.svg", "1-frames.svg", "1-off.svg", "2-draws.svg", "2-latent-ode.svg", "2-latent-spring.svg", "2-losses.svg", "3-orders.svg", "4-adjoint.svg");

    [Theory]
    [MemberData(nameof(OtherRuns.Gate), MemberType = typeof(OtherRuns))]
    public void The_fingerprint_depends_neither_on_threads_nor_on_the_instruction_set(string threads, string without) => Quick.CheckFingerprint(threads, without);

    [Fact]
    public void Digits_join_where_they_are_and_a_wrong_file_is_refused()
    {
        using TemporaryFolder folder = new();
        NoiseImages.Write(folder.Path, 300);
        QuickRun digits = new("neural-ode-interpolation", "--data", folder.Path);
        digits.CheckAllHold();
        digits.CheckFiles("digits-frames-0.svg");
        Assert.NotEqual(Quick.Result.GetProperty("fingerprint").GetString(), digits.Result.GetProperty("fingerprint").GetString());
        NoiseImages.CheckCutIsRefused("neural-ode-interpolation", folder.Path);
    }
}
