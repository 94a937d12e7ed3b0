using ILGPU.IR.Intrinsics;

namespace Onsager.Gpu.Intrinsics;

/// <summary>
/// The float32 operations of a GPU lane. Each is exactly one rounded operation: PTX names the rounding; OpenCL C allows 2.5 units of
/// error in division and 3 in the square root, so both go through float64, whose 53 bits make the second rounding innocuous
/// (Figueroa 1995: 2p + 2 bits are enough; subnormal quotients keep the margin because x - m y is a multiple of 2^-48 x for every midpoint m).
/// </summary>
internal static class Float32
{
    [IntrinsicImplementation]
    [DeviceText("mov.f32 {0}, {1};", "{1}")]
    public static float Constant(float value) => value;

    [IntrinsicImplementation]
    [DeviceText("add.rn.f32 {0}, {1}, {2};", "{1} + {2}")]
    public static float Add(float x, float y) => x + y;

    [IntrinsicImplementation]
    [DeviceText("sub.rn.f32 {0}, {1}, {2};", "{1} - {2}")]
    public static float Subtract(float x, float y) => x - y;

    [IntrinsicImplementation]
    [DeviceText("mul.rn.f32 {0}, {1}, {2};", "{1} * {2}")]
    public static float Multiply(float x, float y) => x * y;

    [IntrinsicImplementation]
    [DeviceText("div.rn.f32 {0}, {1}, {2};", "convert_float_rte((double){1} / (double){2})", OpenClWithoutFloat64 = "{1} / {2}")]
    public static float Divide(float x, float y) => x / y;

    [IntrinsicImplementation]
    [DeviceText("sqrt.rn.f32 {0}, {1};", "convert_float_rte(sqrt((double){1}))", OpenClWithoutFloat64 = "sqrt({1})")]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [IntrinsicImplementation]
    [DeviceText("fma.rn.f32 {0}, {1}, {2}, {3};", "fma({1}, {2}, {3})")]
    public static float Fma(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    [IntrinsicImplementation]
    [DeviceText("cvt.rni.f32.f32 {0}, {1};", "rint({1})")]
    public static float Round(float x) => MathF.Round(x);

    [IntrinsicImplementation]
    [DeviceText("cvt.rn.f32.s32 {0}, {1};", "convert_float_rte({1})")]
    public static float FromInteger(int x) => x;

    [IntrinsicImplementation]
    [DeviceText("cvt.rn.f32.f64 {0}, {1};", "convert_float_rte({1})")]
    public static float FromDouble(double x) => (float)x;

    [IntrinsicImplementation]
    [DeviceText("cvt.rn.f32.s64 {0}, {1};", "convert_float_rte({1})")]
    public static float FromWideInteger(long x) => x;

    // Toward zero, to the nearest end beyond the range, NaN to 0, which PTX promises for float32 to 32 bits alone and OpenCL C not at all.
    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.nan.f32 p, {1}, {1}; cvt.rzi.s32.f32 {0}, {1}; selp.b32 {0}, 0, {0}, p; }}", "({1} != {1}) ? 0 : convert_int_sat_rtz({1})")]
    public static int ToInteger(float x) => (int)x;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.nan.f32 p, {1}, {1}; cvt.rzi.s64.f32 {0}, {1}; selp.b64 {0}, 0, {0}, p; }}", "({1} != {1}) ? 0L : convert_long_sat_rtz({1})")]
    public static long ToWideInteger(float x) => (long)x;

    // Comparison and choice in one: ILGPU's OpenCL text forgets that a negated comparison is unordered.
    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.lt.f32 p, {1}, {2}; selp.f32 {0}, {3}, {4}, p; }}", "({1} < {2}) ? {3} : {4}")]
    public static float SelectLess(float x, float y, float yes, float no) => x < y ? yes : no;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.le.f32 p, {1}, {2}; selp.f32 {0}, {3}, {4}, p; }}", "({1} <= {2}) ? {3} : {4}")]
    public static float SelectLessOrEqual(float x, float y, float yes, float no) => x <= y ? yes : no;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.eq.f32 p, {1}, {2}; selp.f32 {0}, {3}, {4}, p; }}", "({1} == {2}) ? {3} : {4}")]
    public static float SelectEqual(float x, float y, float yes, float no) => x == y ? yes : no;
}
