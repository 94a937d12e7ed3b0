using Onsager.Simd;

namespace Onsager.Tensors;

internal sealed class CompareCall<TRelation, T> : Call
    where TRelation : struct, IRelation
    where T : unmanaged
{
    private readonly Place x;
    private readonly Place y;
    private readonly Place z;

    public CompareCall(Place x, Place y, Place z)
    {
        (this.x, this.y, this.z) = (x, y, z);
        (Reads, Writes) = ([x, y], [z]);
    }

    public override void Run(Device device) => device.Compare<TRelation, T>(x.Operand, y.Operand, z.Operand);
}

internal sealed class CombineCall<TLogic> : Call
    where TLogic : struct, ILogic
{
    private readonly Place x;
    private readonly Place y;
    private readonly Place z;

    public CombineCall(Place x, Place y, Place z)
    {
        (this.x, this.y, this.z) = (x, y, z);
        (Reads, Writes) = ([x, y], [z]);
    }

    public override void Run(Device device) => device.Combine<TLogic>(x.Operand, y.Operand, z.Operand);
}

internal sealed class ChooseCall<T> : Call
    where T : unmanaged
{
    private readonly Place mask;
    private readonly Place x;
    private readonly Place y;
    private readonly Place w;

    public ChooseCall(Place mask, Place x, Place y, Place w)
    {
        (this.mask, this.x, this.y, this.w) = (mask, x, y, w);
        (Reads, Writes) = ([mask, x, y], [w]);
    }

    public override void Run(Device device) => device.Choose<T>(mask.Operand, x.Operand, y.Operand, w.Operand);
}
