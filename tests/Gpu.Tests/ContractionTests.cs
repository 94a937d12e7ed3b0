using Onsager.Tensors;

namespace Onsager.Gpu.Tests;

/// <summary>Contractions of symmetric numbers on a device: the processor's bits, whether numbers are stored or made on the way.</summary>
public sealed class ContractionTests
{
    /// <summary>Order, size and columns: within a part and a tile, several parts, a tile's end, strips, more than one group of columns.</summary>
    public static TheoryData<int, int, int> Cases => new()
    {
        { 2, 2, 16 }, { 2, 5, 32 }, { 2, 127, 16 }, { 2, 131, 48 }, { 2, 1100, 16 }, { 2, 2060, 16 }, { 2, 7100, 16 }, { 3, 3, 16 }, { 3, 6, 32 }, { 3, 127, 16 }, { 3, 150, 32 },
    };

    [DeviceTheory(DeviceKind.OpenCl), MemberData(nameof(Cases))]
    public void OpenClAgrees(int order, int size, int columns) => Agreement.Check(DeviceKind.OpenCl, device => Contractions(device, order, size, columns));

    [DeviceTheory(DeviceKind.Cuda), MemberData(nameof(Cases))]
    public void CudaAgrees(int order, int size, int columns) => Agreement.Check(DeviceKind.Cuda, device => Contractions(device, order, size, columns));

    [Theory]
    [InlineData(2, 21, 16)]
    [InlineData(3, 9, 16)]
    public void TheSimulationAgrees(int order, int size, int columns) => Agreement.Check(DeviceKind.Emulated, device => Contractions(device, order, size, columns));

    private static float[] Contractions(Device device, int order, int size, int columns)
    {
        using Scope scope = Scope.Begin();
        using SymmetricNoise stored = SymmetricNoise.Stored(order, size, new RandomStream(7, 3), device), streamed = SymmetricNoise.Streamed(order, size, new RandomStream(7, 3), device);
        Tensor<float> x = new RandomStream(1).Normal<float>([size, columns], device), y = Tensor.EmptyLike(x), z = Tensor.EmptyLike(x);
        stored.ContractInto(x, y);
        streamed.ContractInto(x, z);
        return [.. y.ToArray(), .. z.ToArray()];
    }
}
