using System.Globalization;
using System.Text;
using Onsager.Gpu.Kernels;

namespace Onsager.Gpu.Intrinsics;

/// <summary>The longer texts of <see cref="TensorCore"/>: a warp's 4 x 4 products of fragments 16 x 8 (PTX ISA, "Warp-level matrix instructions").</summary>
internal static class TensorCoreText
{
    private const int Down = TensorCoreTile.DownTiles;
    private const int Across = TensorCoreTile.AcrossTiles;

    /// <summary>The ring, 64 sums, 4 fragments of A of four registers each, 4 fragments of B of two.</summary>
    public static string Declaration
    {
        get
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $".shared .align 16 .b8 ring[{TensorCoreTile.RingBytes}]; .reg .f32 sum<{4 * Down * Across}>; .reg .b32 left<{4 * Down}>; .reg .b32 right<{2 * Across}>;");
            for (int i = 0; i < 4 * Down * Across; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $" mov.f32 sum{i}, 0f00000000;");
            }

            return text.ToString();
        }
    }

    /// <summary>Fragments of eight steps of k, rounded to TF32 (to nearest, halves away from zero), and their products.</summary>
    public static string TensorFloat
    {
        get
        {
            var text = new StringBuilder();
            Load(text, static (text, register, address, offset) => text.Append(
                CultureInfo.InvariantCulture, $"ld.shared.b32 {register}, [{address}+{offset}]; cvt.rna.tf32.f32 {register}, {register};\n\t"));
            Multiply(text, "m16n8k8.row.col.f32.tf32.tf32.f32");
            return text.ToString();
        }
    }

    /// <summary>Fragments of sixteen steps of k, two neighbours in k in a register, rounded to BF16 (to nearest, halves to even), and their products.</summary>
    public static string BFloat
    {
        get
        {
            var text = new StringBuilder("{{ .reg .f32 first, second;\n\t");
            Load(text, static (text, register, address, offset) => text.Append(
                CultureInfo.InvariantCulture, $"ld.shared.v2.f32 {{{{first, second}}}}, [{address}+{offset}]; cvt.rn.bf16x2.f32 {register}, second, first;\n\t"));
            Multiply(text, "m16n8k16.row.col.f32.bf16.bf16.f32");
            return text.Append("}}").ToString();
        }
    }

    /// <summary>Arguments 1 and 2 are where the thread's first element of A lies, of the lower and of the upper half of k; 3 and 4 the same of B.</summary>
    private static void Load(StringBuilder text, Action<StringBuilder, string, string, int> load)
    {
        for (int i = 0; i < Down; i++)
        {
            int offset = i * 16 * TensorCoreTile.RowBytes;
            load(text, $"left{4 * i}", "{1}", offset);
            load(text, $"left{(4 * i) + 1}", "{1}", offset + (8 * TensorCoreTile.RowBytes));
            load(text, $"left{(4 * i) + 2}", "{2}", offset);
            load(text, $"left{(4 * i) + 3}", "{2}", offset + (8 * TensorCoreTile.RowBytes));
        }

        for (int j = 0; j < Across; j++)
        {
            load(text, $"right{2 * j}", "{3}", j * 8 * TensorCoreTile.RowBytes);
            load(text, $"right{(2 * j) + 1}", "{4}", j * 8 * TensorCoreTile.RowBytes);
        }
    }

    private static void Multiply(StringBuilder text, string shape)
    {
        for (int i = 0; i < Down; i++)
        {
            for (int j = 0; j < Across; j++)
            {
                int sum = TensorCoreTile.FirstSum(i, j);
                string sums = $"{{{{sum{sum}, sum{sum + 1}, sum{sum + 2}, sum{sum + 3}}}}}";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"mma.sync.aligned.{shape} {sums}, {{{{left{4 * i}, left{(4 * i) + 1}, left{(4 * i) + 2}, left{(4 * i) + 3}}}}}, {{{{right{2 * j}, right{(2 * j) + 1}}}}}, {sums};\n\t");
            }
        }
    }
}
