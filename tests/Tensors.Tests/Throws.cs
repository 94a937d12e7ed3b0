namespace Onsager.Tensors.Tests;

/// <summary>The type of an exception and its message to the letter.</summary>
internal static class Throws
{
    public static void Exactly<TException>(string message, Action action)
        where TException : Exception
    {
        TException exception = Assert.Throws<TException>(action);

        // What .NET appends to name the argument is not ours.
        string own = exception.Message.Split(" (Parameter '", 2)[0].Split("\nObject name:", 2)[0].TrimEnd('\r');
        Assert.Equal(message, own);
    }
}
