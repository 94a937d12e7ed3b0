namespace Onsager.Tensors;

/// <content>Functions that are recorded in another way than operation by operation.</content>
public static partial class Autodiff
{
    /// <summary>The same values, in memory of their own, of which no derivative is taken: a constant to every differentiation under way.</summary>
    public static Tensor<T> StopGradient<T>(Tensor<T> x)
        where T : unmanaged
    {
        Tensor<T> y = Tensor.Empty<T>(x.Shape, x.Device);
        y.Device.Copy<T>(x.Operand, y.Operand);
        return y;
    }

    /// <summary>
    /// f(x), of which only the argument and the result are kept for the gradient: f is computed again, recorded, when the gradient is taken,
    /// which then has the same bits as without. f may use other tensors that are being differentiated; what it computes is released
    /// at its end, but for its result.
    /// </summary>
    /// <exception cref="InvalidOperationException">When the gradient is taken: f gave other values the second time.</exception>
    /// <remarks>"Training deep nets with sublinear memory cost", T. Chen and others, 2016.</remarks>
    public static Tensor<T> Checkpoint<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return Tape.IsActive ? Tape.Checkpoint(x, f) : f(x);
    }

    /// <summary>forward(x) with a reverse rule of its own: vjp(x, y, dy) is the gradient by x from the argument, the result and the gradient by the result.</summary>
    /// <param name="x">The argument; forward uses no other tensor that is being differentiated.</param>
    /// <param name="forward">Computes the result; it is not recorded.</param>
    /// <param name="vjp">
    /// The rule. For derivatives of higher order it is differentiated in its turn, so it is made of ordinary operations on its arguments. It may
    /// use tensors that forward kept for first derivatives; for higher ones that is refused, as their dependence on x was not recorded.
    /// </param>
    /// <param name="name">What messages and graphs call the operation.</param>
    /// <exception cref="ArgumentException">When the gradient is taken: vjp's result has not x's shape.</exception>
    /// <exception cref="InvalidOperationException">forward uses a tensor that is being differentiated and is not its argument; or, later, one that it computed and kept is used where its dependence on x would be lost.</exception>
    /// <exception cref="NotSupportedException">When a derivative of higher order is taken: forward read values out of tensors, on which the rule may depend.</exception>
    public static Tensor<T> Custom<T>(
        Tensor<T> x, Func<Tensor<T>, Tensor<T>> forward, Func<Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>> vjp, string name = "custom")
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(vjp);
        return Custom(x, null, (x, _) => forward(x), (x, _, y, dy) => (vjp(x, y, dy), null), name);
    }

    /// <summary>forward(x, y) with a reverse rule of its own: vjp(x, y, z, dz) gives the gradients by x and y. See the form with one argument.</summary>
    /// <param name="x">The first argument.</param>
    /// <param name="y">The second argument.</param>
    /// <param name="forward">Computes the result; it is not recorded.</param>
    /// <param name="vjp">The rule.</param>
    /// <param name="name">What messages and graphs call the operation.</param>
    /// <exception cref="ArgumentException">When the gradient is taken: a result of vjp has not its argument's shape.</exception>
    /// <exception cref="InvalidOperationException">forward uses a tensor that is being differentiated and is not its argument; or, later, one that it computed and kept is used where its dependence on the arguments would be lost.</exception>
    /// <exception cref="NotSupportedException">When a derivative of higher order is taken: forward read values out of tensors, on which the rule may depend.</exception>
    public static Tensor<T> Custom<T>(
        Tensor<T> x,
        Tensor<T> y,
        Func<Tensor<T>, Tensor<T>, Tensor<T>> forward,
        Func<Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>, (Tensor<T> X, Tensor<T> Y)> vjp,
        string name = "custom")
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(vjp);
        return Custom(x, y, (x, y) => forward(x, y!.Value), (x, y, z, dz) => vjp(x, y!.Value, z, dz), name);
    }

    /// <summary>Runs f at x and gives what was recorded for its gradient, to be printed or drawn.</summary>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Graph Trace<T>(Tensor<T> x, Func<Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        using Scope scope = Scope.Begin();
        Tensor<T> own = Own(x);
        Tape tape = Tape.Begin();
        try
        {
            tape.Follow(own.Node, null);
            return new Graph(tape, own.Node, f(own).Node);
        }
        finally
        {
            tape.End();
        }
    }

    private static Tensor<T> Custom<T>(
        Tensor<T> x,
        Tensor<T>? y,
        Func<Tensor<T>, Tensor<T>?, Tensor<T>> forward,
        Func<Tensor<T>, Tensor<T>?, Tensor<T>, Tensor<T>, (Tensor<T> X, Tensor<T>? Y)> vjp,
        string name)
        where T : unmanaged
    {
        if (!Tape.IsActive || !(Tape.IsFollowed(x.Node) || (y is { } argument && Tape.IsFollowed(argument.Node))))
        {
            return forward(x, y);
        }

        SavedMark mark = Tape.Mark(x.Node, y?.Node);
        Tensor<T> result;
        bool hasRead;
        Tape shadow = Tape.BeginShadow(mark);
        try
        {
            // Copies, so that each is followed whole, whatever views the arguments are.
            using Tensor<T> first = StopGradient(x);
            shadow.Follow(first.Node, null);
            Tensor<T>? second = y is { } other ? StopGradient(other) : null;
            if (second is { } own)
            {
                shadow.Follow(own.Node, null);
            }

            result = StopGradient(forward(first, second));
            second?.Dispose();
            hasRead = shadow.HasRead;
            shadow.MarkSaved();
        }
        finally
        {
            shadow.End();
        }

        Tape.Record(new CustomRule<T>(name, mark, hasRead, vjp), x.Node, y?.Node, null, result.Node);
        return result;
    }
}
