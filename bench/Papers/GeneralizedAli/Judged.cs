namespace Onsager.Papers;

/// <summary>Claims of trained nets, which a smoke run trains too little to judge: there they are numbers without a verdict.</summary>
internal sealed class Judged(RunContext context)
{
    public void Claim(string name, double value, double? expected = null, double? tolerance = null, double? low = null, double? high = null, string explanation = "")
    {
        if (context.Size == RunSize.Quick)
        {
            context.Report(name, value, explanation);
        }
        else
        {
            _ = context.Claim(name, value, expected, tolerance, low, high, explanation);
        }
    }
}
