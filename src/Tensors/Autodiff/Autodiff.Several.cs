namespace Onsager.Tensors;

/// <content>Functions of several tensors, and functions with more than one result.</content>
public static partial class Autodiff
{
    /// <summary>The gradients of f by all of its arguments, each in its argument's shape.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static Tensor<T>[] Grad<T>(ReadOnlySpan<Tensor<T>> inputs, Func<Tensor<T>[], Tensor<T>> f)
        where T : unmanaged => ValueAndGrad(inputs, f).Gradients;

    /// <summary>The gradients of f by its two arguments.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (Tensor<T> X, Tensor<T> Y) Grad<T>(Tensor<T> x, Tensor<T> y, Func<Tensor<T>, Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        Tensor<T>[] gradients = ValueAndGrad([x, y], inputs => f(inputs[0], inputs[1])).Gradients;
        return (gradients[0], gradients[1]);
    }

    /// <summary>The gradients of f by its three arguments.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (Tensor<T> X, Tensor<T> Y, Tensor<T> Z) Grad<T>(
        Tensor<T> x, Tensor<T> y, Tensor<T> z, Func<Tensor<T>, Tensor<T>, Tensor<T>, Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        Tensor<T>[] gradients = ValueAndGrad([x, y, z], inputs => f(inputs[0], inputs[1], inputs[2])).Gradients;
        return (gradients[0], gradients[1], gradients[2]);
    }

    /// <summary>The value of f and its gradients by all of its arguments.</summary>
    /// <exception cref="ArgumentException">f's result is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (T Value, Tensor<T>[] Gradients) ValueAndGrad<T>(ReadOnlySpan<Tensor<T>> inputs, Func<Tensor<T>[], Tensor<T>> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        (T value, Tensor<T>[] gradients, _) = Several(inputs, inputs => (f(inputs), (Tensor<T>[])[]));
        return (value, gradients);
    }

    /// <summary>The value of f and its gradients by all of its arguments; f gives further tensors beside its value, of which no derivative is taken by this call.</summary>
    /// <exception cref="ArgumentException">f's value is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (T Value, Tensor<T>[] Gradients, Tensor<T>[] Auxiliary) ValueAndGrad<T>(
        ReadOnlySpan<Tensor<T>> inputs, Func<Tensor<T>[], (Tensor<T> Value, Tensor<T>[] Auxiliary)> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        return Several(inputs, f);
    }

    /// <summary>The value and the gradient of f at x; f gives a further tensor beside its value, of which no derivative is taken by this call.</summary>
    /// <exception cref="ArgumentException">f's value is not a scalar.</exception>
    /// <exception cref="NotSupportedException">f uses an operation without a derivative.</exception>
    public static (T Value, Tensor<T> Gradient, Tensor<T> Auxiliary) ValueAndGrad<T>(
        Tensor<T> x, Func<Tensor<T>, (Tensor<T> Value, Tensor<T> Auxiliary)> f)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(f);
        (T value, Tensor<T>[] gradients, Tensor<T>[] auxiliary) = Several([x], inputs =>
        {
            (Tensor<T> y, Tensor<T> beside) = f(inputs[0]);
            return (y, (Tensor<T>[])[beside]);
        });
        return (value, gradients[0], auxiliary[0]);
    }

    private static (T Value, Tensor<T>[] Gradients, Tensor<T>[] Auxiliary) Several<T>(
        ReadOnlySpan<Tensor<T>> inputs, Func<Tensor<T>[], (Tensor<T> Value, Tensor<T>[] Auxiliary)> f)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T>[] own = new Tensor<T>[inputs.Length], gradients = new Tensor<T>[inputs.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = Own(inputs[i]);
        }

        Tape tape = Tape.Begin();
        try
        {
            for (int i = 0; i < own.Length; i++)
            {
                // Each has memory of its own, even where two are views of the same.
                if (tape.IsFollowing(own[i].Node))
                {
                    own[i] = StopGradient(own[i]);
                }

                tape.Follow(own[i].Node, null);
            }

            (Tensor<T> loss, Tensor<T>[] beside) = f(own);
            CheckScalar(loss, f);
            T value = loss.Value();
            Tensor<T>[] auxiliary = new Tensor<T>[beside.Length];
            for (int i = 0; i < beside.Length; i++)
            {
                auxiliary[i] = beside[i].Clone();
            }

            tape.Backward<T>(loss.Node);
            for (int i = 0; i < own.Length; i++)
            {
                gradients[i] = tape.Gradient<T>(own[i].Node);
            }

            // Not before all are there: what is kept outlives an exception.
            foreach (ref readonly Tensor<T> tensor in (ReadOnlySpan<Tensor<T>>)[.. gradients, .. auxiliary])
            {
                scope.Keep(tensor);
            }

            return (value, gradients, auxiliary);
        }
        finally
        {
            tape.End();
        }
    }
}
