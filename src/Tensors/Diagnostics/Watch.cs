using System.Diagnostics;

namespace Onsager.Tensors;

/// <summary>
/// Where operations tell the diagnostics what they do. While none is on, an operation only looks at <see cref="IsOn"/>. An operation that
/// writes into an existing tensor says so before it writes; it counts as finished when the thread does the next thing.
/// </summary>
internal static class Watch
{
    /// <summary>True while any diagnostic is on.</summary>
    public static volatile bool IsOn;

    private static int watchers;
    private static int beginnings;

    [ThreadStatic]
    private static bool isBusy;

    [ThreadStatic]
    private static (TensorNode? Node, int Generation, string Operation, long Start) writing;

    [ThreadStatic]
    private static (string? Operation, long Start, TensorNode Gradient) backward;

    /// <summary>A diagnostic begins.</summary>
    public static void Enter()
    {
        Interlocked.Increment(ref beginnings);
        Interlocked.Increment(ref watchers);
        IsOn = true;
    }

    /// <summary>A diagnostic ends.</summary>
    public static void Leave() => IsOn = Interlocked.Decrement(ref watchers) > 0;

    /// <summary>A tensor or a view was made; for a result this is where its operation begins.</summary>
    public static void Created(TensorNode node)
    {
        node.Made = Stopwatch.GetTimestamp();
        if (node.Storage!.HasOneUser)
        {
            node.Storage.Operation = default;
        }

        if (!isBusy)
        {
            TensorLifetimes.Current?.Add(node);
        }
    }

    /// <summary>An operation has filled its new result.</summary>
    public static void Computed(Rule rule, TensorNode x, TensorNode? y, TensorNode? z, TensorNode result)
    {
        if (isBusy)
        {
            return;
        }

        try
        {
            isBusy = true;
            FinishWriting();
            Finish(OperationNames.Of(rule), result, result.Made, x, y, z);
        }
        catch
        {
            // The caller's result has no owner yet.
            isBusy = false;
            result.ReleaseHandle();
            throw;
        }
        finally
        {
            isBusy = false;
        }
    }

    /// <summary>An operation is about to write into an existing tensor.</summary>
    public static void Writing(TensorNode destination, string operation)
    {
        if (isBusy)
        {
            return;
        }

        try
        {
            isBusy = true;
            FinishWriting();
            FinishBackward();
            writing = (destination, destination.Generation, operation, Stopwatch.GetTimestamp());
        }
        finally
        {
            isBusy = false;
        }
    }

    /// <summary>A backward rule has asked for the complete gradient with respect to a node.</summary>
    public static void Gradient(TensorNode node, TensorNode gradient)
    {
        if (isBusy)
        {
            return;
        }

        try
        {
            isBusy = true;
            FinishWriting();
            FinishBackward();
            (string? name, int filled) = node.Storage!.Operation;
            string? operation = filled == beginnings ? name : null;
            backward = (operation, Stopwatch.GetTimestamp(), gradient);
            NonFiniteSearch.OfThread?.Gradient(operation, gradient);
        }
        catch
        {
            isBusy = false;
            gradient.ReleaseHandle();
            throw;
        }
        finally
        {
            isBusy = false;
        }
    }

    /// <summary>A handle is released.</summary>
    public static void Released(TensorNode node)
    {
        if (isBusy)
        {
            return;
        }

        if (writing.Node == node)
        {
            FinishAll();
        }

        TensorLifetimes.Current?.Remove(node);
    }

    /// <summary>A tensor has survived the end of the scope that it was made in.</summary>
    public static void Outlived(TensorNode node) => TensorLifetimes.Current?.Outlived(node);

    /// <summary>Finishes what the thread was last writing; a search notes what it finds and does not stop.</summary>
    public static void FinishAll()
    {
        isBusy = true;
        NonFiniteSearch.OfThread?.Pause();
        FinishWriting();
        FinishBackward();
        NonFiniteSearch.OfThread?.Resume();
        isBusy = false;
    }

    /// <summary>What has filled a node, if it is known.</summary>
    public static string? OperationOf(TensorNode node) => node.Operation.Generation == node.Generation ? node.Operation.Name : null;

    private static void FinishWriting()
    {
        (TensorNode? node, int generation, string operation, long start) = writing;
        writing = default;
        if (node is not null && node.Generation == generation)
        {
            Finish(operation, node, start, null, null, null);
        }
    }

    private static void FinishBackward()
    {
        (string? operation, long start, TensorNode gradient) = backward;
        backward = default;
        if (operation is not null)
        {
            ChromeTrace.Current?.Add(operation, "backward", start, gradient);
        }
    }

    private static void Finish(string operation, TensorNode node, long start, TensorNode? x, TensorNode? y, TensorNode? z)
    {
        node.Operation = (operation, node.Generation);
        node.Storage!.Operation = (operation, beginnings);
        TensorEvents.Count(node);
        ChromeTrace.Current?.Add(operation, "operation", start, node);
        NonFiniteSearch.OfThread?.Result(operation, node, x, y, z);
    }
}
