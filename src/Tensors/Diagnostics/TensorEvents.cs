using System.Diagnostics.Tracing;

namespace Onsager.Tensors;

/// <summary>
/// The counters of the event source "Onsager.Tensors", for dotnet-counters and the like: operations and bytes of their results while
/// somebody listens, and the memory pool's requests, hits, blocks and bytes in use.
/// </summary>
[EventSource(Name = "Onsager.Tensors")]
internal sealed class TensorEvents : EventSource
{
    private static long operations;
    private static long bytes;

    private DiagnosticCounter[]? counters;

    private TensorEvents()
    {
    }

    /// <summary>The only one: tools find it once it is made.</summary>
    public static TensorEvents Log { get; } = new();

    /// <summary>Counts one operation with this result.</summary>
    public static void Count(TensorNode result)
    {
        Interlocked.Increment(ref operations);
        Interlocked.Add(ref bytes, result.Layout.Shape.Size * result.Storage!.FloatSize);
    }

    /// <inheritdoc/>
    protected override void OnEventCommand(EventCommandEventArgs command)
    {
        if (command.Command == EventCommand.Enable && counters is null)
        {
            counters =
            [
                new IncrementingPollingCounter("operations", this, () => Interlocked.Read(ref operations)) { DisplayName = "Operations" },
                new IncrementingPollingCounter("result-bytes", this, () => Interlocked.Read(ref bytes)) { DisplayName = "Bytes of results", DisplayUnits = "B" },
                new IncrementingPollingCounter("pool-requests", this, () => Device.Cpu.PoolStatistics.Requests) { DisplayName = "Pool requests" },
                new IncrementingPollingCounter("pool-hits", this, () => Device.Cpu.PoolStatistics.Hits) { DisplayName = "Pool hits" },
                new PollingCounter("pool-blocks", this, () => Device.Cpu.PoolStatistics.Blocks) { DisplayName = "Pool blocks" },
                new PollingCounter("pool-bytes-in-use", this, () => Device.Cpu.PoolStatistics.BytesInUse) { DisplayName = "Pool bytes in use", DisplayUnits = "B" },
            ];
            Watch.Enter();
        }
        else if (command.Command == EventCommand.Disable && counters is not null)
        {
            Watch.Leave();
            foreach (DiagnosticCounter counter in counters)
            {
                counter.Dispose();
            }

            counters = null;
        }
    }
}
