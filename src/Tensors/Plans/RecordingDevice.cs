using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>A device as a step that is being recorded sees it: each call is done, and kept. What only the processor's memory itself allows is refused.</summary>
internal sealed class RecordingDevice(Device inner, Recorder recorder) : Device
{
    /// <summary>The device that does the work.</summary>
    public Device Inner { get; } = inner;

    public override string Name => $"{Inner.Name} while a plan is recorded";

    public override DeviceKind Kind => Inner.Kind;

    public override bool IsExact => Inner.IsExact;

    public override Storage Allocate(nint bytes) => Inner.Allocate(bytes);

    protected internal override void Recycle(Storage storage) => Inner.Recycle(storage);

    public override void CopyFromHost<T>(ReadOnlySpan<T> source, Storage destination, nint offset)
    {
        if (!recorder.IsOwn(destination))
        {
            throw new NotSupportedException("plan: the step copies numbers from the host into a tensor from outside, and they would stay the same; give the plan that tensor as an input.");
        }

        Layout layout = Layout.Contiguous([source.Length], offset);
        recorder.Run(Inner, new HostCall<T>(source, Place.Of<T>(new Operand(destination, in layout))));
    }

    public override void CopyToHost<T>(Storage source, nint offset, Span<T> destination) => throw Recorder.ReadsHost();

    public override void Copy<T>(Operand x, Operand y) => recorder.Run(Inner, new CopyCall<T>(Place.Of<T>(x), Place.Of<T>(y)));

    public override void Fill<T>(T value, Operand y) => recorder.Run(Inner, new FillCall<T>(value, Place.Of<T>(y)));

    public override void Unary<TOp, T>(Operand x, Operand y) => recorder.Run(Inner, new UnaryCall<TOp, T>(Place.Of<T>(x), Place.Of<T>(y)));

    public override void Binary<TOp, T>(Operand x, Operand y, Operand z) =>
        recorder.Run(Inner, new BinaryCall<TOp, T>(Place.Of<T>(x), Place.Of<T>(y), Place.Of<T>(z)));

    public override void Ternary<TOp, T>(Operand x, Operand y, Operand z, Operand w) =>
        recorder.Run(Inner, new TernaryCall<TOp, T>(Place.Of<T>(x), Place.Of<T>(y), Place.Of<T>(z), Place.Of<T>(w)));

    public override void Compare<TRelation, T>(Operand x, Operand y, Operand z) =>
        recorder.Run(Inner, new CompareCall<TRelation, T>(Place.Of<T>(x), Place.Of<T>(y), Place.Of<bool>(z)));

    public override void Combine<TLogic>(Operand x, Operand y, Operand z) =>
        recorder.Run(Inner, new CombineCall<TLogic>(Place.Of<bool>(x), Place.Of<bool>(y), Place.Of<bool>(z)));

    public override void Choose<T>(Operand mask, Operand x, Operand y, Operand w) =>
        recorder.Run(Inner, new ChooseCall<T>(Place.Of<bool>(mask), Place.Of<T>(x), Place.Of<T>(y), Place.Of<T>(w)));

    public override void Sum<T>(Operand x, Operand y) => recorder.Run(Inner, new SumCall<T>(Place.Of<T>(x), Place.Of<T>(y)));

    public override void Reduce<TReduction, T>(TReduction reduction, Operand x, Operand y) =>
        recorder.Run(Inner, new ReduceCall<TReduction, T>(reduction, Place.Of<T>(x), Place.Of<T>(y)));

    public override void ArgExtreme<T>(bool isLargest, Operand x, Operand y) =>
        recorder.Run(Inner, new ArgExtremeCall<T>(isLargest, Place.Of<T>(x), Place.Of<int>(y)));

    public override void Softmax<T>(bool isLogarithm, Operand x, Operand y) => recorder.Run(Inner, new SoftmaxCall<T>(isLogarithm, Place.Of<T>(x), Place.Of<T>(y)));

    public override void CumulativeSum<T>(Operand x, Operand y) => recorder.Run(Inner, new CumulativeSumCall<T>(Place.Of<T>(x), Place.Of<T>(y)));

    public override void MatMul<T>(T alpha, Operand a, Operand b, T beta, Operand c) =>
        recorder.Run(Inner, new MatMulCall<T>(alpha, Place.Of<T>(a), Place.Of<T>(b), beta, Place.Of<T>(c)));

    public override void MatMulBatch<T>(Operand a, Operand b, Operand c) => recorder.Run(Inner, new MatMulBatchCall<T>(Place.Of<T>(a), Place.Of<T>(b), Place.Of<T>(c)));

    public override void Linear<T>(Operand x, Operand weight, Operand bias, Operand y) =>
        recorder.Run(Inner, new LinearCall<T>(Place.Of<T>(x), Place.Of<T>(weight), Place.Of<T>(bias), Place.Of<T>(y)));

    public override void Linear<TOp, T>(Operand x, Operand weight, Operand bias, Operand y) =>
        recorder.Run(Inner, new LinearCall<TOp, T>(Place.Of<T>(x), Place.Of<T>(weight), Place.Of<T>(bias), Place.Of<T>(y)));

