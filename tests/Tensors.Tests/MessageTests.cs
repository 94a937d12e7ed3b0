using System.Text;
using Onsager.Models.Tests;

namespace Onsager.Tensors.Tests;

/// <summary>
/// What every public operation says of operands that do not fit, to the letter, as it was approved in tests/golden/messages.txt. Write the file
/// anew with ONSAGER_APPROVE=1 dotnet test tests/Tensors.Tests --filter MessageTests, and read the difference.
/// </summary>
[Collection(Alone.Name)]
public sealed class MessageTests : IClassFixture<Settled>
{
    private static readonly string[] Lines = ["tests", "golden", "messages.txt"];

    private static readonly Type[] Refusals =
        [typeof(ArgumentException), typeof(ArgumentOutOfRangeException), typeof(ArgumentNullException), typeof(InvalidOperationException), typeof(NotSupportedException)];

    [Fact]
    public void Messages_are_those_that_were_approved()
    {
        string path = Path.Combine([Repository.Root, .. Lines]);
        StringBuilder text = new();
        foreach (string name in Operations.Names)
        {
            text.Append(name).Append('\n');
            SortedSet<string> messages = new(StringComparer.Ordinal);
            if (Operations.OfIntegers.Contains(name))
            {
                OfAnotherType(name, messages);
            }

            OfOtherOperands(name, messages);
            foreach (string message in messages)
            {
                text.Append("    ").Append(message).Append('\n');
            }
        }

        if (Environment.GetEnvironmentVariable("ONSAGER_APPROVE") == "1")
        {
            File.WriteAllText(path, text.ToString());
        }

        Assert.Equal(File.ReadAllText(path), text.ToString());
    }

    /// <summary>Integers, where there is no arithmetic of them.</summary>
    private static void OfAnotherType(string name, SortedSet<string> messages)
    {
        Operation<int> operation = Operations.Of<int>(name);
        using Operands<int> operands = operation.Fitting();
        Note(operation, operands, messages);
    }

    /// <summary>An axis that is not there; three axes and none in the place of each operand.</summary>
    private static void OfOtherOperands(string name, SortedSet<string> messages)
    {
        Operation<float> operation = Operations.Of<float>(name);
        if (operation.HasAxis)
        {
            using Operands<float> operands = operation.Fitting();
            operands.Axis = 7;
            Note(operation, operands, messages);
        }

        foreach (string place in operation.Inputs.Concat(operation.IsStatic ? Array.Empty<string>() : ["X"]).Distinct())
        {
            foreach (Shape shape in (Shape[])[[3, 5, 7], [], [0, 2]])
            {
                using Operands<float> operands = operation.Fitting();
                Operation<float>.Tensor(operands, place) = operands.Make(shape);
                Note(operation, operands, messages);
            }
        }

        foreach (string place in operation.Destinations)
        {
            using Operands<float> operands = operation.Fitting();
            operands.SetDestination(place, [3, 5]);
            Note(operation, operands, messages);
        }
    }

    /// <summary>What it says, if it refuses: an exception of ours that names the operation, and nothing has changed.</summary>
    private static void Note<T>(Operation<T> operation, Operands<T> operands, SortedSet<string> messages)
        where T : unmanaged
    {
        T[][] before = operands.Contents();
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        if (Record.Exception(() => operation.Call(operands)) is { } exception)
        {
            Assert.True(Refusals.Contains(exception.GetType()), $"{operation.Name}: {exception}");
            string own = exception.Message.Split(" (Parameter '", 2)[0];
            Assert.Matches(@"^[A-Za-z0-9_ -]+: .+\.$", own);
            messages.Add($"{exception.GetType().Name}: {own}");
            Assert.Equal(before, operands.Contents());
        }

        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }
}
