namespace Onsager.Tensors.Tests;

/// <summary>Lifetimes: scopes, kept tensors, stale handles, views that outlive their base.</summary>
public sealed class ScopeTests
{
    private const string Gone = "The tensor was disposed, or its scope has ended; keep what must live on with Scope.Keep.";

    public static TheoryData<string, Action<Tensor<float>>> Uses => new()
    {
        { "shape", x => _ = x.Shape },
        { "rank", x => _ = x.Rank },
        { "size", x => _ = x.Size },
        { "layout", x => _ = x.Layout },
        { "device", x => _ = x.Device },
        { "contiguous", x => _ = x.IsContiguous },
        { "element", x => _ = x[0] },
        { "item", x => x.Item() },
        { "span", x => x.AsSpan() },
        { "array", x => x.ToArray() },
        { "reshape", x => x.Reshape(1) },
        { "slice", x => x.Slice(0, 0, 1) },
        { "share", x => x.Share() },
        { "unary", x => x.Tanh() },
        { "binary", x => _ = x + x },
        { "scalar", x => _ = x * 2 },
        { "into", x => x.TanhInto(x) },
        { "fill", x => x.Fill(1) },
        { "sum", x => x.Sum() },
        { "mean", x => x.Mean() },
        { "max", x => x.Max() },
        { "matmul", x => x.MatMul(x) },
        { "linear", x => x.Linear(x) },
        { "cast", x => x.Cast<double>() },
        { "gradient", x => Autodiff.Grad(x, y => y.Sum()) },
        { "random", new RandomStream(1).UniformInto },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void Every_use_after_the_end_says_so(string name, Action<Tensor<float>> use)
    {
        Assert.NotEmpty(name);
        Tensor<float> disposed = Tensor.Zeros<float>([1]), ended;
        disposed.Dispose();
        using (Scope.Begin())
        {
            ended = Tensor.Zeros<float>([1]);
        }

        foreach (Tensor<float> gone in (Tensor<float>[])[disposed, ended, default])
        {
            Assert.True(gone.IsDisposed);
            Assert.Equal("Tensor<Single> (disposed)", gone.ToString());
            Throws.Exactly<ObjectDisposedException>(Gone, () => use(gone));
        }
    }

    /// <summary>A loop inside a scope that disposes what it makes needs no more memory with each turn, and what lives is released where it belongs.</summary>
    [Fact]
    public void What_was_disposed_by_hand_is_forgotten()
    {
        Tensor<float>[] outer = new Tensor<float>[40], inner = new Tensor<float>[40];
        using (Scope.Begin())
        {
            Make(outer);
            Loop(1_000);
            using (Scope.Begin())
            using (Scope.Begin())
            {
                Make(inner);
                Loop(1_000);
                long bytes = GC.GetAllocatedBytesForCurrentThread();
                Loop(100_000);
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
                Assert.All(inner, x => Assert.Equal(1, x[0]));
            }

            Assert.All(inner, x => Assert.True(x.IsDisposed));
            Loop(1_000);
            Assert.All(outer, x => Assert.Equal(1, x[0]));
        }

        Assert.All(outer, x => Assert.True(x.IsDisposed));

        static void Make(Tensor<float>[] tensors)
        {
            foreach (ref Tensor<float> x in tensors.AsSpan())
            {
                x = Tensor.Ones<float>([1]);
                Loop(1);
            }
        }

        static void Loop(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                Tensor.Zeros<float>([1]).Dispose();
            }
        }
    }

    [Fact]
    public void Disposing_twice_does_nothing_to_the_next_owner_of_the_memory()
    {
        Tensor<float> x = Tensor.Zeros<float>([3]);
        x.Dispose();
        using Tensor<float> next = Tensor.Full<float>([3], 7);
        x.Dispose();
        default(Tensor<float>).Dispose();
        Assert.Equal([7f, 7, 7], next.ToArray());
    }

