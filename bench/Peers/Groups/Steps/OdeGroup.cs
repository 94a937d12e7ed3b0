namespace Onsager.Peers;

/// <summary>An iteration of training through a solver of differential equations, over spans, eager and as a plan; of the 500 that its demonstration takes.</summary>
internal sealed class OdeGroup : IGroup
{
    private const string Model = "spiral 2-50-2 rk4 adam";

    public string Name => "ode";

    public bool Gradients => true;

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        if (wanted($"{Model} spans", Spiral.Batch, "f32"))
        {
            using Spiral step = new();
            step.OverSpans();
            yield return new Case(Name, $"{Model} spans", Spiral.Batch, "f32", Quantity.Microseconds, step.Ours, [new(Libtorch.Name, step.Theirs)])
            {
                LossDifference = step.LossDifference,
            };
        }

        if (wanted($"{Model} eager", Spiral.Batch, "f32"))
        {
            using Spiral step = new();
            yield return new Case(Name, $"{Model} eager", Spiral.Batch, "f32", Quantity.Microseconds, step.Ours, [new(Libtorch.Name, step.Theirs)])
            {
                LossDifference = step.LossDifference,
            };
        }

        if (wanted($"{Model} plan", Spiral.Batch, "f32"))
        {
            using Spiral step = new(), eager = new();
            step.Capture();
            yield return new Case(Name, $"{Model} plan", Spiral.Batch, "f32", Quantity.Microseconds, step.Ours, [new(Libtorch.Name, step.Theirs), new(Ourselves.Eager, eager.Ours)])
            {
                LossDifference = step.LossDifference,
            };
        }
    }
}
