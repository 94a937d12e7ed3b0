namespace Onsager.Peers;

/// <summary>
/// Whole training steps: gradient and update. Both sides begin with the same weights and see the same batches, which change from step to step: on
/// fixed data Adam converges, and would be measured among subnormal numbers.
/// </summary>
internal sealed class StepGroup : IGroup
{
    private static readonly string[] Optimizers = ["sgd", "adam"];

    private static readonly int[] Batches = [1, 32, 128];

    public string Name => "step";

    public bool Gradients => true;

    public IEnumerable<Case> Cases(int threads, Wanted wanted)
    {
        foreach ((string net, int batch, Func<string, TrainingStep> make) in Steps())
        {
            foreach (string optimizer in Optimizers)
            {
                string name = $"{net} {optimizer} eager";
                if (wanted(name, batch, "f32"))
                {
                    using TrainingStep step = make(optimizer);
                    yield return new Case(Name, name, batch, "f32", Quantity.Microseconds, step.Ours, [new(Libtorch.Name, step.Theirs)])
                    {
                        LossDifference = step.LossDifference,
                    };
                }
            }
        }
    }

    private static IEnumerable<(string Net, int Batch, Func<string, TrainingStep> Make)> Steps()
    {
        yield return ("2-50-2 tanh b=32", 32, optimizer => new Regression(2, 50, 2, 32, optimizer));
        foreach (int batch in Batches)
        {
            yield return ($"784-128-10 relu b={batch}", batch, optimizer => new Classification(784, 128, 10, batch, optimizer));
        }

        yield return ("28x28 conv b=32", 32, optimizer => new Convolutional(32, optimizer));
    }
}
