using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>
/// Random programs (a tree of operations, its gradient, an optimizer's steps) on the device and on the processor: equal bits, eager and as
/// plans. ONSAGER_PROGRAM runs one alone: the text that a failure prints.
/// </summary>
public sealed class ProgramTests
{
    /// <summary>Programs that once failed, and one for each word that no longer program is likely to hide.</summary>
    public static TheoryData<string> Known
    {
        get
        {
            var known = new TheoryData<string>
            {
                "float32 3 4 adam 5 x w mul tanh softmax1 w take where",
                "float64 4 3 lion 6 x w product scale1 halves turned cumsum0 w maximum",
            };
            if (Environment.GetEnvironmentVariable("ONSAGER_PROGRAM") is { Length: > 0 } given)
            {
                known.Add(given);
            }

            return known;
        }
    }

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgrees() => Agree(DeviceKind.OpenCl, isPlan: false);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgrees() => Agree(DeviceKind.Cuda, isPlan: false);

    [DeviceFact(DeviceKind.Emulated)]
    public void SimulationAgrees() => Agree(DeviceKind.Emulated, isPlan: false);

    [DeviceFact(DeviceKind.OpenCl)]
    public void OpenClAgreesOnPlans() => Agree(DeviceKind.OpenCl, isPlan: true);

    [DeviceFact(DeviceKind.Cuda)]
    public void CudaAgreesOnPlans() => Agree(DeviceKind.Cuda, isPlan: true);

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Known))]
    public void OpenClAgreesOnKnown(string program) => AgreeOnKnown(DeviceKind.OpenCl, program);

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Known))]
    public void CudaAgreesOnKnown(string program) => AgreeOnKnown(DeviceKind.Cuda, program);

    [Fact]
    public void TextsAreProgramsAgain()
    {
        var program = new RandomProgram(true, 3, 7, "adam", 12, ["x", "w", "mul", "tanh"]);
        Assert.Equal("float64 3 7 adam 12 x w mul tanh", program.ToString());
        Assert.Equal(program.ToString(), RandomProgram.Parse(program.ToString()).ToString());
    }

    /// <summary>NaN agrees with NaN, so programs that end in it say little: few do.</summary>
    [Fact]
    public void MostProgramsStayFinite()
    {
        RandomProgram[] programs = [.. FsCheck.Fluent.Gen.Sample(RandomProgram.Generate(6, 14), 200)];
        Assert.InRange(programs.Count(program => program.Run(Device.Cpu, isPlan: false).All(double.IsFinite)), 140, 200);
    }

    private static void AgreeOnKnown(DeviceKind kind, string program)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        Assert.Null(Failure(device, RandomProgram.Parse(program), isPlan: false));
        Assert.Null(Failure(device, RandomProgram.Parse(program), isPlan: true));
    }

    /// <summary>Five programs for every two cases of an operator, a tenth of them as plans: 500 and 50 at the gate.</summary>
    private static void Agree(DeviceKind kind, bool isPlan)
    {
        Assert.NotNull(Devices.Require(kind));
        GpuDevice device = OnsagerGpu.Register(kind)[0];
        bool tiny = kind == DeviceKind.Emulated;
        int count = tiny ? 10 : int.Max(1, Cases.Count(kind) * 5 / (isPlan ? 20 : 2));
        Cases.Check(count, RandomProgram.Generate(tiny ? 3 : 9, tiny ? 5 : 14), program => program.Smaller(), program => Failure(device, program, isPlan));
    }

    private static string? Failure(GpuDevice device, RandomProgram program, bool isPlan)
    {
        double[] expected = program.Run(Device.Cpu, isPlan: false), actual = program.Run(device, isPlan);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Numbers.Same(expected[i], actual[i]))
            {
                return $"number {i} is {Numbers.Show(actual[i])} on the device, {Numbers.Show(expected[i])} on the processor; again: ONSAGER_PROGRAM='{program}'";
            }
        }

        return null;
    }
}
