using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Onsager.Gpu.Intrinsics;

/// <summary>
/// What a method means on a device, as text: {0} is the result, {1}, {2}, ... are the arguments. The method's own body is what the
/// CPU accelerator runs. ILGPU sees an opaque call and folds, reorders and contracts nothing.
/// </summary>
/// <param name="ptx">One PTX statement, or several in braces.</param>
/// <param name="openCl">One OpenCL C expression.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DeviceTextAttribute(string ptx, string openCl) : Attribute
{
    /// <summary>PTX that a property makes, for methods that OpenCL has not.</summary>
    public DeviceTextAttribute([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type home, string property)
        : this((string)home.GetProperty(property, BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!, "")
    {
    }

    /// <summary>The PTX statement.</summary>
    public string Ptx { get; } = ptx;

    /// <summary>The OpenCL C expression where the device has float64.</summary>
    public string OpenCl { get; } = openCl;

    /// <summary>The expression for a device without float64, if that is another one.</summary>
    public string? OpenClWithoutFloat64 { get; init; }
}
