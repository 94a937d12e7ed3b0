namespace Onsager.Tensors;

/// <summary>
/// dA = V^-H (diag(dvalues) + (V^H dV - V^H V Re(diag(V^H dV))) / conj(gaps)) V^H, its real part since A is real (C. Boeddeker, P. Hanebrink, L. Drude, J. Heymann,
/// R. Haeb-Umbach, "On the computation of complex-valued gradients with application to statistically optimum beamforming", arXiv:1701.00392, section 4.6; PyTorch's linalg_eig_backward). The second
/// term in the brackets keeps the vectors' lengths.
/// </summary>
internal sealed class GeneralEigenRule<T>(Shape batch, int n) : Rule
    where T : unmanaged
{
    public override string Name => "eig";

    public override void Backward(Tape tape, in Entry entry)
    {
        if (n == 0)
        {
            return;
        }

        using Scope scope = Scope.Begin();
        Shape square = SquareMatrices.Join(batch, n, n), line = Svd.Line(batch, n);
        JointResult<T> results = new(new Tensor<T>(entry.Result)), gradients = new(tape.Gradient<T>(entry.Result));
        Tensor<T> wr = results.Next(line), wi = results.Next(line), vr = results.Next(square), vi = results.Next(square);
        Tensor<T> dwr = gradients.Next(line), dwi = gradients.Next(line), dvr = gradients.Next(square), dvi = gradients.Next(square);
        Tensor<T> tr = vr.Transpose(), ti = vi.Transpose();

        // V^H dV and what of it changes lengths: V^H V times the real parts of its diagonal, column by column.
        Tensor<T> pr = tr.MatMul(dvr) + ti.MatMul(dvi), pi = tr.MatMul(dvi) - ti.MatMul(dvr), lengths = pr.Diagonal(0, -2, -1).Unsqueeze(-2);
        Tensor<T> mr = pr - ((tr.MatMul(vr) + ti.MatMul(vi)) * lengths), mi = pi - ((tr.MatMul(vi) - ti.MatMul(vr)) * lengths);
        (mr, mi) = Divide(mr, mi, wr, wi);
        mr += dwr.DiagEmbed();
        mi += dwi.DiagEmbed();

        // V^H X = M V^H as a real system of twice the size; the real part of X is wanted.
        Tensor<T> right = Tensor.Concatenate(-2, mr.MatMul(tr) + mi.MatMul(ti), mi.MatMul(tr) - mr.MatMul(ti));
        Tensor<T> system = Tensor.Concatenate(-2, Tensor.Concatenate(-1, tr, ti), Tensor.Concatenate(-1, -ti, tr));
        tape.Contribute(entry.X, LinearAlgebra.Solve(system, right).Slice(-2, 0, n));
    }

    /// <summary>M [..., n, n] over the conjugates of values b (columns) - a (rows); 0 where they differ by less than rounding may.</summary>
    private (Tensor<T> Real, Tensor<T> Imaginary) Divide(Tensor<T> mr, Tensor<T> mi, Tensor<T> wr, Tensor<T> wi)
    {
        Tensor<T> gr = wr.Unsqueeze(-2) - wr.Unsqueeze(-1), gi = wi.Unsqueeze(-2) - wi.Unsqueeze(-1);
        Tensor<T> sizes = Autodiff.StopGradient(wr).Abs() + Autodiff.StopGradient(wi).Abs();
        Tensor<T> least = sizes.Max(-1, keepDimension: true).Unsqueeze(-1) * Tensor.Constant<T>(64 * n * SpectralGaps.Epsilon<T>());
        Tensor<bool> isSmall = (Autodiff.StopGradient(gr).Abs() + Autodiff.StopGradient(gi).Abs()).LessThanOrEqualTo(least);
        Tensor<T> square = (gr.Square() + gi.Square()).MaskedFill(isSmall, default);
        return (((mr * gr) - (mi * gi)).Binary<DivideOrZero>(square), ((mr * gi) + (mi * gr)).Binary<DivideOrZero>(square));
    }
}
