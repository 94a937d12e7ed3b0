namespace Onsager.Tensors.Tests;

/// <summary>
/// Files with something wrong in them: nothing but InvalidDataException may come out of a reader, and no more memory may be taken than the bytes
/// that are there. 10^4 of each format from spans, or as many as ONSAGER_CASES says, and a tenth of that through real files.
/// </summary>
internal static class Mutations
{
    /// <summary>Room for messages, exceptions, tables and unpacking buffers, which no file can enlarge.</summary>
    private const long Room = 256 << 10;

    /// <summary>How many files are tried.</summary>
    public static int Cases => int.TryParse(Environment.GetEnvironmentVariable("ONSAGER_CASES"), out int given) ? given : 10_000;

    /// <summary>Tries mutated files; at least a quarter must be refused, and some must not.</summary>
    /// <param name="makes">Make good files.</param>
    /// <param name="read">Reads one, elements and all.</param>
    /// <param name="unpacked">How many bytes of packed data the reader takes on trust.</param>
    public static void Try(Func<Random, byte[]>[] makes, Action<byte[]> read, long unpacked = 0)
    {
        Random random = new(20251129);
        int refused = 0, cases = Cases;
        read(makes[0](random));
        for (int i = 0; i < cases; i++)
        {
            byte[] file = Of(random, makes[i % makes.Length](random));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(file);
            }
            catch (InvalidDataException problem)
            {
                Assert.Contains(": ", problem.Message, StringComparison.Ordinal);
                refused++;
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"case {i}: {Convert.ToHexString(file)}", problem);
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken <= (2L * file.Length) + Room + unpacked, $"case {i}: {taken} bytes for a file of {file.Length}: {Convert.ToHexString(file)}");
        }

        Assert.InRange(refused, cases / 4, cases - 1);
    }

    /// <summary>The same through real files.</summary>
    public static void TryFiles(Func<Random, byte[]>[] makes, Action<string> read)
    {
        using Folder folder = new();
        string path = folder.File("mutated");
        Random random = new(1129);
        int refused = 0, cases = int.Max(1000, Cases / 10);
        for (int i = 0; i < cases; i++)
        {
            byte[] file = Of(random, makes[i % makes.Length](random));

            // A new file each time: the last one may still be mapped.
            File.Delete(path);
            File.WriteAllBytes(path, file);
            try
            {
                read(path);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"case {i}: {Convert.ToHexString(file)}", problem);
            }
        }

        Assert.InRange(refused, cases / 4, cases - 1);
    }

    /// <summary>Every file that is cut short or goes on behind its end is refused.</summary>
    public static void TryEnds(byte[] file, Action<byte[]> read)
    {
        for (int length = 0; length < file.Length; length++)
        {
            byte[] part = file[..length];
            Assert.Throws<InvalidDataException>(() => read(part));
        }

        for (int extra = 1; extra < 20; extra++)
        {
            Assert.Throws<InvalidDataException>(() => read([.. file, .. new byte[extra]]));
            Assert.Throws<InvalidDataException>(() => read([.. file, .. file.AsSpan(0, int.Min(extra, file.Length))]));
        }
    }

    /// <summary>One to three edits: a bit, a byte, a digit for a digit, something left out, put in or doubled.</summary>
    public static byte[] Of(Random random, byte[] file)
    {
        List<byte> bytes = [.. file];
        for (int edits = random.Next(1, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, random.Next(1, bytes.Count - at + 1));
                    break;
                case 3:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    int digit = bytes.FindIndex(at, static b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                    {
                        bytes[digit] = (byte)random.Next('0', '9' + 1);
                    }

                    break;
                case 5:
                    int count = random.Next(1, int.Min(40, bytes.Count - at) + 1);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, count));
                    break;
                default:
                    int other = random.Next(bytes.Count);
                    (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                    break;
            }
        }

        return [.. bytes];
    }
}
