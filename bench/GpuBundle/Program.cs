using Onsager.GpuBundle;
using Onsager.Micro.Gpu;

if (args is not ([] or ["agree"] or ["bench"]))
{
    Console.Error.WriteLine("usage: onsager-gpu [agree|bench]; both unless told");
    return 2;
}

int code = 0;
if (args is [] or ["agree"])
{
    code = AgreementRun.Run();
}

if (args is [] or ["bench"])
{
    code = Math.Max(code, GpuReport.Run([]));
}

return code;
