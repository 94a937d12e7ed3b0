// The least that a program can do: what the start of another one is measured against.
Console.WriteLine(1);
