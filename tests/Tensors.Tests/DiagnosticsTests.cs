using System.Diagnostics.Tracing;
using System.Text.Json;
using Onsager.Simd;

namespace Onsager.Tensors.Tests;

/// <summary>Diagnostics: what they find, and that they leave nothing behind.</summary>
[Collection(Alone.Name)]
public sealed class DiagnosticsTests
{
    public static TheoryData<string, Action<Tensor<double>>> NotFinite => new()
    {
        { "log: element [0, 1] of the result [2, 2] is NaN.", x => x.Log() },
        { "log: element [0, 1] of the result [2, 2] is NaN.", x => x.Log().Exp() },
        { "divide: element [0, 0] of the result [2, 2] is infinity.", x => _ = x / 0 },
        { "sqrt: element [1] of the result [2] is NaN.", x => x.Select(0, 0).SqrtInto(Tensor.Zeros<double>([2])) },
        { "exp: element [0, 0] of the result [2, 2] is infinity.", x => (x * 1000).Exp() },
        { "sum: element [] of the result [] is NaN; input 1 has NaN or infinity already.", x => Tensor.From<double>([1, double.NaN], [2]).Sum() },
        { "max or min: element [] of the result [] is NaN; input 1 has NaN or infinity already.", x => Tensor.From<double>([1, double.NaN], [2]).Max() },
        { "softmax: element [0] of the result [2] is NaN; input 1 has NaN or infinity already.", x => Tensor.From<double>([1, double.NaN], [2]).Softmax(0) },
        { "matmul: element [0, 0] of the result [1, 1] is infinity.", x => Tensor.Full([1, 2], 1e200).MatMul(Tensor.Full([2, 1], 1e200)) },
        { "gradient: element [0] of the gradient [2] with respect to the result of multiply is infinity.", x => Autodiff.Grad(Tensor.From<double>([0.0, 4], [2]), y => (y * 1).Sqrt().Sum()) },
        { "gradient: element [0] of the gradient [2] with respect to the differentiated tensor is infinity.", x => Autodiff.Grad(Tensor.From<double>([0.0, 4], [2]), y => y.Sqrt().Sum()) },
    };

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void The_first_element_that_is_not_finite_is_named(string message, Action<Tensor<double>> compute)
    {
        long blocks = Device.Cpu.PoolStatistics.BlocksInUse;
        using (Scope scope = Scope.Begin())
        {
            Tensor<double> x = Tensor.From<double>([1, -1, 2, 3], [2, 2]);
            using (NonFiniteSearch search = NonFiniteSearch.Begin(stops: false))
            {
                compute(x);
                Assert.Equal(message, search.First?.ToString());
            }

            // What is written into an existing tensor is found when the next operation begins.
            using (NonFiniteSearch.Begin())
            {
                Throws.Exactly<ArithmeticException>(message, () =>
                {
                    compute(x);
                    x.Fill(1);
                });
            }
        }

        Assert.Equal(blocks, Device.Cpu.PoolStatistics.BlocksInUse);
    }

    [Fact]
    public void A_search_for_NaN_alone_lets_infinities_pass_and_finds_nothing_in_finite_work()
    {
        using Scope scope = Scope.Begin();
        using NonFiniteSearch search = NonFiniteSearch.Begin(infinities: false);
        Tensor<float> x = Tensor.Full([3], float.PositiveInfinity);
        _ = (x + 1f).Max();
        _ = Autodiff.Grad(Tensor.Ones<float>([4, 4]), w => w.MatMul(w).Tanh().Mean());
        Assert.Null(search.First);
        Throws.Exactly<InvalidOperationException>("non-finite search: a search is under way on this thread.", () => NonFiniteSearch.Begin().Dispose());
        Throws.Exactly<ArithmeticException>("subtract: element [0] of the result [3] is NaN; input 1 has NaN or infinity already.", () => _ = x - x);
    }

    [Fact]
    public void A_trace_has_a_bar_for_every_operation()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> w = Tensor.Ones<float>([8, 8]), x = Tensor.Ones<float>([4, 8]);
        using MemoryStream stream = new();
        using (ChromeTrace trace = ChromeTrace.Begin())
        {
            Tensor<float> gradient = Autodiff.Grad(w, v => x.MatMul(v).Tanh().Sum());
            w.Update(new SgdUpdate(0.1), gradient);
            Throws.Exactly<InvalidOperationException>("trace: a trace is under way.", () => ChromeTrace.Begin().Dispose());
            trace.Save(stream);
            Assert.True(trace.Count >= 5);
        }

        x.Exp();
        using JsonDocument json = JsonDocument.Parse(stream.ToArray());
        JsonElement[] bars = [.. json.RootElement.GetProperty("traceEvents").EnumerateArray()];
        string[] names = [.. bars.Select(bar => $"{bar.GetProperty("cat").GetString()} {bar.GetProperty("name").GetString()}")];
        foreach (string name in (string[])["operation matmul", "operation tanh", "operation sum", "operation sgd", "backward tanh", "backward matmul"])
        {
            Assert.Contains(name, names);
        }

