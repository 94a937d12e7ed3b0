using Onsager.Exchange;

// exchange write FOLDER: what NumPy and safetensors shall read. exchange read FOLDER: what they wrote. One line for each check, "ok NAME" or "FAIL NAME: why".
if (args.Length != 2 || args[0] is not ("write" or "read") || !Directory.Exists(args[1]))
{
    Console.Error.WriteLine("usage: exchange write|read FOLDER");
    return 2;
}

Checks checks = new(args[1]);
if (args[0] == "write")
{
    Writing.All(checks);
}
else
{
    Reading.All(checks);
}

return checks.Failed == 0 ? 0 : 1;
