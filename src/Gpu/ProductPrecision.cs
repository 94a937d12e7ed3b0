namespace Onsager.Gpu;

/// <summary>How precisely a device multiplies float32 matrices: see <see cref="GpuDevice.MatMulPrecision"/>.</summary>
public enum ProductPrecision
{
    /// <summary>float32 throughout, by the contract on bits.</summary>
    Full,

    /// <summary>Factors are rounded to TF32 (relative error 2^-11 each), their products are added in float32 in an order of the hardware's own.</summary>
    TensorFloat32,

    /// <summary>Factors are rounded to BF16 (relative error 2^-8 each), their products are added in float32 in an order of the hardware's own.</summary>
    BFloat16,
}
