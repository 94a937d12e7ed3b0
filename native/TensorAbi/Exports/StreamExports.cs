using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>Streams of random numbers.</summary>
internal static unsafe class StreamExports
{
    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_create", CallConvs = [typeof(CallConvCdecl)])]
    public static int Create(ulong seed, ulong number, ulong* stream)
    {
        try
        {
            Pointers.Check(stream, "stream");
            *stream = HandleTable.Add(new StreamValue(new RandomStream(seed, number)));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_fork", CallConvs = [typeof(CallConvCdecl)])]
    public static int Fork(ulong stream, ulong index, ulong* child)
    {
        try
        {
            Pointers.Check(child, "child");
            StreamValue held = HandleTable.Enter<StreamValue>(stream, "stream_fork");
            try
            {
                *child = HandleTable.Add(new StreamValue(held.Stream.Fork(index)));
            }
            finally
            {
                held.Leave();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_position", CallConvs = [typeof(CallConvCdecl)])]
    public static int Position(ulong stream, ulong* position)
    {
        try
        {
            Pointers.Check(position, "position");
            StreamValue held = HandleTable.Enter<StreamValue>(stream, "stream_position");
            try
            {
                lock (held.Stream)
                {
                    *position = held.Stream.Position;
                }
            }
            finally
            {
                held.Leave();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_seek", CallConvs = [typeof(CallConvCdecl)])]
    public static int Seek(ulong stream, ulong position)
    {
        try
        {
            StreamValue held = HandleTable.Enter<StreamValue>(stream, "stream_seek");
            try
            {
                lock (held.Stream)
                {
                    held.Stream.Position = position;
                }
            }
            finally
            {
                held.Leave();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_free", CallConvs = [typeof(CallConvCdecl)])]
    public static int Free(ulong stream)
    {
        try
        {
            if (stream != 0)
            {
                HandleTable.Free<StreamValue>(stream, "stream_free");
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "onsager_stream_draw", CallConvs = [typeof(CallConvCdecl)])]
    public static int Draw(ulong stream, int distribution, int type, int rank, long* shape, double first, double second, ulong* tensor)
    {
        try
        {
            Pointers.Check(tensor, "tensor");
            Shape extents = Pointers.Shape(shape, rank);
            StreamValue held = HandleTable.Enter<StreamValue>(stream, "stream_draw");
            try
            {
                lock (held.Stream)
                {
                    using Scope scope = Scope.Begin();
                    *tensor = HandleTable.Add(Draws.Draw(held.Stream, (Distribution)distribution, (ElementType)type, extents, first, second));
                }
            }
            finally
            {
                held.Leave();
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return Guard.Fail(exception);
        }
    }
}
