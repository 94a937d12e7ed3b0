using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Operators by name, and derivatives.</summary>
internal static unsafe class CallExports
{
    private const int MostInputs = 4096;
    private const int MostArguments = 16;

    [UnmanagedCallersOnly(EntryPoint = "onsager_call", CallConvs = [typeof(CallConvCdecl)])]
    public static int Invoke(byte* name, ulong* inputs, int inputCount, NativeArgument* arguments, int argumentCount, ulong* outputs, int capacity, int* outputCount)
    {
        try
        {
            Operator called = Catalogue.Find(NativeText.Read(name, "the operator's name"));
            ReadOnlySpan<ulong> room = Pointers.Span(outputs, capacity, MostInputs, "outputs");
            using Call call = new(
                called.Signature, Pointers.Span(inputs, inputCount, MostInputs, "inputs"), Pointers.Span(arguments, argumentCount, MostArguments, "arguments"));
            called.Run(call);
            int count = call.Take(new Span<ulong>(outputs, room.Length));
            if (outputCount is not null)
            {
                *outputCount = count;
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_value_and_grad", CallConvs = [typeof(CallConvCdecl)])]
    public static int ValueAndGrad(
        delegate* unmanaged[Cdecl]<void*, ulong*, int, ulong*, int> function, void* state, ulong* inputs, int count, ulong* value, ulong* gradients)
    {
        try
        {
            ReadOnlySpan<ulong> given = Pointers.Span(inputs, count, MostInputs, "inputs");
            Pointers.Check(gradients, "value_and_grad: the gradients' place");
            Differentiation.Run(function, state, given, value, new Span<ulong>(gradients, given.Length));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_to_dlpack", CallConvs = [typeof(CallConvCdecl)])]
    public static int ToDlpack(ulong tensor, DlManaged** managed)
    {
        try
        {
            Pointers.Check(managed, "to_dlpack: the result's place");
            using Use use = new(tensor, "to_dlpack");
            *managed = Exporter.Managed(use.Value);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_to_dlpack_versioned", CallConvs = [typeof(CallConvCdecl)])]
    public static int ToDlpackVersioned(ulong tensor, DlVersioned** managed)
    {
        try
        {
            Pointers.Check(managed, "to_dlpack: the result's place");
            using Use use = new(tensor, "to_dlpack");
            *managed = Exporter.Versioned(use.Value);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_from_dlpack", CallConvs = [typeof(CallConvCdecl)])]
    public static int FromDlpack(DlManaged* managed, ulong* tensor)
    {
        try
        {
            Pointers.Check(tensor, "from_dlpack: the tensor's place");
            *tensor = HandleTable.Add(Importer.Managed(managed));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_from_dlpack_versioned", CallConvs = [typeof(CallConvCdecl)])]
    public static int FromDlpackVersioned(DlVersioned* managed, ulong* tensor)
    {
        try
        {
            Pointers.Check(tensor, "from_dlpack: the tensor's place");
            *tensor = HandleTable.Add(Importer.Versioned(managed));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }
}
