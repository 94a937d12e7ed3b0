using Onsager.Simd;
using Onsager.Tensors;
using Onsager.Tensors.Tests;

namespace Onsager.Models.Tests;

/// <summary>The functions of tests/golden/tensors.py that PyTorch evaluated, written with our operations, layers and losses: from the inputs to the result.</summary>
internal static class PyTorchCases<T>
    where T : unmanaged
{
    public static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> All() =>
        new[] { Images(), Layers(), LossesAndReductions(), Indices(), Elements() }.SelectMany(part => part).ToDictionary(item => item.Key, item => item.Value);

    private static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> Images() => new()
    {
        ["x 2,4,9; w 6,2,3; b 6: F.conv1d(x, w, b, stride=2, padding=1, dilation=2, groups=2)"] = i => i[0].Conv1d(i[1], i[2], 2, 1, 2, 2),
        ["x 2,3,7; w 4,3,2: F.conv1d(x, w)"] = i => i[0].Conv1d(i[1]),
        ["x 2,2,5,6; w 4,2,3,2; b 4: F.conv2d(x, w, b)"] = i => i[0].Conv2d(i[1], i[2]),
        ["x 1,4,6,5; w 4,2,2,3; b 4: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(2, 1), groups=2)"] = i => i[0].Conv2d(i[1], i[2], (2, 1), (1, 2), (2, 1), 2),
        ["x 2,3,5,5; w 3,1,3,3: F.conv2d(x, w, stride=2, padding=1, groups=3)"] = i => i[0].Conv2d(i[1], null, 2, 1, groups: 3),
        ["x 2,4,5; w 4,2,3; b 4: F.conv_transpose1d(x, w, b, stride=3, padding=1, output_padding=2, groups=2, dilation=2)"] = i => i[0].ConvTranspose1d(i[1], i[2], 3, 1, 2, 2, 2),
        ["x 1,2,3,4; w 2,3,2,3; b 3: F.conv_transpose2d(x, w, b)"] = i => i[0].ConvTranspose2d(i[1], i[2]),
        ["x 1,4,3,2; w 4,1,2,3: F.conv_transpose2d(x, w, stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2, dilation=(1, 2))"] =
            i => i[0].ConvTranspose2d(i[1], null, (2, 3), (1, 0), (1, 2), 2, (1, 2)),
        ["x 2,3,9: F.max_pool1d(x, 3, stride=2, padding=1)"] = i => i[0].MaxPool1d(3, 2, 1),
        ["x 1,2,7,6: F.max_pool2d(x, 2)"] = i => i[0].MaxPool2d(2),
        ["x 1,2,7,6: F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 1), dilation=(1, 2))"] = i => i[0].MaxPool2d((3, 2), (2, 1), 1, (1, 2)),
        ["x 2,3,9: F.avg_pool1d(x, 3, stride=2, padding=1)"] = i => i[0].AvgPool1d(3, 2, 1),
        ["x 1,2,7,6: F.avg_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 1))"] = i => i[0].AvgPool2d((3, 2), (2, 1), 1),
        ["x 2,2,5: F.interpolate(x, 8)"] = i => i[0].Interpolate(8),
        ["x 1,2,4,5: F.interpolate(x, (7, 3))"] = i => i[0].Interpolate((7, 3)),
        ["x 2,2,5: F.interpolate(x, 8, mode='linear')"] = i => i[0].Interpolate(8, InterpolationMode.Linear),
        ["x 2,2,7: F.interpolate(x, 3, mode='linear')"] = i => i[0].Interpolate(3, InterpolationMode.Linear),
        ["x 2,2,5: F.interpolate(x, 9, mode='linear', align_corners=True)"] = i => i[0].Interpolate(9, InterpolationMode.Linear, alignCorners: true),
        ["x 1,2,4,5: F.interpolate(x, (7, 3), mode='bilinear')"] = i => i[0].Interpolate((7, 3), InterpolationMode.Linear),
        ["x 1,2,4,5: F.interpolate(x, (2, 9), mode='bilinear', align_corners=True)"] = i => i[0].Interpolate((2, 9), InterpolationMode.Linear, alignCorners: true),
        ["x 1,1,3,4: F.interpolate(x, (1, 6), mode='bilinear', align_corners=True)"] = i => i[0].Interpolate((1, 6), InterpolationMode.Linear, alignCorners: true),
    };

    private static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> Layers() => new()
    {
        ["x 3,4,5; w 5; b 5: F.layer_norm(x, [5], w, b, 1e-3)"] = i => new LayerNorm<T>(new(), "n", 5, 1e-3).Apply(Tensor.Concatenate(0, i[1], i[2]), i[0]),
        ["x 6,3; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, True, 0.3, 1e-3)"] = i => Norm(3, 0.3, 1e-3, true).Apply(Tensor.Concatenate(0, i[1], i[2]), i[0]),
        ["x 2,3,2,4; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, True, 0.1, 1e-5)"] = i => Norm(3, 0.1, 1e-5, true).Apply(Tensor.Concatenate(0, i[1], i[2]), i[0]),
        ["x 2,3,4; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, False, 0.1, 1e-5)"] = i => Norm(3, 0.1, 1e-5, false).Apply(Tensor.Concatenate(0, i[1], i[2]), i[0]),
        ["x 6,4; w 4,3; b 3: F.linear(x, w.T, b)"] = i => Linear.Declare(new ParameterBuffer<T>(), "l", 4, 3).Apply(Tensor.Concatenate(0, i[1].Flatten(), i[2]), i[0]),
        ["x 4,3: F.embedding(torch.tensor([[2, 0, 2], [3, 2, 0]]), x)"] = i =>
            new Embedding<T>(new(), "e", 4, 3).Apply(i[0].Flatten(), Tensor.From(new int[,] { { 2, 0, 2 }, { 3, 2, 0 } })),
        ["w 4,3: spectral(w)"] = i => new SpectralNorm<T>(new Parameter("w", 0, [4, 3]), new RandomStream(1), iterations: 200).Apply(i[0].Flatten()),
    };

    private static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> LossesAndReductions() => new()
    {
        ["x 5,4: F.cross_entropy(x, torch.tensor([3, 0, 1, 1, 2]))"] = i => Losses.SoftmaxCrossEntropy(i[0], Tensor.From([3, 0, 1, 1, 2])),
        ["x 5,4; t 5,4: F.mse_loss(x, t)"] = i => Losses.MeanSquaredError(i[0], i[1]),
        ["x 5,4; t 5,4: F.l1_loss(x, t)"] = i => Losses.MeanAbsoluteError(i[0], i[1]),
        ["x 5,4; t 5,4: F.huber_loss(x, t, delta=0.75)"] = i => Losses.Huber(i[0], i[1], 0.75),
        ["x 5,4; t 5,4: F.binary_cross_entropy_with_logits(x, torch.sigmoid(t))"] = i => Losses.Logistic(i[0], i[1].Sigmoid()),
        ["x 5,4; t 5,4: F.kl_div(F.log_softmax(x, 1), F.softmax(t, 1), reduction='batchmean')"] = i => Losses.KullbackLeibler(i[0].LogSoftmax(1), i[1].Softmax(1)),
        ["x 3,4,5: F.softmax(x, 1)"] = i => i[0].Softmax(1),
        ["x 3,4,5: F.log_softmax(x, 2)"] = i => i[0].LogSoftmax(2),
        ["x 3,4,5: torch.logsumexp(x, (0, 2))"] = i => i[0].LogSumExp([0, 2]),
        ["x 4,5: torch.cumsum(x, 0)"] = i => i[0].CumulativeSum(0),
        ["x 4,5: torch.std(x, 1, correction=1)"] = i => i[0].StandardDeviation(1, 1),
        ["x 4,5: torch.var(x, 0, correction=0)"] = i => i[0].Variance(0),
        ["x 4,5: torch.linalg.vector_norm(x, 2, 1)"] = i => i[0].Norm(1),
        ["x 4,5: torch.amax(x, 1)"] = i => i[0].Max(1),
        ["x 2,3,4; y 4,3: torch.einsum('bij,ji->bi', x, y)"] = i => Tensor.Einsum("bij,ji->bi", i[0], i[1]),
        ["x 3,2; y 2,3: torch.tanh(x @ y) @ x"] = i => i[0].MatMul(i[1]).Tanh().MatMul(i[0]),
    };

    private static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> Indices() => new()
    {
        ["x 4,5: torch.sort(x, 0).values"] = i => i[0].Sort(0),
        ["x 4,5: torch.topk(x, 2, 1).values"] = i => i[0].TopK(2, 1).Values,
        ["x 4,5: torch.gather(x, 1, torch.tensor([[0, 0, 4], [3, 2, 1], [1, 1, 1], [0, 2, 4]]))"] =
            i => i[0].TakeAlongAxis(1, Tensor.From(new int[,] { { 0, 0, 4 }, { 3, 2, 1 }, { 1, 1, 1 }, { 0, 2, 4 } })),
        ["x 4,5; s 2,5: x.scatter(0, torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 3, 1]]), s)"] =
            i => i[0].Scatter(0, Tensor.From(new int[,] { { 0, 3, 1, 1, 2 }, { 2, 2, 0, 3, 1 } }), i[1]),
        ["x 4,5; s 2,5: x.scatter_add(0, torch.tensor([[0, 3, 1, 1, 2], [0, 2, 1, 3, 1]]), s)"] =
            i => i[0].ScatterAdd(0, Tensor.From(new int[,] { { 0, 3, 1, 1, 2 }, { 0, 2, 1, 3, 1 } }), i[1]),
        ["x 4,5; s 3,5: x.index_add(0, torch.tensor([2, 0, 2]), s)"] = i => i[0].IndexAdd(0, Tensor.From([2, 0, 2]), i[1]),
        ["x 4,5: F.pad(x[None, None], (2, 1, 1, 2), mode='reflect')[0, 0]"] = i => i[0].Pad(PadMode.Reflect, (1, 2), (2, 1)),
        ["x 4,5: F.pad(x[None, None], (2, 1, 1, 2), mode='circular')[0, 0]"] = i => i[0].Pad(PadMode.Circular, (1, 2), (2, 1)),
    };

    private static Dictionary<string, Func<Tensor<T>[], Tensor<T>>> Elements() => new()
    {
        ["x 4,5: F.gelu(x)"] = i => i[0].Gelu(),
        ["x 4,5: F.gelu(x, approximate='tanh')"] = i => i[0].GeluTanh(),
        ["x 4,5: F.silu(x)"] = i => i[0].Silu(),
        ["x 4,5: F.mish(x)"] = i => i[0].Mish(),
        ["x 4,5: F.softplus(x)"] = i => i[0].Softplus(),
        ["x 4,5: F.elu(x, 0.5)"] = i => i[0].Elu(Tensor.Constant<T>(0.5)),
        ["x 4,5: F.leaky_relu(x, 0.125)"] = i => i[0].LeakyRelu(Tensor.Constant<T>(0.125)),
        ["x 4,5: F.relu(x)"] = i => new Activation<Relu, T>().Apply(i[0], i[0]),
        ["x 4,5: torch.special.erf(x)"] = i => i[0].Erf(),
        ["x 4,5: torch.special.erfc(x)"] = i => i[0].Erfc(),
        ["x 4,5: torch.special.log_ndtr(x)"] = i => i[0].LogNormalCdf(),
        ["x 4,5: torch.lgamma(x.square() + 0.25)"] = i => (i[0].Square() + Tensor.Constant<T>(0.25)).LogGamma(),
        ["x 4,5: torch.digamma(x.square() + 0.25)"] = i => (i[0].Square() + Tensor.Constant<T>(0.25)).Digamma(),
        ["x 4,5: torch.special.erfinv(x / 4)"] = i => (i[0] / Tensor.Constant<T>(4)).ErfInverse(),
    };

    private static BatchNorm<T> Norm(int channels, double momentum, double epsilon, bool isTraining)
    {
        BatchNorm<T> norm = new(new(), "n", channels, momentum, epsilon) { IsTraining = isTraining };
        GoldenValues.Ramp<T>([channels], 12).CopyInto(norm.RunningMean);
        (GoldenValues.Ramp<T>([channels], 13).Abs() + Tensor.Constant<T>(0.5)).CopyInto(norm.RunningVariance);
        return norm;
    }
}
