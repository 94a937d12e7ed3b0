namespace Onsager.Peers;

/// <summary>Matrix products: square ones in every transposition, and skinny ones M x N times N x N.</summary>
internal sealed class GemmGroup : IGroup
{
    private static readonly int[] Sizes =
        [4, 8, 16, 17, 24, 31, 32, 48, 64, 67, 96, 127, 128, 192, 256, 257, 384, 509, 512, 768, 1021, 1024, 1536, 2048];

    private static readonly int[] SkinnyRows = [1, 8, 32, 128];

    private static readonly int[] SkinnySizes = [256, 1024];

    private static readonly string[] Transpositions = ["NN", "NT", "TN", "TT"];

    public string Name => "gemm";

    public IEnumerable<Case> Cases(int threads, Wanted wanted) =>
        Cases<float>("f32", threads, wanted).Concat(Cases<double>("f64", threads, wanted));

    private static IEnumerable<Case> Cases<T>(string type, int threads, Wanted wanted)
        where T : unmanaged
    {
        foreach (string transposition in Transpositions)
        {
            foreach (int n in Sizes.Where(n => wanted(transposition, n, type)))
            {
                using Product<T> product = new(transposition, n, n, n);
                yield return product.Case(transposition, n, type, threads);
            }
        }

        foreach (string transposition in Transpositions)
        {
            foreach (int m in SkinnyRows)
            {
                string name = transposition == "NN" ? $"skinny M={m}" : $"skinny M={m} {transposition}";
                foreach (int n in SkinnySizes.Where(n => wanted(name, n, type)))
                {
                    using Product<T> product = new(transposition, m, n, n);
                    yield return product.Case(name, n, type, threads);
                }
            }
        }
    }
}
