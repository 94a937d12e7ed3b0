namespace Onsager.Blas;

/// <summary>How a routine was called, which decides how it speaks of arguments that do not fit.</summary>
internal enum Convention
{
    /// <summary>As Fortran's own.</summary>
    Fortran,

    /// <summary>As CBLAS, matrices by columns.</summary>
    ColumnMajor,

    /// <summary>As CBLAS, matrices by rows: operands and flags reach the routine exchanged.</summary>
    RowMajor,
}
