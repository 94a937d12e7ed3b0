namespace Onsager.Papers;

internal static class LargeTensors
{
    public static void Run(RunContext context)
    {
        context.Progress("LargeTensors", 1);
    }

    public static void Large(RunContext context) => context.Progress("LargeTensors", 1);
}
