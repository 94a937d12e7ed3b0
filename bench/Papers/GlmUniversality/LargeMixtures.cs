namespace Onsager.Papers;

internal static class LargeMixtures
{
    public static void Run(RunContext context) => context.Heading("Large mixtures");
}
