using Onsager.Simd;

namespace Onsager.Models;

/// <summary>Stochastic gradient descent: parameters -= rate * gradients, one pass over the flat buffer.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Sgd<T>
    where T : unmanaged
{
    private readonly ParameterBuffer<T> parameters;

    /// <summary>Will update these parameters.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not a number.</exception>
    public Sgd(ParameterBuffer<T> parameters, double rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        this.parameters = parameters;
        Rate = rate >= 0 ? rate : throw new ArgumentOutOfRangeException(nameof(rate), rate, "sgd: the learning rate must not be negative.");
    }

    /// <summary>The learning rate; schedules may change it between steps.</summary>
    public double Rate { get; set; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    public void Step() => parameters.Values.Update(new SgdUpdate(Rate), parameters.Gradients);
}