        Assert.DoesNotContain("operation exp", names);
        JsonElement tanh = bars[Array.IndexOf(names, "operation tanh")];
        Assert.Equal("[4, 8]", tanh.GetProperty("args").GetProperty("shape").GetString());
        Assert.Equal(128, tanh.GetProperty("args").GetProperty("bytes").GetInt32());
        Assert.Equal("X", tanh.GetProperty("ph").GetString());
        Assert.All(bars, bar => Assert.True(bar.GetProperty("dur").GetDouble() >= 0 && bar.GetProperty("ts").GetDouble() >= 0));
    }

    [Fact]
    public void Tensors_that_live_too_long_are_reported_with_their_origin()
    {
        using TensorLifetimes lifetimes = TensorLifetimes.Begin();
        Tensor<float> forgotten = Tensor.Zeros<float>([3]), kept;
        using (Scope scope = Scope.Begin())
        {
            kept = scope.Keep(forgotten.Exp());
            forgotten.Tanh();
        }

        LifetimeReport report = lifetimes.Report();
        Assert.Equal(2, report.Living.Count);
        Assert.Equal(("[3]", 64, false), (report.Living[0].Shape.ToString(), report.Living[0].Bytes, report.Living[0].OutlivedScope));
        Assert.Equal(("exp", true), (report.Living[1].Operation, report.Living[1].OutlivedScope));
        Assert.Contains(nameof(Tensors_that_live_too_long_are_reported_with_their_origin), report.Living[1].MadeAt, StringComparison.Ordinal);
        Assert.Contains("kept beyond its scope", report.ToString(), StringComparison.Ordinal);
        kept.Dispose();
        forgotten.Dispose();
        Assert.Equal("0 tensors are alive.", lifetimes.Report().ToString().Trim());
    }

    [Fact]
    public void The_pool_counts_what_it_gives_and_gets_back()
    {
        Tensor.Empty<float>([777_777]).Dispose();
        PoolStatistics before = Device.Cpu.PoolStatistics;
        Device.Cpu.ResetPoolPeak();
        Tensor<float> x = Tensor.Empty<float>([777_777]);
        PoolStatistics during = Device.Cpu.PoolStatistics;
        x.Dispose();
        PoolStatistics after = Device.Cpu.PoolStatistics;
        Assert.Equal((1, 1, 0), (during.Requests - before.Requests, during.Hits - before.Hits, during.Blocks - before.Blocks));
        Assert.Equal(1, during.BlocksInUse - before.BlocksInUse);
        Assert.InRange(during.BytesInUse - before.BytesInUse, 777_777 * 4, 777_777 * 5);
        Assert.Equal(before.BytesInUse, after.BytesInUse);
        Assert.Equal(during.BytesInUse, after.PeakBytesInUse);
        Device.Cpu.TrimPool();
        PoolStatistics trimmed = Device.Cpu.PoolStatistics;
        Assert.Equal((trimmed.BlocksInUse, trimmed.BytesInUse), (trimmed.Blocks, trimmed.Bytes));
    }

    [Fact]
    public void Released_memory_shows_as_NaN_where_that_is_wanted()
    {
        bool before = Device.Cpu.FillsReleasedMemory;
        try
        {
            Device.Cpu.FillsReleasedMemory = true;
            Tensor.Zeros<double>([1000]).Dispose();
            using Tensor<double> next = Tensor.Empty<double>([1000]);
            Assert.All(next.ToArray(), x => Assert.True(double.IsNaN(x)));
        }
        finally
        {
            Device.Cpu.FillsReleasedMemory = before;
        }
    }

    [Fact]
    public void Counters_count_while_somebody_listens()
    {
        using Listener listener = new();
        using Scope scope = Scope.Begin();
        Tensor<float> x = Tensor.Ones<float>([100]);
        for (int i = 0; i < 100 && !listener.HasAll; i++)
        {
            (x + x).Dispose();
            Thread.Sleep(100);
        }

        Assert.True(listener.HasAll, string.Join(", ", listener.Seen));
    }

    private sealed class Listener : EventListener
    {
        private readonly HashSet<string> seen = [];

        public string[] Seen
        {
            get
            {
                lock (seen)
                {
                    return [.. seen];
                }
            }
        }

        public bool HasAll => Seen.Length == 6;

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name == "Onsager.Tensors")
            {
                EnableEvents(source, EventLevel.Informational, EventKeywords.All, new Dictionary<string, string?> { ["EventCounterIntervalSec"] = "0.2" });
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs written)
        {
            if (written.Payload?[0] is IDictionary<string, object> counter && (counter.TryGetValue("Increment", out object? value) || counter.TryGetValue("Mean", out value)) && (double)value > 0)
            {
                lock (seen)
                {
                    seen.Add((string)counter["Name"]);
                }
            }
        }
    }
}
