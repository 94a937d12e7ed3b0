namespace Onsager.Papers;

internal static class LargeMeta
{
    public static void Run(RunContext context)
    {
    }
}
