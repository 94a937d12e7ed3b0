using System.Text;

namespace Onsager.Abi;

/// <summary>What went wrong, with the numbers of onsager.h.</summary>
internal enum Status
{
    Ok = 0,
    Argument = 1,
    Handle = 2,
    Unsupported = 3,
    Memory = 4,
    Arithmetic = 5,
    Callback = 6,
    Internal = 7,
}

/// <summary>The end of every exception: a number for the caller, and a message that the thread keeps.</summary>
internal static unsafe class Guard
{
    private const int Room = 1024;

    [ThreadStatic]
    private static byte[]? message;

    /// <summary>The message of this thread's last failure, ended by a zero; it stays where it is until the next one.</summary>
    public static byte* Message
    {
        get
        {
            message ??= GC.AllocateArray<byte>(Room, pinned: true);
            fixed (byte* first = message)
            {
                return first;
            }
        }
    }

    /// <summary>Keeps an exception's message.</summary>
    public static int Fail(Exception exception)
    {
        try
        {
            Status status = StatusOf(exception);
            Keep(status == Status.Internal ? $"a defect of this library: {exception.GetType().Name}: {exception.Message}" : Plain(exception));
            return (int)status;
        }
        catch (OutOfMemoryException)
        {
            return (int)Status.Memory;
        }
    }

    private static Status StatusOf(Exception exception) => exception switch
    {
        HandleException => Status.Handle,
        CallbackException => Status.Callback,
        NotSupportedException => Status.Unsupported,
        OutOfMemoryException => Status.Memory,
        ObjectDisposedException => Status.Handle,
        ArgumentException or InvalidOperationException or InsufficientExecutionStackException => Status.Argument,
        ArithmeticException => Status.Arithmetic,
        _ => Status.Internal,
    };

    /// <summary>Without the parameter's name, which is C#'s, not the caller's.</summary>
    private static string Plain(Exception exception)
    {
        string text = exception is OutOfMemoryException ? "there is not enough memory" : exception.Message;
        int end = text.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    private static void Keep(string text)
    {
        Span<byte> into = new(Message, Room);
        Encoding.UTF8.GetEncoder().Convert(text, into[..^1], flush: true, out _, out int bytes, out _);
        into[bytes] = 0;
    }
}

/// <summary>A caller's function failed.</summary>
internal sealed class CallbackException(int code) : Exception($"the function to differentiate returned {code}");