    public override void Random<TDistribution, T>((T A, T B, T C) parameters, ulong seed, ulong stream, ulong first, Operand y) =>
        recorder.Run(Inner, new RandomCall<TDistribution, T>(parameters, (seed, stream, first), Place.Of<T>(y)));

    public override void Draw<TDraw, T>(TDraw draw, ulong seed, ulong stream, ulong first, Operand y) =>
        recorder.Run(Inner, new DrawCall<TDraw, T>(draw, (seed, stream, first), Place.Of<T>(y)));

    public override void Update<TUpdate, T>(TUpdate update, Operand gradients, Operand parameters, Operand first, Operand second) =>
        recorder.Run(Inner, new UpdateCall<TUpdate, T>(update, Place.Of<T>(gradients), Place.Of<T>(parameters), Place.Of<T>(first), Place.Of<T>(second)));

    public override void Convert<TFrom, TTo>(Operand x, Operand y) => recorder.Run(Inner, new ConvertCall<TFrom, TTo>(Place.Of<TFrom>(x), Place.Of<TTo>(y)));

    public override void Gather<T>(IndexedAxis axis, Operand x, Operand indices, Operand y) =>
        recorder.Run(Inner, new GatherCall<T>(axis, Place.Of<T>(x), Place.Of<int>(indices), Place.Of<T>(y)));

    public override void Scatter<T>(IndexedAxis axis, bool isSum, Operand x, Operand indices, Operand source, Operand y) =>
        recorder.Run(Inner, new ScatterCall<T>(axis, isSum, Place.Of<T>(x), Place.Of<int>(indices), Place.Of<T>(source), Place.Of<T>(y)));

    public override void CrossEntropy<T>(Operand scores, Operand labels, Operand probabilities, Operand loss) =>
        recorder.Run(Inner, new CrossEntropyCall<T>(Place.Of<T>(scores), Place.Of<int>(labels), Place.Of<T>(probabilities), Place.Of<T>(loss)));

    public override void CrossEntropyGradient<T>(Operand probabilities, Operand labels, Operand dy, Operand dx) =>
        recorder.Run(Inner, new CrossEntropyGradientCall<T>(Place.Of<T>(probabilities), Place.Of<int>(labels), Place.Of<T>(dy), Place.Of<T>(dx)));

    internal override void Fourier<T>(FourierForm form, Operand x, Operand y) => recorder.Run(Inner, new FourierCall<T>(form, Place.Of<T>(x), Place.Of<T>(y)));

    internal override void RealFourier<T>(RealForm form, Operand x, Operand y) => recorder.Run(Inner, new RealFourierCall<T>(form, Place.Of<T>(x), Place.Of<T>(y)));

    internal override void Sparse<T>(SparseForm form, Operand x, Operand y, Operand results) =>
        recorder.Run(Inner, new SparseCall<T>(form, Place.Of<T>(x), Place.Of<T>(y), Place.Of<T>(results)));

    internal override void CopyWindows<T>(Operand windows, Operand packed) => recorder.Run(Inner, new WindowsCall<T>(Place.Of<T>(windows), Place.Of<T>(packed)));

    internal override bool TryConvolve<T>(Operand weights, Operand windows, Operand bias, Operand y) =>
        recorder.Try(Inner, new ConvolveCall<T>(Place.Of<T>(weights), Place.Of<T>(windows), bias.Storage is null ? null : Place.Of<T>(bias), Place.Of<T>(y)));

    internal override bool TryWeightGradient<T>(Operand windows, Operand dy, Operand dw) =>
        recorder.Try(Inner, new WeightGradientCall<T>(Place.Of<T>(windows), Place.Of<T>(dy), Place.Of<T>(dw)));

    internal override bool TryPool<T>(Operand windows, Operand y, bool isMax) => recorder.Try(Inner, new PoolCall<T>(Place.Of<T>(windows), Place.Of<T>(y), isMax));

    internal override bool TryMaxAdjoint<T>(Operand windows, Operand y, Operand dy, Operand target, Operand dx) =>
        recorder.Try(Inner, new MaxAdjointCall<T>(Place.Of<T>(windows), Place.Of<T>(y), Place.Of<T>(dy), Place.Of<T>(target), Place.Of<T>(dx)));

    internal override bool TryAverageAdjoint<T>(Operand dy, Operand target, Operand dx) =>
        recorder.Try(Inner, new AverageAdjointCall<T>(Place.Of<T>(dy), Place.Of<T>(target), Place.Of<T>(dx)));

    internal override bool TryMaxGather<T>(Operand windows, Operand y, Operand others, Operand result) =>
        recorder.Try(Inner, new MaxGatherCall<T>(Place.Of<T>(windows), Place.Of<T>(y), Place.Of<T>(others), Place.Of<T>(result)));

    internal override bool TryPad<T>(Operand x, int top, int left, T value, Operand y) =>
        recorder.Try(Inner, new PadCall<T>(Place.Of<T>(x), (top, left), value, Place.Of<T>(y)));

    public override void Synchronize() => Inner.Synchronize();
}
