// Prints what the contract on bits promises, as hashes: the instruction set in the first line, then one line "hash name" for each piece
// of work. The same lines come out on every machine.
//
//   dotnet run -c Release --project tests/Simd.Conformance                                    print
//   dotnet run -c Release --project tests/Simd.Conformance -- --write tests/golden/bits.json  write them into the golden file
//   dotnet run -c Release --project tests/Simd.Conformance -- --check tests/golden/bits.json  compare with it: exit 1 if a hash differs or lacks
//   dotnet run -c Release --project tests/Simd.Conformance -- --hot                           only run the hottest loops (to be disassembled)
//   dotnet run -c Release --project tests/Simd.Conformance -- --hot elementwise               only run the loops of operators, conversions and random numbers
using Onsager.Conformance;
using Onsager.Simd;

switch (args)
{
    case []:
        Console.WriteLine($"instruction set: {Lanes.InstructionSet}");
        foreach ((string name, string hash) in Workload.Run<Native>())
        {
            Console.WriteLine($"{hash} {name}");
        }

        return 0;

    case ["--write", string path]:
        GoldenFile.Write(path, Workload.Run<Native>());
        return 0;

    case ["--check", string path]:
        return Check(path);

    case ["--hot"]:
        Workload.Hot();
        return 0;

    case ["--hot", "elementwise"]:
        Workload.HotElementwise();
        return 0;

    default:
        Console.Error.WriteLine("usage: Simd.Conformance [--write FILE | --check FILE | --hot [elementwise]]");
        return 2;
}

static int Check(string path)
{
    Dictionary<string, string> golden = GoldenFile.Read(path);
    int same = 0, different = 0;
    foreach ((string name, string hash) in Workload.Run<Native>())
    {
        if (golden.GetValueOrDefault(name) == hash)
        {
            same++;
        }
        else
        {
            different++;
            Console.Error.WriteLine($"{name}: {hash}, golden {golden.GetValueOrDefault(name, "absent")}");
        }
    }

    Console.WriteLine($"instruction set: {Lanes.InstructionSet}; {same} hashes as in {path}, {different} not");
    return different == 0 && same > 0 ? 0 : 1;
}
