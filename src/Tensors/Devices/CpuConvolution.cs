using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>Convolutions whose windows are not written out, image by image; each element's chain is its own, so bits do not notice how they are shared.</summary>
public sealed partial class CpuDevice
{
    /// <summary>Columns of a result that fill enough of a register for rows that are taken one by one.</summary>
    private const int WideRow = 8;

    /// <summary>Lines of a kernel that fill a tile.</summary>
    private const int TileLines = 4;

    /// <remarks>Where they are more than a step apart, or a row of the result is much shorter than one of the image, they are better written out first.</remarks>
    internal override bool TryConvolve<T>(Operand weights, Operand windows, Operand bias, Operand y)
    {
        Shape shape = windows.Layout.Shape;
        if (shape[2] * shape[3] * shape[4] >= int.MaxValue || !Takes(in windows.Layout, in y.Layout) || !weights.Layout.IsContiguous)
        {
            return false;
        }

        nint images = shape[0], groups = shape[1], outputs = weights.Layout.Shape[1], rows = shape[5], columns = shape[6];
        double rowFlop = 2.0 * outputs * columns * shape[2] * shape[3] * shape[4], flop = rowFlop * rows * images * groups;
        nint rowsPerPart = flop < Cuts.Product ? rows : (nint)double.Clamp(Cuts.ProductPart / rowFlop, 1, rows), bands = (rows + rowsPerPart - 1) / rowsPerPart;
        nint pieces = images * groups * bands, perPart = flop < Cuts.Product ? pieces : (nint)double.Clamp(Cuts.ProductPart / (rowFlop * rowsPerPart), 1, pieces);
        workers.Run(
            new ImageParts<T>(weights, windows, bias, y, (int)rowsPerPart, bands, pieces, perPart), checked((int)((pieces + perPart - 1) / perPart)), flop >= Cuts.LongProduct);
        return true;
    }

    /// <remarks>Rows and columns of dy are to be in order, and a span is to number all elements.</remarks>
    internal override bool TryWeightGradient<T>(Operand windows, Operand dy, Operand dw)
    {
        Shape shape = windows.Layout.Shape;
        nint images = shape[0], groups = shape[1], places = shape[5] * shape[6], k = shape[2] * shape[3] * shape[4], outputs = dw.Layout.Shape[0] / groups;
        (nint first, nint end) = windows.Layout.Extent();
        nint lanes = outputs is > 0 and <= int.MaxValue / 2 ? Conv.Lanes<T>((int)outputs) : 0;
        bool isSmall = end - first <= int.MaxValue && lanes > 0 && images * places <= int.MaxValue / lanes && k <= int.MaxValue / outputs;
        if (images * places == 0 || !isSmall || !IsOrdered(in windows.Layout) || windows.Layout.Stride(0) < 0 || dy.Layout.Stride(3) != 1 || dy.Layout.Stride(2) != shape[6] || dy.Layout.Stride(1) < 0)
        {
            return false;
        }

        using Tensor<T> turned = Tensor.Empty<T>([images * places * lanes]);
        for (nint group = 0; group < groups; group++)
        {
            Turn<T>(dy, images, places, group * outputs, (int)outputs, turned.Node.Storage!, lanes);
            WeightParts<T> work = new(windows, group, turned.Node, (int)outputs, dw);
            double lineFlop = 2.0 * images * places * k * lanes / work.Lines;
            nint perPart = (nint)double.Clamp(Cuts.ProductPart / lineFlop, TileLines, nint.Max(TileLines, work.Lines)), parts = lineFlop * work.Lines < Cuts.Product ? 1 : (work.Lines + perPart - 1) / perPart;
            workers.Run(work with { PerPart = parts == 1 ? work.Lines : (int)perPart }, (int)parts, lineFlop * work.Lines >= Cuts.LongProduct);
        }

        return true;
    }

    /// <summary>Channels of a group of dy as lanes, image by image.</summary>
    private void Turn<T>(Operand dy, nint images, nint places, nint channel, int outputs, Storage turned, nint lanes)
        where T : unmanaged
    {
        (nint perPart, int parts) = Cuts.OfElementwise(images * places * lanes, isDear: false);
        nint imagesPerPart = parts == 1 ? images : nint.Max(1, perPart / (places * lanes));
        workers.Run(
            new TurnParts<T>(dy.Storage, dy.Layout, channel, outputs, places, turned, lanes, images, imagesPerPart),
            checked((int)((images + imagesPerPart - 1) / imagesPerPart)), images * places * lanes >= Cuts.WakesAtOnce);
    }

    /// <summary>Whether the steps of windows inside an image are none of them negative.</summary>
    private static bool IsOrdered(in Layout windows)
    {
        bool isOrdered = true;
        for (int axis = 2; axis < 7; axis++)
        {
            isOrdered &= windows.Shape[axis] == 1 || windows.Stride(axis) >= 0;
        }

        return isOrdered;
    }

    /// <summary>Whether these windows can be met where they lie, and the result be written where it belongs.</summary>
    private static bool Takes(in Layout windows, in Layout y)
    {
        Shape shape = windows.Shape;
        nint rows = shape[5], columns = shape[6], row = windows.Stride(5);
        bool isDense = (columns == 1 || windows.Stride(6) == 1) && (rows == 1 || row >= columns);
        bool isWorth = rows == 1 || columns >= WideRow ? columns >= WideRow : row <= 2 * columns && rows * columns >= 2 * WideRow;
        nint yRow = y.Stride(2), yChannel = y.Stride(1);
        nint channel = ((rows - 1) * (rows == 1 ? 0 : yRow)) + columns;
        bool isRows = (columns == 1 || y.Stride(3) == 1) && (rows == 1 || yRow >= columns) && (y.Shape[1] == 1 || yChannel >= channel)
            && (y.Shape[0] == 1 || y.Stride(0) >= ((y.Shape[1] - 1) * yChannel) + channel);
        return IsOrdered(in windows) && windows.Stride(0) >= 0 && IsSmall(in windows) && isDense && isWorth && isRows && IsSmall(in y);
    }

