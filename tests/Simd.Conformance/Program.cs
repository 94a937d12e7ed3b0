// Prints what the contract on bits promises, as hashes: the instruction set in the first line, then one line "hash name" for each piece
// of work. The same lines come out on every machine.
//
//   dotnet run -c Release --project tests/Simd.Conformance                                    print
//   dotnet run -c Release --project tests/Simd.Conformance -- --write tests/golden/bits.json  write them into the golden file
//   dotnet run -c Release --project tests/Simd.Conformance -- --hot                           only run the hottest loops (to be disassembled)
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

    case ["--hot"]:
        Workload.Hot();
        return 0;

    default:
        Console.Error.WriteLine("usage: Simd.Conformance [--write FILE | --hot]");
        return 2;
}
