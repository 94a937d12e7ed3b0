using Onsager.Simd;

namespace Onsager.Tensors;

/// <summary>What a call with sparse matrices computes.</summary>
internal enum SparseKind
{
    /// <summary>A X of values of A and a matrix X.</summary>
    Product,

    /// <summary>The inner products of rows of two matrices at the entries of a pattern.</summary>
    Sample,

    /// <summary>The values of A B at the entries of a pattern.</summary>
    Triple,
}

/// <summary>Which product with sparse matrices a device is asked for: the patterns, and how many columns the dense operands have. Values and patterns apart, so that a plan keeps the one and repeats the other.</summary>
internal readonly record struct SparseForm(SparseKind Kind, SparsePattern Pattern, SparsePattern A, SparsePattern B, int Columns)
{
    /// <summary>Y [rows, columns] = A X.</summary>
    public static SparseForm Product(SparsePattern a, int columns) => new(SparseKind.Product, a, a, a, columns);

    /// <summary>Inner products of rows of u and w, of so many columns, at the entries of a pattern.</summary>
    public static SparseForm Sample(SparsePattern pattern, int columns) => new(SparseKind.Sample, pattern, pattern, pattern, columns);

    /// <summary>The values of A B at the entries of a pattern.</summary>
    public static SparseForm Triple(SparsePattern pattern, SparsePattern a, SparsePattern b) => new(SparseKind.Triple, pattern, a, b, 1);

    /// <summary>The pattern whose rows are walked.</summary>
    public SparsePattern Walked => A;

    /// <summary>About how many operations each of its entries takes.</summary>
    public int PerEntry => Kind == SparseKind.Triple ? 1 + (B.Count / int.Max(1, B.Rows)) : Columns;
}
