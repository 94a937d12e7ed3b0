namespace Onsager.Tensors;

internal sealed class GatherCall<T> : Call
    where T : unmanaged
{
    private readonly IndexedAxis axis;
    private readonly Place x;
    private readonly Place indices;
    private readonly Place y;

    public GatherCall(IndexedAxis axis, Place x, Place indices, Place y)
    {
        (this.axis, this.x, this.indices, this.y) = (axis, x, indices, y);
        (Reads, Writes) = ([x, indices], [y]);
    }

    public override void Run(Device device) => device.Gather<T>(axis, x.Operand, indices.Operand, y.Operand);
}

internal sealed class ScatterCall<T> : Call
    where T : unmanaged
{
    private readonly IndexedAxis axis;
    private readonly bool isSum;
    private readonly Place x;
    private readonly Place indices;
    private readonly Place source;
    private readonly Place y;

    public ScatterCall(IndexedAxis axis, bool isSum, Place x, Place indices, Place source, Place y)
    {
        (this.axis, this.isSum) = (axis, isSum);
        (this.x, this.indices, this.source, this.y) = (x, indices, source, y);
        (Reads, Writes) = ([x, indices, source], [y]);
    }

    public override void Run(Device device) => device.Scatter<T>(axis, isSum, x.Operand, indices.Operand, source.Operand, y.Operand);
}
