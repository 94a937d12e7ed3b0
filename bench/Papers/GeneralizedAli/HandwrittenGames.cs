namespace Onsager.Papers;

internal sealed class HandwrittenImages { public static HandwrittenImages? Find(RunContext context) => null; }
internal static class HandwrittenGames { public static void Run(RunContext context, HandwrittenImages? images) {} }
internal static class LargeGamesOfTuples { public static void Run(RunContext context) {} }
