using System.Runtime.InteropServices;

namespace Onsager.Blas;

/// <summary>
/// What is said of arguments that do not fit: to the program's own XERBLA or cblas_xerbla if it has one, otherwise on standard error, after
/// which the routine returns and has done nothing.
/// </summary>
/// <remarks>
/// The reference CBLAS calls the Fortran routine with its operands exchanged, passes the number found there on, and lets cblas_xerbla exchange
/// numbers back, told by the variable RowMajorStrg. A program that has this variable is spoken to in that way.
/// </remarks>
internal static unsafe partial class ErrorHandler
{
    private const int Longest = 32;

    /// <summary>Argument number <paramref name="info"/> of the Fortran routine does not fit.</summary>
    public static void Report<T>(Convention convention, ReadOnlySpan<byte> routine, int info)
    {
        byte* name = stackalloc byte[Longest];
        if (convention == Convention.Fortran)
        {
            int length = Named<T>(""u8, routine, name);
            while (length < 6)
            {
                name[length++] = (byte)' ';
            }

            delegate* unmanaged<byte*, int*, nint, void> own = (delegate* unmanaged<byte*, int*, nint, void>)Find("xerbla_"u8);
            if (own != null)
            {
                own(name, &info, length);
                return;
            }

            // Two places for the number, as the reference's format has it.
            ReadOnlySpan<byte> trimmed = new ReadOnlySpan<byte>(name, length).TrimEnd((byte)' ');
            Say(" ** On entry to "u8, trimmed, info < 10 ? " parameter number  "u8 : " parameter number "u8, info, " had an illegal value\n"u8);
            return;
        }

        Pass<T>(convention, routine, info + 1, ""u8, 0);
    }

    /// <summary>CBLAS: argument number <paramref name="position"/> is none of its enumeration's values.</summary>
    public static void Illegal<T>(Convention convention, ReadOnlySpan<byte> routine, int position, ReadOnlySpan<byte> form, int value) =>
        Pass<T>(convention, routine, position, form, value);

    private static void Pass<T>(Convention convention, ReadOnlySpan<byte> routine, int position, ReadOnlySpan<byte> form, int value)
    {
        byte* name = stackalloc byte[Longest], text = stackalloc byte[2 * Longest];
        int length = Named<T>("cblas_"u8, routine, name);
        int* isRowMajor = (int*)Find("RowMajorStrg"u8);
        if (isRowMajor != null)
        {
            *isRowMajor = convention == Convention.RowMajor ? 1 : 0;
        }

        if (convention == Convention.RowMajor && isRowMajor == null && form.IsEmpty)
        {
            position = Exchange.InRows(routine, position);
        }

        delegate* unmanaged<int, byte*, byte*, int, void> own = (delegate* unmanaged<int, byte*, byte*, int, void>)Find("cblas_xerbla"u8);
        if (own != null)
        {
            form.CopyTo(new Span<byte>(text, 2 * Longest));
            text[form.Length] = 0;
            own(position, name, text, value);
        }
        else
        {
            Say("Parameter "u8, default, default, position, " to routine "u8);
            Say(new(name, length), " was incorrect\n"u8, default, -1, default);
        }

        if (isRowMajor != null)
        {
            *isRowMajor = 0;
        }
    }

    /// <summary>The routine's name with its type, ended by a zero; its length.</summary>
    private static int Named<T>(ReadOnlySpan<byte> before, ReadOnlySpan<byte> routine, byte* name)
    {
        bool upper = before.IsEmpty;
        before.CopyTo(new Span<byte>(name, Longest));
        int length = before.Length;
        name[length++] = (byte)(typeof(T) == typeof(float) ? 's' : 'd');
        routine.CopyTo(new Span<byte>(name + length, Longest - length));
        length += routine.Length;
        for (int i = 0; i < length && upper; i++)
        {
            name[i] = char.IsAsciiLetterLower((char)name[i]) ? (byte)(name[i] - 32) : name[i];
        }

        name[length] = 0;
        return length;
    }

    private static void Say(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, int number, ReadOnlySpan<byte> last)
    {
        Span<byte> line = stackalloc byte[160];
        int length = 0;
        Append(line, ref length, first);
        Append(line, ref length, second);
        Append(line, ref length, third);
        if (number >= 0 && number.TryFormat(line[length..], out int digits))
        {
            length += digits;
        }

        Append(line, ref length, last);
        fixed (byte* text = line)
        {
            _ = Write(2, text, length);
        }
    }

    private static void Append(Span<byte> line, ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(line[length..]);
        length += text.Length;
    }

    /// <summary>A symbol of the whole process.</summary>
    private static void* Find(ReadOnlySpan<byte> name)
    {
        fixed (byte* text = name)
        {
            return Symbol(null, text);
        }
    }

    [LibraryImport("libc", EntryPoint = "dlsym")]
    private static partial void* Symbol(void* everywhere, byte* name);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, byte* text, nint length);
}
