using Onsager.Models;
using Onsager.Models.Adversarial;
using Onsager.Tensors;

namespace Onsager.Papers;

/// <summary>Encoder means and generator with the squared error alone: what games are measured beside.</summary>
internal sealed class PlainAutoencoder : IDisposable
{
    private readonly AdversarialNets nets;
    private readonly Adam<float> adam;
    private readonly LinearSchedule rate;
    private readonly Plan<PlainAutoencoder, float, float> step;
    private long iteration;

    public PlainAutoencoder(AdversarialNets nets, double rate, int iterations)
    {
        this.nets = nets;
        this.rate = new LinearSchedule(rate, iterations, rate / 10);
        adam = new Adam<float>(nets.Players, rate);
        step = Plan.Capture(this, static (PlainAutoencoder own, Tensor<float> x) => own.Step(x));
    }

    public void Train(Tensor<float> x)
    {
        adam.Rate = rate.Rate(iteration++);
        _ = step.Run(x);
    }

    public void Dispose()
    {
        step.Dispose();
        adam.Dispose();
    }

    private float Step(Tensor<float> x)
    {
        float loss = Autodiff.ValueAndGradInto(nets.Players.Values, nets.Players.Gradients, (nets, x), static (flat, s) =>
        {
            using Scope scope = Scope.Begin();
            Tensor<float> codes = s.nets.Encoder.Apply(flat, s.x).Slice(1, 0, s.nets.Latent);
            return scope.Keep(Losses.MeanSquaredError(s.nets.Generator.Apply(flat, codes), s.x));
        });
        adam.Step();
        return loss;
    }
}
