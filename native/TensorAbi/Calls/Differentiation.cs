using System.Runtime.CompilerServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>The value and the gradients of a function that the caller gives as a pointer, and that computes by calling this library.</summary>
internal static unsafe class Differentiation
{
    private const int Deepest = 64;

    [ThreadStatic]
    private static int depth;

    /// <summary>
    /// Calls the function once, on this thread, with handles of copies of the inputs, which are freed afterwards; its result's handle is freed too.
    /// What it computes from these copies is differentiated, and everything else is a constant.
    /// </summary>
    public static void Run(
        delegate* unmanaged[Cdecl]<void*, ulong*, int, ulong*, int> function, void* state, ReadOnlySpan<ulong> inputs, ulong* value, Span<ulong> gradients)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (depth == Deepest)
        {
            throw new ArgumentException($"value_and_grad: {Deepest} differentiations inside one another are running already");
        }

        if (function is null || value is null || inputs.IsEmpty)
        {
            throw new ArgumentException($"value_and_grad: {(function is null ? "the function is null" : value is null ? "the value's place is null" : "there are no inputs")}");
        }

        TensorValue[] held = new TensorValue[inputs.Length];
        int entered = 0;
        depth++;
        try
        {
            for (; entered < held.Length; entered++)
            {
                held[entered] = HandleTable.Enter<TensorValue>(inputs[entered], $"value_and_grad, input {entered}");
            }

            switch (held[0].Type)
            {
                case ElementType.Float32:
                    Of<float>(function, state, held, value, gradients);
                    break;
                case ElementType.Float64:
                    Of<double>(function, state, held, value, gradients);
                    break;
                case ElementType type:
                    throw new NotSupportedException($"value_and_grad: the elements are {type.Name()}; supported: float32 and float64");
            }
        }
        finally
        {
            depth--;
            for (int i = 0; i < entered; i++)
            {
                held[i].Leave();
            }
        }
    }

    private static void Of<T>(
        delegate* unmanaged[Cdecl]<void*, ulong*, int, ulong*, int> function, void* state, TensorValue[] held, ulong* value, Span<ulong> gradients)
        where T : unmanaged
    {
        using Scope scope = Scope.Begin();
        Tensor<T>[] inputs = new Tensor<T>[held.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            // Memory of its own, so that views of it elsewhere, and other threads, have nothing to do with the derivative.
            inputs[i] = held[i].As<T>($"value_and_grad, input {i}").Clone();
        }

        (T number, Tensor<T>[] found) = Autodiff.ValueAndGrad((ReadOnlySpan<Tensor<T>>)inputs, own => Called(function, state, own));
        *value = HandleTable.Add(TensorValue.Of(Tensor.Scalar(number)));
        for (int i = 0; i < found.Length; i++)
        {
            gradients[i] = HandleTable.Add(TensorValue.Of(found[i]));
        }
    }

    private static Tensor<T> Called<T>(delegate* unmanaged[Cdecl]<void*, ulong*, int, ulong*, int> function, void* state, Tensor<T>[] inputs)
        where T : unmanaged
    {
        ulong[] handles = new ulong[inputs.Length];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = HandleTable.Add(TensorValue.Of(inputs[i]));
        }

        ulong result = 0;
        try
        {
            int code;
            fixed (ulong* first = handles)
            {
                code = function(state, first, handles.Length, &result);
            }

            if (code != 0)
            {
                throw new CallbackException(code);
            }

            TensorValue given = HandleTable.Enter<TensorValue>(result, "value_and_grad, the function's result");
            try
            {
                return given.As<T>("value_and_grad, the function's result").Share();
            }
            finally
            {
                given.Leave();
            }
        }
        finally
        {
            foreach (ulong handle in handles)
            {
                Drop(handle);
            }

            Drop(result);
        }
    }

    /// <summary>Frees a handle that the function may have freed itself.</summary>
    private static void Drop(ulong handle)
    {
        try
        {
            HandleTable.Free<TensorValue>(handle, "value_and_grad");
        }
        catch (HandleException)
        {
        }
    }
}
