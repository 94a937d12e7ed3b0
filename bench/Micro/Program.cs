using BenchmarkDotNet.Running;
using Onsager.Micro;
using Onsager.Micro.Accuracy;
using Onsager.Micro.Gpu;

if (args is ["core"])
{
    return CoreReport.Run();
}

if (args is ["accuracy", ..])
{
    return AccuracyCommand.Run(args[1..]);
}

if (args is ["reductions"])
{
    return ReductionReport.Run();
}

if (args is ["pool"])
{
    return PoolReport.Run();
}

if (args is ["derivatives"])
{
    return DerivativeReport.Run();
}

if (args is ["ode"])
{
    return OdeReport.Run();
}

if (args is ["gpu", ..])
{
    return GpuReport.Run(args[1..]);
}

if (args is ["pairs"])
{
    return PairSweep.Run();
}

if (args is [] or ["-h"] or ["--help"])
{
    Console.WriteLine("core            the core's multiply-add ceiling, our products and operators beside it, interleaved in one run");
    Console.WriteLine("accuracy        errors of every unary operator over all float32 inputs, or with --double against MPFR; accuracy --help says more");
    Console.WriteLine("reductions      sums, extrema, softmax and cumulative sums, beside the framework's where it has them, interleaved in one run");
    Console.WriteLine("pool            what a second thread costs and from which sizes on it pays; how products scale beside the ceiling");
    Console.WriteLine("derivatives     backward beside forward, a Hessian-vector product beside a gradient, over the networks of the tests");
    Console.WriteLine("ode             a step of Dopri5 on three equations beside the same step written out by hand");
    Console.WriteLine("gpu             every device: copies, elementwise work, reductions, products, launches, a training step; peers where they are (gpu opencl: one kind)");
    Console.WriteLine("pairs           errors of pow, hypot and atan2: float64 against MPFR, then float32 over 2^27 pairs against float64");
    Console.WriteLine("anything else   BenchmarkDotNet's command line, e.g. --filter '*Gemm*' or --list flat");
    return args is [] ? 2 : 0;
}

return BenchmarkSwitcher.FromAssembly(typeof(CoreReport).Assembly).Run(args).All(summary => summary.BenchmarksCases.Length > 0 && !summary.HasCriticalValidationErrors) ? 0 : 2;
