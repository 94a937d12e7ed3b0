using FsCheck.Xunit;

namespace Onsager.Tests;

/// <summary>A property that FsCheck tries on 200 random cases, or on as many as the environment variable ONSAGER_CASES says.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CasesAttribute : PropertyAttribute
{
    public CasesAttribute()
    {
        MaxTest = Count;
        QuietOnSuccess = true;
    }

    /// <summary>The number of cases.</summary>
    public static int Count => int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_CASES"), out int count) ? count : 200;
}
