using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Onsager.Simd;

namespace Onsager.Micro.Accuracy;

/// <summary>
/// Every float32 input: the float32 formula on the widest registers against the float64 formula, which is judged first, on 65,536 of the
/// inputs, against MPFR at 200 bits. The reference's own error, about 2^-29 of a float32's last place, is far below what is printed.
/// </summary>
internal sealed class SingleSweep(int threads) : ErrorSweep
{
    private const int Block = 4096, BlocksPerClaim = 64;
    private const long Claims = (1L << 32) / (Block * BlocksPerClaim);

    /// <summary>What may be added to a bound for the reference's own error.</summary>
    private const double Slack = 1e-6;

    /// <inheritdoc/>
    public override AccuracyRow Run<TOp>(Action<double> progress)
    {
        double? referenceUlp = JudgeReference<TOp>(out bool sound);
        Errors errors = default;
        long next = 0;
        Lock gate = new();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            Sweep<TOp> sweep = new();
            for (long claim = Interlocked.Increment(ref next) - 1; claim < Claims; claim = Interlocked.Increment(ref next) - 1)
            {
                for (int block = 0; block < BlocksPerClaim; block++)
                {
                    sweep.Judge((uint)(((claim * BlocksPerClaim) + block) * Block));
                }

                progress((double)claim / Claims);
            }

            lock (gate)
            {
                errors.Add(in sweep.Errors);
            }
        });
        return new(TOp.Name, errors, TOp.MaxUlpSingle, TOp.MaxUlpSingle + Slack, InDouble: false, referenceUlp is null ? "not judged" : $"{referenceUlp:F2}", sound);
    }

    /// <summary>The float64 formula's error in ulp on float32 inputs; null without MPFR or without an exact form there.</summary>
    private static double? JudgeReference<TOp>(out bool sound)
        where TOp : struct, IUnaryOp
    {
        sound = true;
        if (!Mpfr.IsAvailable || !ExactFunctions.Knows(TOp.Name))
        {
            return null;
        }

        double[] x = [.. Enumerable.Range(0, 1 << 16).Select(i => (double)BitConverter.UInt32BitsToSingle((uint)i * 65537)).Where(x => !double.IsNaN(x))];
        Errors errors = default;
        DoubleSweep.Judge<TOp>(x, ref errors);
        sound = errors.Ulp <= TOp.MaxUlpDouble + Slack && errors.WrongNaN + errors.WrongInfinity + errors.WrongZero == 0;
        return errors.Ulp;
    }

    private sealed class Sweep<TOp>
        where TOp : struct, IUnaryOp
    {
        private readonly float[] x = new float[Block], y = new float[Block];
        private readonly double[] wide = new double[Block], reference = new double[Block];

        public Errors Errors;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Judge(uint first)
        {
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(x.AsSpan());
            for (int i = 0; i < bits.Length; i++)
            {
                bits[i] = first + (uint)i;
            }

            TensorPrimitives.ConvertTruncating<float, double>(x, wide);
            Map.Unary<TOp, float>(x, y);
            Map.Unary<TOp, double>(wide, reference);
            double worst = Errors.Ulp, mixedMost = Errors.Mixed;
            for (int i = 0; i < Block; i++)
            {
                double r = reference[i], y = this.y[i], size = Math.Abs(r);

                // Ordinary: a normal float32 lies nearest; NaN fails both comparisons.
                if (size is >= 1.1754943508222875e-38 and < 3.4028234663852886e38 && Math.Abs(y) <= float.MaxValue)
                {
                    long exponent = BitConverter.DoubleToInt64Bits(size) >> 52;
                    double difference = Math.Abs(y - r);
                    double ulp = difference * BitConverter.Int64BitsToDouble((1023 + 1023 + 23 - exponent) << 52);
                    double mixed = difference * 8388608 / Math.Max(1, size);
                    ulp = x[i] >= TOp.RelativeFrom ? ulp : mixed;
                    if (ulp > worst || mixed > mixedMost)
                    {
                        Errors.Add(ulp, mixed, x[i]);
                        (worst, mixedMost) = (Errors.Ulp, Errors.Mixed);
                    }
                }
                else
                {
                    Errors.AddSpecial(x[i], y, r, precision: 24, most: 127);
                    (worst, mixedMost) = (Errors.Ulp, Errors.Mixed);
                }
            }
        }
    }
}
