using System.Runtime.InteropServices;

namespace Onsager.Micro.Gpu;

/// <summary>NVIDIA's product, bound by hand: ILGPU's binding knows no cuBLAS 13 and no mathematics mode. Names and numbers are those of cublas_api.h.</summary>
internal sealed unsafe class CuBlas : IDisposable
{
    // CUBLAS_PEDANTIC_MATH: float32 throughout; CUBLAS_TF32_TENSOR_OP_MATH.
    private const int Pedantic = 2;
    private const int TensorFloat = 3;
    private const int NotTransposed = 0;

    private static readonly nint s_library = Load();

    private readonly nint handle;

    /// <summary>A handle on a stream of the context that is bound to this thread.</summary>
    /// <exception cref="InvalidOperationException">The library refuses.</exception>
    public CuBlas(nint stream, bool isTensorFloat)
    {
        nint made;
        Check(((delegate* unmanaged<nint*, int>)Export("cublasCreate_v2"))(&made), "create");
        handle = made;
        Check(((delegate* unmanaged<nint, nint, int>)Export("cublasSetStream_v2"))(handle, stream), "set stream");
        Check(((delegate* unmanaged<nint, int, int>)Export("cublasSetMathMode"))(handle, isTensorFloat ? TensorFloat : Pedantic), "set mathematics mode");
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsPresent => s_library != 0;

    /// <summary>C = A B of n x n matrices of float32 by columns.</summary>
    public void Product(int n, nint a, nint b, nint c)
    {
        float one = 1, zero = 0;
        Check(
            ((delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, nint, int, float*, nint, int, int>)Export("cublasSgemm_v2"))(
                handle, NotTransposed, NotTransposed, n, n, n, &one, a, n, b, n, &zero, c, n),
            "sgemm");
    }

    /// <inheritdoc/>
    public void Dispose() => _ = ((delegate* unmanaged<nint, int>)Export("cublasDestroy_v2"))(handle);

    private static nint Export(string name) => NativeLibrary.GetExport(s_library, name);

    private static nint Load()
    {
        foreach (string name in (string[])["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"])
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return library;
            }
        }

        return 0;
    }

    private static void Check(int status, string call)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"cublas: {call} returned {status}.");
        }
    }
}
