using ILGPU.IR.Intrinsics;

namespace Onsager.Gpu.Intrinsics;

/// <summary>
/// The float64 operations of a GPU lane, each exactly one rounded operation. OpenCL C requires correct rounding of all of them.
/// </summary>
internal static class Float64
{
    [IntrinsicImplementation]
    [DeviceText("mov.f64 {0}, {1};", "{1}")]
    public static double Constant(double value) => value;

    [IntrinsicImplementation]
    [DeviceText("add.rn.f64 {0}, {1}, {2};", "{1} + {2}")]
    public static double Add(double x, double y) => x + y;

    [IntrinsicImplementation]
    [DeviceText("sub.rn.f64 {0}, {1}, {2};", "{1} - {2}")]
    public static double Subtract(double x, double y) => x - y;

    [IntrinsicImplementation]
    [DeviceText("mul.rn.f64 {0}, {1}, {2};", "{1} * {2}")]
    public static double Multiply(double x, double y) => x * y;

    [IntrinsicImplementation]
    [DeviceText("div.rn.f64 {0}, {1}, {2};", "{1} / {2}")]
    public static double Divide(double x, double y) => x / y;

    [IntrinsicImplementation]
    [DeviceText("sqrt.rn.f64 {0}, {1};", "sqrt({1})")]
    public static double Sqrt(double x) => Math.Sqrt(x);

    [IntrinsicImplementation]
    [DeviceText("fma.rn.f64 {0}, {1}, {2}, {3};", "fma({1}, {2}, {3})")]
    public static double Fma(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    [IntrinsicImplementation]
    [DeviceText("cvt.rni.f64.f64 {0}, {1};", "rint({1})")]
    public static double Round(double x) => Math.Round(x);

    [IntrinsicImplementation]
    [DeviceText("cvt.rn.f64.s64 {0}, {1};", "convert_double_rte({1})")]
    public static double FromInteger(long x) => x;

    [IntrinsicImplementation]
    [DeviceText("cvt.f64.f32 {0}, {1};", "convert_double({1})")]
    public static double FromSingle(float x) => x;

    // Toward zero, to the nearest end beyond the range, NaN to 0, which neither PTX nor OpenCL C promises.
    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.nan.f64 p, {1}, {1}; cvt.rzi.s32.f64 {0}, {1}; selp.b32 {0}, 0, {0}, p; }}", "({1} != {1}) ? 0 : convert_int_sat_rtz({1})")]
    public static int ToInteger(double x) => (int)x;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.nan.f64 p, {1}, {1}; cvt.rzi.s64.f64 {0}, {1}; selp.b64 {0}, 0, {0}, p; }}", "({1} != {1}) ? 0L : convert_long_sat_rtz({1})")]
    public static long ToWideInteger(double x) => (long)x;

    // Comparison and choice in one: ILGPU's OpenCL text forgets that a negated comparison is unordered.
    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.lt.f64 p, {1}, {2}; selp.f64 {0}, {3}, {4}, p; }}", "({1} < {2}) ? {3} : {4}")]
    public static double SelectLess(double x, double y, double yes, double no) => x < y ? yes : no;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.le.f64 p, {1}, {2}; selp.f64 {0}, {3}, {4}, p; }}", "({1} <= {2}) ? {3} : {4}")]
    public static double SelectLessOrEqual(double x, double y, double yes, double no) => x <= y ? yes : no;

    [IntrinsicImplementation]
    [DeviceText("{{ .reg .pred p; setp.eq.f64 p, {1}, {2}; selp.f64 {0}, {3}, {4}, p; }}", "({1} == {2}) ? {3} : {4}")]
    public static double SelectEqual(double x, double y, double yes, double no) => x == y ? yes : no;
}
