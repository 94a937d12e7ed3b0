namespace Onsager.Tensors;

/// <summary>What a safetensors file says of one tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DataType">Its elements' type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Offset">Its first byte in the file.</param>
/// <param name="ByteCount">Its bytes.</param>
public sealed record SafetensorsEntry(string Name, DataType DataType, Shape Shape, long Offset, long ByteCount);
