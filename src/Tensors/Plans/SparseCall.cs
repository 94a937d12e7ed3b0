namespace Onsager.Tensors;

internal sealed class SparseCall<T> : Call
    where T : unmanaged
{
    private readonly SparseForm form;
    private readonly Place x;
    private readonly Place y;
    private readonly Place results;

    public SparseCall(SparseForm form, Place x, Place y, Place results)
    {
        this.form = form;
        (this.x, this.y, this.results) = (x, y, results);
        (Reads, Writes) = ([x, y], [results]);
    }

    public override void Run(Device device) => device.Sparse<T>(form, x.Operand, y.Operand, results.Operand);
}
