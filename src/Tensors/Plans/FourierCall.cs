namespace Onsager.Tensors;

internal sealed class FourierCall<T> : Call
    where T : unmanaged
{
    private readonly FourierForm form;
    private readonly Place x;
    private readonly Place y;

    public FourierCall(FourierForm form, Place x, Place y)
    {
        (this.form, this.x, this.y) = (form, x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.Fourier<T>(form, x.Operand, y.Operand);
}

internal sealed class RealFourierCall<T> : Call
    where T : unmanaged
{
    private readonly RealForm form;
    private readonly Place x;
    private readonly Place y;

    public RealFourierCall(RealForm form, Place x, Place y)
    {
        (this.form, this.x, this.y) = (form, x, y);
        (Reads, Writes) = ([x], [y]);
    }

    public override void Run(Device device) => device.RealFourier<T>(form, x.Operand, y.Operand);
}
