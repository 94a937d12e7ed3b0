namespace Onsager.Gpu.Kernels;

/// <summary>How a tile of an operand is read, decided once on the host: see <see cref="ProductFeed{V}"/>.</summary>
internal static class ProductForm
{
    /// <summary>Neighbouring threads read along m or n.</summary>
    public const int Across = 0;

    /// <summary>Neighbouring threads read along k.</summary>
    public const int Along = 1;

    /// <summary>Four elements at once: they are neighbours, and the first of each four lies at a multiple of four.</summary>
    public const int Vector = 2;
}

/// <summary>The shape and strides of a batch of matrix products; a transposition is a swap of two strides, the batch is the grid's z.</summary>
internal struct ProductShape
{
    public int M, N, K;
    public long RowA, ColumnA, BatchA, OuterA, StartA;
    public long RowB, ColumnB, BatchB, OuterB, StartB;
    public long RowC, ColumnC, BatchC, OuterC, StartC;
    public long RowBias, ColumnBias, StartBias;

    /// <summary>Tiles in a row of tiles, and in a column of them.</summary>
    public int TilesN, TilesM;

    /// <summary>The first product of this launch, and how many of them lie one BatchA, BatchB, BatchC apart before the next OuterA, OuterB, OuterC.</summary>
    public int First, Inner;

    /// <summary>A <see cref="ProductForm"/> for each operand; of c only whether it is written by fours.</summary>
    public int FormA, FormB, FormC;

    /// <summary>1 where a is multiplied by alpha, 0 where alpha is 1.</summary>
    public int ScaleA;

    /// <summary>0: C is not read; 1: it is added to; 2: beta times it is added to.</summary>
    public int Beta;
}
