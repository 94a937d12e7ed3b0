using System.Globalization;
using System.Numerics;
using System.Text;

namespace Onsager.Tensors;

/// <summary>
/// Tables of numbers as text, one record on a line, fields separated (RFC 4180), in UTF-8. Quotes may stand around fields, whose quotes are then
/// doubled. Numbers are written as 1.5e-3 whatever the culture, and inf or Infinity; an empty field, NA, N/A, NaN, null and None, in small letters or
/// large ones, is missing and becomes NaN. Blank lines are skipped.
/// </summary>
/// <remarks>
/// A file that is no table of numbers raises <see cref="InvalidDataException"/>, which says line and column, and nothing else. It is read
/// twice, so that memory is taken once, for the fields that are there.
/// </remarks>
public static class Csv
{
    private static readonly string[] Missing = ["", "na", "n/a", "nan", "null", "none"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, of at most 2 GB.</param>
    /// <param name="hasHeader">Whether the first record has the columns' names.</param>
    /// <param name="separator">What stands between fields: a comma, a semicolon, a tab, or another ASCII character.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Something is no number, a record has more or fewer fields than the first, or quotes do not close.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The separator could be part of a number, or is not ASCII.</exception>
    public static CsvTable<T> Read<T>(string path, bool hasHeader = true, char separator = ',')
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSeparator(separator);
        using FileStream file = FileBytes.Open(path, 0, "a file");
        if (file.Length > Array.MaxLength)
        {
            throw new InvalidDataException($"{path}: {file.Length} bytes are more than the {Array.MaxLength} that can be read");
        }

        byte[] text = new byte[file.Length];
        return file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length
            ? Parse<T>(text, path, hasHeader, separator)
            : throw FileBytes.Changed(path);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="hasHeader">Whether the first record has the columns' names.</param>
    /// <param name="separator">What stands between fields.</param>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The separator could be part of a number, or is not ASCII.</exception>
    public static CsvTable<T> Parse<T>(ReadOnlySpan<byte> text, string name = "CSV data", bool hasHeader = true, char separator = ',')
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSeparator(separator);
        Recorder.Refuse("csv");
        text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
        (nint records, int columns) = Count(new CsvFields(text, (byte)separator, name));
        if (hasHeader && records == 0)
        {
            throw new InvalidDataException($"{name}: a header is expected, the file is empty");
        }

        CsvFields fields = new(text, (byte)separator, name);
        string[] header = hasHeader ? new string[columns] : [];
        for (int column = 0; column < header.Length; column++)
        {
            fields.Next();
            string said = Encoding.UTF8.GetString(fields.Field);
            header[column] = fields.IsQuoted ? said.Replace("\"\"", "\"", StringComparison.Ordinal) : said;
        }

        Tensor<T> values = Tensor.Empty<T>([hasHeader ? records - 1 : records, columns]);
        try
        {
            nint size = values.Size;
            for (nint i = 0; i < size; i++)
            {
                fields.Next();
                CpuDevice.Memory<T>(values.Node.Storage!, i, 1)[0] = Number<T>(in fields, header);
            }
        }
        catch
        {
            values.Dispose();
            throw;
        }

        return new CsvTable<T>(header, values);
    }

    /// <summary>Writes a matrix, whole or not at all: see <see cref="SafetensorsWriter.Write"/>. Numbers are as short as they can be and come back as they were.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">The numbers [rows, columns].</param>
    /// <param name="columns">The columns' names; none for no header.</param>
    /// <param name="separator">What stands between fields.</param>
    /// <exception cref="ArgumentException">The tensor is no matrix, or there are names, but not one for each column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The separator could be part of a number, or is not ASCII.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write<T>(string path, Tensor<T> values, ReadOnlySpan<string> columns = default, char separator = ',')
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckSeparator(separator);
        Recorder.Refuse("csv");
        if (values.Rank != 2 || (columns.Length > 0 && columns.Length != values.Shape[1]))
        {
            throw new ArgumentException($"csv: a matrix [rows, {(columns.Length > 0 ? columns.Length : "columns")}] is expected; got {values.Shape}.", nameof(values));
        }

        AtomicFile.Write(path, (values, columns.ToArray(), separator), static (stream, table) =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            Write(writer, table.values, table.Item2, table.separator);
        });
    }

    private static void Write<T>(StreamWriter writer, Tensor<T> values, string[] columns, char separator)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int column = 0; column < columns.Length; column++)
        {
            writer.Write(column > 0 ? separator : "");
            writer.Write('"');
            writer.Write(columns[column].Replace("\"", "\"\"", StringComparison.Ordinal));
            writer.Write('"');
        }

        if (columns.Length > 0)
        {
            writer.WriteLine();
        }

        T[] row = new T[values.Shape[1]];
        for (nint i = 0; i < values.Shape[0]; i++)
        {
            using Tensor<T> line = values.Slice(0, i, i + 1), flat = line.Contiguous();
            flat.CopyTo(row);
            for (int column = 0; column < row.Length; column++)
            {
                writer.Write(column > 0 ? separator : "");
                T value = row[column];
                writer.Write(T.IsInfinity(value) ? (T.IsNegative(value) ? "-inf" : "inf") : value.ToString(null, CultureInfo.InvariantCulture));
            }

            writer.WriteLine();
        }
    }

    /// <summary>How many records there are, and of how many fields each is.</summary>
    private static (nint Records, int Columns) Count(CsvFields fields)
    {
        nint records = 0;
        int columns = 0;
        while (fields.Next())
        {
            if (records > 0 && fields.Column > columns)
            {
                throw fields.Bad($"the first record has {columns} fields, this one more");
            }

            if (fields.IsLast)
            {
                if (records > 0 && fields.Column < columns)
                {
                    throw fields.Bad($"the first record has {columns} fields, this one {fields.Column}");
                }

                records++;
                columns = fields.Column;
            }
        }

        return (records, columns);
    }

    private static T Number<T>(ref readonly CsvFields fields, string[] header)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<byte> field = fields.Field;
        foreach (string word in Missing)
        {
            if (Ascii.EqualsIgnoreCase(field, word))
            {
                return T.NaN;
            }
        }

        if (T.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
        {
            return value;
        }

        bool isSigned = field.Length > 0 && field[0] is (byte)'+' or (byte)'-';
        if (Ascii.EqualsIgnoreCase(isSigned ? field[1..] : field, "inf"))
        {
            return isSigned && field[0] == (byte)'-' ? T.NegativeInfinity : T.PositiveInfinity;
        }

        string came = Encoding.UTF8.GetString(field[..int.Min(field.Length, 40)]);
        throw fields.Bad($"{(header.Length > 0 ? $"('{header[fields.Column - 1]}') " : "")}a number is expected, '{came}' came");
    }

    private static void CheckSeparator(char separator)
    {
        if (!char.IsAscii(separator) || char.IsAsciiLetterOrDigit(separator) || separator is '"' or '\n' or '\r' or '.' or '+' or '-')
        {
            throw new ArgumentOutOfRangeException(nameof(separator), separator, $"csv: '{separator}' cannot separate numbers.");
        }
    }
}
