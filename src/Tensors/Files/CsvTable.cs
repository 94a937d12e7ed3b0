namespace Onsager.Tensors;

/// <summary>The numbers of a CSV file, and what its columns are called.</summary>
/// <typeparam name="T">float, double or Half.</typeparam>
/// <param name="Columns">The header's texts; none where there is no header.</param>
/// <param name="Values">The numbers [rows, columns], NaN where one is missing; for the caller or its scope to dispose.</param>
public readonly record struct CsvTable<T>(IReadOnlyList<string> Columns, Tensor<T> Values)
    where T : unmanaged
{
    /// <summary>The column of a name, a view [rows].</summary>
    /// <exception cref="KeyNotFoundException">There is none, or there are several.</exception>
    public Tensor<T> Column(string name)
    {
        int place = -1;
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i] == name)
            {
                place = place < 0 ? i : throw new KeyNotFoundException($"csv: several columns are called '{name}'.");
            }
        }

        return place >= 0 ? Values.Slice(1, place) : throw new KeyNotFoundException($"csv: no column is called '{name}'.");
    }
}