    [Fact]
    public void What_is_kept_passes_to_the_scope_around_and_ends_with_it()
    {
        Tensor<float> kept, dropped;
        using (Scope.Begin())
        {
            using (Scope inner = Scope.Begin())
            {
                dropped = Tensor.Zeros<float>([2]);
                kept = inner.Keep(Tensor.Full<float>([2], 3));
            }

            Assert.True(dropped.IsDisposed);
            Assert.Equal([3f, 3], kept.ToArray());
        }

        Assert.True(kept.IsDisposed);
    }

    [Fact]
    public void An_outer_scope_may_keep_what_was_made_further_in()
    {
        Tensor<float> kept;
        using (Scope outer = Scope.Begin())
        {
            using (Scope.Begin())
            {
                using (Scope.Begin())
                {
                    kept = outer.Keep(Tensor.Full<float>([1], 5));
                }
            }
        }

        Assert.Equal(5f, kept.Item());
        kept.Dispose();
    }

    [Fact]
    public void Keeping_in_an_inner_scope_what_an_outer_one_owns_changes_nothing()
    {
        Tensor<float> own;
        using (Scope.Begin())
        {
            own = Tensor.Zeros<float>([1]);
            using (Scope inner = Scope.Begin())
            {
                inner.Keep(own);
            }

            Assert.False(own.IsDisposed);
        }

        Assert.True(own.IsDisposed);
    }

    [Fact]
    public void What_was_disposed_inside_a_scope_is_not_released_again()
    {
        Tensor<float> outside;
        using (Scope scope = Scope.Begin())
        {
            Tensor<float> x = Tensor.Zeros<float>([5]);
            x.Dispose();
            outside = scope.Keep(Tensor.Full<float>([5], 2));
        }

        Assert.Equal(2f, outside[4]);
        outside.Dispose();
    }

    [Fact]
    public void Scopes_end_in_the_reverse_order_of_their_beginning()
    {
        Scope outer = Scope.Begin(), inner = Scope.Begin();
        string? message = null;
        try
        {
            outer.Dispose();
        }
        catch (InvalidOperationException exception)
        {
            message = exception.Message;
        }

        Assert.Equal("scope: scope 1 ends while scope 2, opened later, is open.", message);
        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void A_view_keeps_the_memory_of_a_disposed_base()
    {
        Tensor<float> x = Tensor.From<float>([1, 2, 3, 4], [2, 2]);
        Tensor<float> row = x.Select(0, 1), transposed = x.Transpose();
        x.Dispose();
        using (Tensor<float> other = Tensor.Full<float>([2, 2], -1))
        {
            Assert.Equal([3f, 4], row.ToArray());
            Assert.Equal([1f, 3, 2, 4], transposed.ToArray());
        }

        row.Dispose();
        transposed.Dispose();
    }

    [Fact]
    public void A_scope_holds_any_number_of_tensors_and_scopes_any_depth()
    {
        List<Tensor<float>> all = [];
        Nest(40);
        Assert.All(all, x => Assert.True(x.IsDisposed));

        void Nest(int depth)
        {
            using Scope scope = Scope.Begin();
            for (int i = 0; i < 20; i++)
            {
                all.Add(Tensor.Full<float>([1], i));
            }

            if (depth > 0)
            {
                Nest(depth - 1);
            }

            Assert.Equal(19f, all[20 * (41 - depth) - 1].Item());
        }
    }

    [Fact]
    public void Scopes_of_different_threads_do_not_meet()
    {
        using Scope scope = Scope.Begin();
        Tensor<float> here = Tensor.Full<float>([1], 1), there = default;
        Thread other = new(() =>
        {
            using Scope own = Scope.Begin();
            there = own.Keep(Tensor.Full<float>([1], 2));
        });
        other.Start();
        other.Join();
        Assert.Equal(1f, here.Item());
        Assert.Equal(2f, there.Item());
        there.Dispose();
    }
}
