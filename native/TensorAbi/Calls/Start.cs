using System.Runtime.CompilerServices;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>What is done once, before anything else.</summary>
internal static class Start
{
    private const int MostThreads = 256;

#pragma warning disable CA2255 // the number of threads must not change while something computes
    [ModuleInitializer]
    internal static void Threads()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_NUM_THREADS"), out int wanted) && wanted > 0)
        {
            Device.Cpu.Threads = int.Min(wanted, MostThreads);
        }
    }
#pragma warning restore CA2255
}
