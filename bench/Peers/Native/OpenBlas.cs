using System.Runtime.InteropServices;

namespace Onsager.Peers;

/// <summary>OpenBLAS through its C interface: <c>libopenblas.so.0</c> of Debian's libopenblas0-pthread.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    /// <summary>Such as "OpenBLAS 0.3.29".</summary>
    public static string Name { get; private set; } = "OpenBLAS";

    /// <summary>The version, the kernels chosen for this processor, and how it was built.</summary>
    public static string Configuration { get; private set; } = "";

    /// <summary>Loads the library and pins its threads.</summary>
    /// <exception cref="DllNotFoundException">It is not there.</exception>
    public static void Open(int threads)
    {
        // Its workers spin for 2^26 cycles after a call, which would slow down whoever is measured next. It reads the environment itself.
        SetEnvironment("OPENBLAS_THREAD_TIMEOUT", "20", 1);
        SetThreads(threads);
        Configuration = Marshal.PtrToStringUTF8(GetConfiguration()) ?? "";
        Name = string.Join(' ', Configuration.Split(' ').Take(2));
    }

    /// <summary>C [m, n] = op(A) op(B), row-major.</summary>
    public static void Multiply<T>(bool transposeA, bool transposeB, int m, int n, int k, T* a, int lda, T* b, int ldb, T* c)
        where T : unmanaged
    {
        int ta = transposeA ? Transposed : Plain, tb = transposeB ? Transposed : Plain;
        if (typeof(T) == typeof(float))
        {
            Sgemm(RowMajor, ta, tb, m, n, k, 1, (float*)a, lda, (float*)b, ldb, 0, (float*)c, n);
        }
        else
        {
            Dgemm(RowMajor, ta, tb, m, n, k, 1, (double*)a, lda, (double*)b, ldb, 0, (double*)c, n);
        }
    }

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_dgemm")]
    private static partial void Dgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, double alpha, double* a, int lda, double* b, int ldb, double beta, double* c, int ldc);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint GetConfiguration();

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
