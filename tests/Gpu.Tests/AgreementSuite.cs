namespace Onsager.Gpu.Tests;

/// <summary>Names this assembly to a program that runs its tests.</summary>
public static class AgreementSuite
{
}
