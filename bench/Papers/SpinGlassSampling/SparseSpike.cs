namespace Onsager.Papers;

internal static class SparseSpike
{
    public static void Run(RunContext context)
    {
        context.Progress("SparseSpike", 1);
    }

    public static void Large(RunContext context) => context.Progress("SparseSpike", 1);
}
