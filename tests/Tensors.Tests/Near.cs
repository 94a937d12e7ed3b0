namespace Onsager.Tensors.Tests;

/// <summary>Numbers are equal where they differ by no more than a distance.</summary>
internal sealed class Near(double distance) : IEqualityComparer<double>
{
    public bool Equals(double x, double y) => Math.Abs(x - y) <= distance;

    public int GetHashCode(double x) => 0;
}
