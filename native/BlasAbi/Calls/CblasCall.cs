namespace Onsager.Blas;

/// <summary>One call of CBLAS: its order, and its enumerations as the letters of Fortran, of which the first that is none is reported.</summary>
internal ref struct CblasCall<T>
{
    private readonly ReadOnlySpan<byte> routine;

    public CblasCall(ReadOnlySpan<byte> routine, int order)
    {
        this.routine = routine;
        By = order == 101 ? Convention.RowMajor : Convention.ColumnMajor;
        if (order is not (101 or 102))
        {
            Refuse(1, "Illegal layout setting, %d\n"u8, order);
        }
    }

    /// <summary>How matrices lie.</summary>
    public readonly Convention By { get; }

    public readonly bool IsByRows => By == Convention.RowMajor;

    /// <summary>Whether something was reported: the call has done nothing and ends.</summary>
    public bool IsRefused { get; private set; }

    public byte Transpose(int position, int value) => value switch
    {
        111 => (byte)'N',
        112 => (byte)'T',
        113 => (byte)'C',
        _ => Refuse(position, "Illegal Trans setting, %d\n"u8, value),
    };

    public byte Triangle(int position, int value) => value switch
    {
        121 => (byte)'U',
        122 => (byte)'L',
        _ => Refuse(position, "Illegal Uplo setting, %d\n"u8, value),
    };

    public byte Diagonal(int position, int value) => value switch
    {
        131 => (byte)'N',
        132 => (byte)'U',
        _ => Refuse(position, "Illegal Diag setting, %d\n"u8, value),
    };

    public byte Side(int position, int value) => value switch
    {
        141 => (byte)'L',
        142 => (byte)'R',
        _ => Refuse(position, "Illegal Side setting, %d\n"u8, value),
    };

    /// <summary>The other triangle: by rows, a triangle is the opposite one of the transpose.</summary>
    public static byte OtherTriangle(byte letter) => letter == 'U' ? (byte)'L' : (byte)'U';

    public static byte OtherSide(byte letter) => letter == 'L' ? (byte)'R' : (byte)'L';

    public static byte OtherTranspose(byte letter) => letter == 'N' ? (byte)'T' : (byte)'N';

    private byte Refuse(int position, ReadOnlySpan<byte> form, int value)
    {
        if (!IsRefused)
        {
            ErrorHandler.Illegal<T>(By, routine, position, form, value);
        }

        IsRefused = true;
        return 0;
    }
}
