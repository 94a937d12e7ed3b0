using BenchmarkDotNet.Running;
using Onsager.Micro;

if (args is ["core"])
{
    return CoreReport.Run();
}

if (args is ["reductions"])
{
    return ReductionReport.Run();
}

if (args is [] or ["-h"] or ["--help"])
{
    Console.WriteLine("core            the core's multiply-add ceiling, our products and operators beside it, interleaved in one run");
    Console.WriteLine("reductions      sums, extrema, softmax and cumulative sums, beside the framework's where it has them, interleaved in one run");
    Console.WriteLine("anything else   BenchmarkDotNet's command line, e.g. --filter '*Gemm*' or --list flat");
    return args is [] ? 2 : 0;
}

return BenchmarkSwitcher.FromAssembly(typeof(CoreReport).Assembly).Run(args).All(summary => summary.BenchmarksCases.Length > 0 && !summary.HasCriticalValidationErrors) ? 0 : 2;