    /// <summary>Images of a group, or bands of rows of one image, some in each part.</summary>
    private readonly struct ImageParts<T>(
        Operand weights, Operand windows, Operand bias, Operand y, int rowsPerBand, nint bands, nint pieces, nint perPart) : IParts
        where T : unmanaged
    {
        private readonly Layout from = windows.Layout;
        private readonly Layout to = y.Layout;
        private readonly Storage images = windows.Storage;
        private readonly Storage weights = weights.Storage;
        private readonly Storage result = y.Storage;
        private readonly Storage? bias = bias.Storage;
        private readonly nint firstBias = bias.Storage is null ? 0 : bias.Layout.Offset;
        private readonly nint firstWeight = weights.Layout.Offset;
        private readonly nint outputs = weights.Layout.Shape[1];

        public void Run(int part)
        {
            nint end = nint.Min((part + 1) * perPart, pieces), count;
            for (nint piece = part * perPart; piece < end; piece += count)
            {
                (nint matrix, nint band) = nint.DivRem(piece, bands);
                (nint group, nint n) = nint.DivRem(matrix, from.Shape[0]);
                count = bands > 1 ? 1 : nint.Min(end - piece, from.Shape[0] - n);
                Band(n, (int)count, group, (int)band * rowsPerBand);
            }
        }

        private void Band(nint n, int count, nint group, int first)
        {
            int rows = int.Min(rowsPerBand, (int)from.Shape[5] - first), columns = (int)from.Shape[6];
            ImageWindows windows = new(
                (int)from.Shape[2], (int)from.Shape[3], (int)from.Shape[4], rows, columns, Step(in from, 2), Step(in from, 3), Step(in from, 4), from.Shape[5] == 1 ? columns : from.Stride(5), 1);
            nint k = windows.Taps, yChannel = outputs == 1 ? 0 : to.Stride(1), yRow = rows == 1 ? columns : to.Stride(2);
            nint start = from.Offset + (n * from.Stride(0)) + (group * from.Stride(1)) + (first * from.Stride(5));
            nint target = to.Offset + (n * to.Stride(0)) + (group * outputs * to.Stride(1)) + (first * to.Stride(2));
            nint imageStep = count == 1 ? 0 : from.Stride(0), yImage = count == 1 ? 0 : to.Stride(0);
            Conv.Forward(
                in windows, Memory<T>(images, start, ((count - 1) * imageStep) + windows.Reach), count, imageStep,
                Memory<T>(weights, firstWeight + (group * outputs * k), outputs * k), (int)outputs,
                bias is null ? default : Memory<T>(bias, firstBias + (group * outputs), outputs),
                Memory<T>(result, target, ((count - 1) * yImage) + ((outputs - 1) * yChannel) + ((rows - 1) * yRow) + columns), yImage, yChannel, yRow);
        }
    }

    private readonly struct TurnParts<T>(
        Storage dy, Layout layout, nint channel, int outputs, nint places, Storage turned, nint lanes, nint images, nint perPart) : IParts
        where T : unmanaged
    {
        private readonly Layout layout = layout;

        public void Run(int part)
        {
            nint end = nint.Min((part + 1) * perPart, images), step = outputs == 1 ? 0 : layout.Stride(1);
            for (nint n = part * perPart; n < end; n++)
            {
                nint start = layout.Offset + (n * layout.Stride(0)) + (channel * layout.Stride(1));
                Conv.Turn(
                    Memory<T>(dy, start, ((outputs - 1) * step) + places), outputs, step, places, Memory<T>(turned, n * places * lanes, places * lanes));
            }
        }
    }

    /// <summary>Lines of the kernel, some in each part.</summary>
    private readonly record struct WeightParts<T> : IParts
        where T : unmanaged
    {
        private readonly Storage image;
        private readonly Storage result;
        private readonly TensorNode turned;
        private readonly ImageWindows windows;
        private readonly nint start;
        private readonly nint images;
        private readonly nint imageStep;
        private readonly nint target;
        private readonly int outputs;

        public WeightParts(Operand x, nint group, TensorNode turned, int outputs, Operand dw)
        {
            Layout from = x.Layout;
            windows = new(
                (int)from.Shape[2], (int)from.Shape[3], (int)from.Shape[4], (int)from.Shape[5], (int)from.Shape[6], Step(in from, 2), Step(in from, 3), Step(in from, 4), Step(in from, 5), Step(in from, 6));
            image = x.Storage;
            result = dw.Storage;
            this.turned = turned;
            this.outputs = outputs;
            start = from.Offset + (group * from.Stride(1));
            images = from.Shape[0];
            imageStep = Step(in from, 0);
            target = dw.Layout.Offset + (group * outputs * windows.Taps);
            Lines = Conv.Lines(in windows);
        }

        /// <summary>Lines of the kernel.</summary>
        public int Lines { get; }

        /// <summary>Lines of a part.</summary>
        public int PerPart { get; init; }

        public void Run(int part)
        {
            int first = part * PerPart, lines = int.Min(PerPart, Lines - first);
            nint reach = images == 0 ? 0 : ((images - 1) * imageStep) + windows.Reach;
            Conv.Weights(
                in windows, Memory<T>(image, start, reach), (int)images, imageStep, Memory<T>(turned.Storage!, turned.Layout.Offset, turned.Layout.Shape.Size),
                outputs, first, lines, Memory<T>(result, target, outputs * windows.Taps));
        }
    }
}
