using Onsager.Models.Ode;
using Onsager.Tensors;

namespace Onsager.Models.NeurInt;

/// <summary>An acceleration and a spring to a line: f(z, z') + pi^2 (from + t straight - z), whose free oscillation is back on the line at t = 1.</summary>
/// <param name="field">f.</param>
/// <param name="from">The line's first place [batch, d].</param>
/// <param name="straight">Its last place less its first.</param>
internal readonly struct SpringField(LayerField<float> field, Tensor<float> from, Tensor<float> straight) : ITensorField<float>
{
    private const float Stiffness = (float)(Math.PI * Math.PI);

    public Tensor<float> Eval(float time, Tensor<float> y, Tensor<float> parameters)
    {
        using Tensor<float> free = field.Eval(time, y, parameters), z = y.Slice(1, 0, y.Shape[1] / 2), line = straight * time + from, away = line - z;
        return away * Stiffness + free;
    }
}
