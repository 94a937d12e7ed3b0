using System.Numerics.Tensors;
using System.Reflection;

namespace Onsager.Peers;

/// <summary>The framework's span operations: package System.Numerics.Tensors.</summary>
internal static class Primitives
{
    public static string Version { get; } =
        typeof(TensorPrimitives).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";

    /// <summary>Such as "TensorPrimitives 11".</summary>
    public static string Name { get; } = $"TensorPrimitives {Version.Split('.')[0]}";
}
