using System.Runtime.ExceptionServices;

namespace Onsager.Tensors;

/// <summary>One run of the <see cref="WorkerPool"/>: what its workers call, and the exception that they met.</summary>
internal abstract class Job
{
    [ThreadStatic]
    public static bool IsInside;

    private readonly Lock failing = new();
    private Exception? failure;
    private int failedPart;

    public abstract void Run(int part);

    /// <summary>Keeps the exception of the first part in order, which is the one that a single thread would meet.</summary>
    public void Fail(int part, Exception exception)
    {
        lock (failing)
        {
            if (failure is null || part < failedPart)
            {
                (failure, failedPart) = (exception, part);
            }
        }
    }

    public ExceptionDispatchInfo? TakeFailure()
    {
        Exception? taken = failure;
        failure = null;
        return taken is null ? null : ExceptionDispatchInfo.Capture(taken);
    }
}

/// <summary>One reusable job per caller and kind of work, so that running it allocates nothing.</summary>
internal sealed class Job<TParts> : Job
    where TParts : struct, IParts
{
    [ThreadStatic]
    private static Job<TParts>? own;

    public TParts Work;

    public static Job<TParts> Own => own ??= new();

    public override void Run(int part) => Work.Run(part);
}
