using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Onsager.Peers;

/// <summary>libtorch through TorchSharp.</summary>
internal static partial class Libtorch
{
    private const int TrimThreshold = -1;
    private const int MapMaximum = -4;

    /// <summary>Such as "TorchSharp 0.107 (libtorch 2.10)".</summary>
    public static string Name { get; private set; } = "TorchSharp";

    /// <summary>Loads the libraries and pins their threads.</summary>
    /// <exception cref="NotSupportedException">They do not load on this system.</exception>
    public static void Open(int threads)
    {
        // TorchSharp has no form that writes into an existing tensor for most operators: a new one must cost libtorch no page faults.
        // glibc keeps freed memory for the next tensor, however large.
        _ = SetMalloc(TrimThreshold, int.MaxValue);
        _ = SetMalloc(MapMaximum, 0);
        set_num_threads(threads);
        _ = random.manual_seed(1);
        Version own = typeof(torch).Assembly.GetName().Version ?? new Version();
        Name = $"TorchSharp {own.Major}.{own.Minor} (libtorch {LibraryVersion()})";
    }

    /// <summary>No gradients on this thread until the result is disposed.</summary>
    public static IDisposable Inference() => inference_mode();

    /// <summary>A copy as a tensor of this shape.</summary>
    public static Tensor Of<T>(Memory<T> memory, params long[] shape)
        where T : unmanaged => Of(memory.Span, shape);

    /// <inheritdoc cref="Of{T}(Memory{T}, long[])"/>
    public static Tensor Of<T>(ReadOnlySpan<T> elements, params long[] shape)
        where T : unmanaged => (object)elements.ToArray() switch
        {
            float[] single => tensor(single, shape),
            double[] full => tensor(full, shape),
            long[] whole => tensor(whole, shape),
            _ => throw new NotSupportedException($"libtorch: no tensors of {typeof(T).Name} are made here."),
        };

    /// <summary>The operator, and its result thrown away.</summary>
    public static Action Discard(Func<Tensor> work) => () => work().Dispose();

    /// <summary>What this program was resolved against: the library does not tell its own version.</summary>
    private static string LibraryVersion()
    {
        string file = Path.ChangeExtension(Assembly.GetExecutingAssembly().Location, ".deps.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        const string Prefix = "libtorch-cpu-linux-x64/";
        string version = document.RootElement.GetProperty("libraries").EnumerateObject()
            .First(library => library.Name.StartsWith(Prefix, StringComparison.Ordinal)).Name[Prefix.Length..];
        return string.Join('.', version.Split('.').Take(2));
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMalloc(int parameter, int value);
}
