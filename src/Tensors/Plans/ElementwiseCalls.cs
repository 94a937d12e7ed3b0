using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>
/// A call whose every output element is made of the input elements of the same number. Where all of them lie one after the other, or one stands
/// for all, any piece can be done by itself: that is what tiles are made of.
/// </summary>
internal abstract class ElementwiseCall : Call
{
    /// <summary>Elements, where the call can be done piece by piece; 0 where it cannot.</summary>
    public nint Count { get; private protected set; }

    /// <summary>Whether an element costs more than a few instructions.</summary>
    public abstract bool IsDear { get; }

    /// <summary>Elements in a row, by number: what <see cref="Count"/> counts. Storage beside holds what lives in one tile only.</summary>
    public abstract void RunTile(nint start, nint count, Storage? beside);

    /// <inheritdoc/>
    public sealed override void Run(Device device)
    {
        // Short work goes straight to its driver, as outside of plans.
        if (Count > 0 && Count < (IsDear ? Cuts.Dear : Cuts.Cheap) && device is CpuDevice)
        {
            RunTile(0, Count, null);
        }
        else
        {
            RunWhole(device);
        }
    }

    /// <summary>Does the work as the device does it, whatever the strides.</summary>
    protected abstract void RunWhole(Device device);

    /// <summary>Finds out how the elements lie, once reads and writes are known.</summary>
    protected void Measure()
    {
        ref readonly Layout y = ref Writes[0].Layout;
        bool isFlat = y.IsFlat(in y, out nint count);
        foreach (Place x in Reads)
        {
            isFlat &= x.Layout.IsFlat(in y, out _) || x.IsScalar;
        }

        Count = isFlat ? count : 0;
    }
}

internal sealed class CopyCall<T> : ElementwiseCall
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;
    private readonly bool isScalar;

    public CopyCall(Place x, Place y)
    {
        (this.x, this.y) = (x, y);
        (Reads, Writes) = ([x], [y]);
        isScalar = x.IsScalar;
        Measure();
    }

    public override bool IsDear => false;

    public override void RunTile(nint start, nint count, Storage? beside)
    {
        Span<T> to = y.Memory<T>(start, count, beside);
        if (isScalar)
        {
            to.Fill(x.First<T>());
        }
        else
        {
            x.Memory<T>(start, count, beside).CopyTo(to);
        }
    }

    protected override void RunWhole(Device device) => device.Copy<T>(x.Operand, y.Operand);
}

internal sealed class FillCall<T> : ElementwiseCall
    where T : unmanaged
{
    private readonly T value;
    private readonly Place y;

    public FillCall(T value, Place y)
    {
        (this.value, this.y) = (value, y);
        Writes = [y];
        Measure();
    }

    public override bool IsDear => false;

    public override void RunTile(nint start, nint count, Storage? beside) => y.Memory<T>(start, count, beside).Fill(value);

    protected override void RunWhole(Device device) => device.Fill(value, y.Operand);
}

internal sealed class UnaryCall<TOp, T> : ElementwiseCall, IActivationCall
    where TOp : struct, IUnaryOp
    where T : unmanaged
{
    public UnaryCall(Place x, Place y)
    {
        (X, Y) = (x, y);
        (Reads, Writes) = ([x], [y]);
        Measure();
        if (x.IsScalar && Count > 1)
        {
            Count = 0;
        }
    }

    public Place X { get; }

    public Place Y { get; }

    public override bool IsDear => Cuts.IsDear<TOp>();

    public override void RunTile(nint start, nint count, Storage? beside) => Map.Unary<TOp, T>(X.Memory<T>(start, count, beside), Y.Memory<T>(start, count, beside));

    public Call? After(Call before) => before.Then(this);

    protected override void RunWhole(Device device) => device.Unary<TOp, T>(X.Operand, Y.Operand);
}

internal sealed class BinaryCall<TOp, T> : ElementwiseCall
    where TOp : struct, IBinaryOp
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;
    private readonly Place z;
    private readonly bool isLeftScalar;
    private readonly bool isRightScalar;

    public BinaryCall(Place x, Place y, Place z)
    {
        (this.x, this.y, this.z) = (x, y, z);
        (Reads, Writes) = ([x, y], [z]);
        Measure();
        if (Count > 1)
        {
            (isLeftScalar, isRightScalar) = (x.IsScalar, y.IsScalar);
        }

        if (isLeftScalar && isRightScalar)
        {
            Count = 0;
        }
    }

    public override bool IsDear => Cuts.IsDear<TOp>();

    public override void RunTile(nint start, nint count, Storage? beside)
    {
        Span<T> to = z.Memory<T>(start, count, beside);
        if (isLeftScalar)
        {
            Map.Binary<TOp, T>(x.First<T>(), y.Memory<T>(start, count, beside), to);
        }
        else if (isRightScalar)
        {
            Map.Binary<TOp, T>(x.Memory<T>(start, count, beside), y.First<T>(), to);
        }
        else
        {
            Map.Binary<TOp, T>(x.Memory<T>(start, count, beside), y.Memory<T>(start, count, beside), to);
        }
    }

    protected override void RunWhole(Device device) => device.Binary<TOp, T>(x.Operand, y.Operand, z.Operand);
}

internal sealed class TernaryCall<TOp, T> : ElementwiseCall
    where TOp : struct, ITernaryOp
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;
    private readonly Place z;
    private readonly Place w;

    public TernaryCall(Place x, Place y, Place z, Place w)
    {
        (this.x, this.y, this.z, this.w) = (x, y, z, w);
        (Reads, Writes) = ([x, y, z], [w]);
        Measure();
        if (Count > 1 && (x.IsScalar || y.IsScalar || z.IsScalar))
        {
            Count = 0;
        }
    }

    public override bool IsDear => Cuts.IsDear<TOp>();

    public override void RunTile(nint start, nint count, Storage? beside) => Map.Ternary<TOp, T>(
        x.Memory<T>(start, count, beside), y.Memory<T>(start, count, beside), z.Memory<T>(start, count, beside), w.Memory<T>(start, count, beside));

    protected override void RunWhole(Device device) => device.Ternary<TOp, T>(x.Operand, y.Operand, z.Operand, w.Operand);
}
