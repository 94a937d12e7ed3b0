using BenchmarkDotNet.Running;
using Onsager.Micro;

return args switch
{
    ["core"] => CoreReport.Run(),
    _ => BenchmarkSwitcher.FromAssembly(typeof(CoreReport).Assembly).Run(args).Any() ? 0 : 2,
};
