using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>
/// Encoder, generator and joint discriminator in a game of tuples: the discriminator learns which tuple is which, encoder and generator to make all of them alike, so that
/// E inverts G. A step is recorded once for each size of batch (<see cref="Plan"/>) and repeated on any device.
/// </summary>
public sealed class AdversarialModel : ICheckpointed, IDisposable
{
    private readonly RandomStream random;
    private readonly IImageMask? mask;
    private readonly IOptimizer playersRule;
    private readonly IOptimizer criticsRule;
    private readonly List<IDisposable> owned = [];
    private readonly Tensor<float> noise;
    private readonly Tensor<float> discriminatorLoss;
    private readonly Tensor<float> probabilities;
    private readonly LinearSchedule playersRate;
    private readonly LinearSchedule criticsRate;
    private readonly LinearSchedule noiseLevel;
    private long iteration;

    /// <summary>A game with Adam for both sides, or with rules of the caller's, which stay the caller's to dispose.</summary>
    /// <param name="game">The tuples.</param>
    /// <param name="nets">The nets, which stay the caller's to dispose.</param>
    /// <param name="options">How it is trained.</param>
    /// <param name="random">Codes and noise are drawn from it.</param>
    /// <param name="mask">Which parts of images are covered, for games that cover.</param>
    /// <param name="players">
    /// A rule for the nets' Players. Where a rule is an <see cref="ExtraGradient{T}"/>, both sides' gradients are taken at one point, here and ahead; otherwise the
    /// discriminator steps first.
    /// </param>
    /// <param name="critics">A rule for the nets' Critics.</param>
    /// <exception cref="ArgumentException">The options make no sense, or the game needs features or a mask that are not there.</exception>
    public AdversarialModel(
        TupleGame game, AdversarialNets nets, AdversarialOptions options, RandomStream random, IImageMask? mask = null, IOptimizer? players = null, IOptimizer? critics = null)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(nets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        if (nets.Features is null && game.Order.Any(static variable => variable.Step == TupleStep.Describe))
        {
            throw new ArgumentException($"adversarial: {game.Name} needs nets with features.", nameof(nets));
        }

        if (mask is null && game.Order.Any(static variable => variable.Step == TupleStep.Cover))
        {
            throw new ArgumentException($"adversarial: {game.Name} needs a mask.", nameof(mask));
        }

        (Game, Nets, Options, this.random, this.mask) = (game, nets, options, random, mask);
        Device device = nets.Players.Values.Device;
        int n = game.Classes.Count;
        try
        {
            playersRule = players ?? Own(new Adam<float>(nets.Players, options.Rate, options.Beta1, options.Beta2));
            criticsRule = critics ?? Own(new Adam<float>(nets.Critics, options.DiscriminatorRate, options.Beta1, options.Beta2));
            using Scope scope = Scope.Begin();
            (noise, discriminatorLoss, probabilities) = (Tensor.Zeros<float>([], device), Tensor.Zeros<float>([], device), Tensor.Zeros<float>([n, n], device));
            scope.Keep(noise);
            scope.Keep(discriminatorLoss);
            scope.Keep(probabilities);
        }
        catch
        {
            owned.ForEach(static rule => rule.Dispose());
            throw;
        }

        playersRate = new LinearSchedule(playersRule.Rate, options.Iterations, playersRule.Rate * options.LastRate);
        criticsRate = new LinearSchedule(criticsRule.Rate, options.Iterations, criticsRule.Rate * options.LastRate);
        noiseLevel = new LinearSchedule(options.Noise, options.Iterations);
        Step = Own(Plan.Capture(this, static (AdversarialModel model, Tensor<float> x) => model.StepBoth(x)));
        CriticStep = Own(Plan.Capture(this, static (AdversarialModel model, Tensor<float> x) => model.StepCritics(x)));
    }

    /// <summary>The tuples.</summary>
    public TupleGame Game { get; }

    /// <summary>The nets.</summary>
    public AdversarialNets Nets { get; }

    /// <summary>How it is trained.</summary>
    public AdversarialOptions Options { get; }

    /// <summary>Training iterations so far.</summary>
    public long Iteration => iteration;

    /// <summary>The discriminator's loss in the last iteration, summed over classes.</summary>
    public double DiscriminatorLoss => discriminatorLoss.Item();

    private Plan<AdversarialModel, float, float> Step { get; }

    private Plan<AdversarialModel, float, float> CriticStep { get; }

    /// <summary>One iteration on images [batch, ...]: a step of the discriminator and, in every <see cref="AdversarialOptions.PlayersEvery"/>, one of encoder and generator.</summary>
    /// <returns>The loss of the side that stepped last.</returns>
    /// <exception cref="ArgumentException">There are fewer than two images, or they do not fit the nets.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite; parameters are spoilt.</exception>
    public double Train(Tensor<float> x)
    {
        if (x.Rank < 2 || x.Shape[0] < 2)
        {
            throw new ArgumentException($"adversarial: images [batch, ...], two or more, are needed; got {x.Shape}.", nameof(x));
        }

        if (!Nets.IsTraining)
        {
            Nets.IsTraining = true;
        }

        playersRule.Rate = playersRate.Rate(iteration);
        criticsRule.Rate = criticsRate.Rate(iteration);
        noise.Fill((float)noiseLevel.Rate(iteration));
        bool isBoth = (iteration + 1) % Options.PlayersEvery == 0;
        float loss = (isBoth ? Step : CriticStep).Run(x);
        if (!float.IsFinite(loss))
        {
            throw new ArithmeticException($"adversarial: the loss is {loss} at iteration {iteration}.");
        }

        iteration++;
        return loss;
    }

    /// <summary>Mean probabilities in the last iteration: element (i, k) is that of class k for tuples of class i.</summary>
    public double[,] Probabilities()
    {
        int n = Game.Classes.Count;
        float[] all = probabilities.ToArray();
        double[,] table = new double[n, n];
        for (int i = 0; i < all.Length; i++)
        {
            table[i / n, i % n] = all[i];
        }

        return table;
    }

    /// <summary>The means [batch, latent] of the codes of images, by nets in use.</summary>
    public Tensor<float> Encode(Tensor<float> x)
    {
        Nets.IsTraining = false;
        using Tensor<float> both = Nets.Encoder.Apply(Nets.Players.Values, x), mean = both.Slice(1, 0, Nets.Latent);
        return mean.Clone();
    }

    /// <summary>Images of codes [batch, latent], by nets in use.</summary>
    public Tensor<float> Generate(Tensor<float> z)
    {
        Nets.IsTraining = false;
        return Nets.Generator.Apply(Nets.Players.Values, z);
    }

    /// <summary>G of the mean of E.</summary>
    public Tensor<float> Reconstruct(Tensor<float> x)
    {
        using Tensor<float> codes = Encode(x);
        return Generate(codes);
    }

    /// <summary>Images whose covered part, where the mask is 1, is filled by the reconstruction of what is seen.</summary>
    /// <param name="x">Images [batch, ...].</param>
    /// <param name="covered">The mask, in their shape or one that is broadcast to it.</param>
    /// <param name="cover">What the encoder sees there.</param>
    public Tensor<float> Complete(Tensor<float> x, Tensor<float> covered, float cover = -2)
    {
        using Tensor<float> seen = Cover(x, covered, cover), inside = Reconstruct(seen);
        return Fill(x, covered, inside);
    }

    /// <summary>The streams' place, rules and the nets with what they remember.</summary>
    public void Visit(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Part("nets", Nets);
        if (playersRule is ICheckpointed mine)
        {
            state.Part("players rule", mine);
        }

        if (criticsRule is ICheckpointed theirs)
        {
            state.Part("critics rule", theirs);
        }

        state.Stream("random", random);
        state.Count("iteration", ref iteration, 0, long.MaxValue);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        owned.ForEach(static part => part.Dispose());
        noise.Dispose();
        discriminatorLoss.Dispose();
        probabilities.Dispose();
    }

    private static Tensor<float> Cover(Tensor<float> x, Tensor<float> covered, float cover)
    {
        using Tensor<float> all = Tensor.Scalar(cover, x.Device), shape = all.Expand(x.Shape);
        return Fill(x, covered, shape);
    }

    private static Tensor<float> Fill(Tensor<float> x, Tensor<float> covered, Tensor<float> inside)
    {
        using Tensor<float> difference = inside - x, change = difference * covered;
        return x + change;
    }

    private TPart Own<TPart>(TPart part)
        where TPart : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private float StepBoth(Tensor<float> x)
    {
        ExtraGradient<float>? mine = playersRule as ExtraGradient<float>, theirs = criticsRule as ExtraGradient<float>;
        bool isAhead = mine is not null || theirs is not null;
        if (isAhead)
        {
            _ = Gradients(x, stepsBetween: false);
            mine?.Extrapolate();
            theirs?.Extrapolate();
        }

        float loss = Gradients(x, stepsBetween: !isAhead);
        if (isAhead)
        {
            criticsRule.Step();
        }

        playersRule.Step();
        return loss;
    }

    private float StepCritics(Tensor<float> x)
    {
        using Scope scope = Scope.Begin();
        float loss = CriticGradient(Places(Evaluate(Nets.Players.Values, x)));
        (criticsRule as ExtraGradient<float>)?.Extrapolate();
        if (criticsRule is ExtraGradient<float>)
        {
            loss = CriticGradient(Places(Evaluate(Nets.Players.Values, x)));
        }

        criticsRule.Step();
        return loss;
    }

    /// <summary>Gradients of both sides, and between them perhaps the discriminator's step.</summary>
    private float Gradients(Tensor<float> x, bool stepsBetween) => Autodiff.ValueAndGradInto(
        Nets.Players.Values, Nets.Players.Gradients, (Model: this, X: x, StepsBetween: stepsBetween), static (flat, s) => s.Model.PlayersLoss(flat, s.X, s.StepsBetween));

    private Tensor<float> PlayersLoss(Tensor<float> flat, Tensor<float> x, bool stepsBetween)
    {
        using Scope scope = Scope.Begin();
        Dictionary<TupleVariable, Tensor<float>> values = Evaluate(flat, x);
        Tensor<float>[] places = Places(values);
        _ = CriticGradient([.. places.Select(static place => Autodiff.StopGradient(place))]);
        if (stepsBetween)
        {
            criticsRule.Step();
        }

        int n = Game.Classes.Count;
        Tensor<float> loss = AdversarialLoss.Players(Scores(Nets.Critics.Values, Blur(places)), Options.Objective);
        loss = Options.Objective == AdversarialObjective.Product && n > 2 ? loss / (n - 1f) : loss;
        foreach ((TupleVariable first, TupleVariable second) in Game.Held)
        {
            loss += Losses.MeanSquaredError(values[first], values[second]) * (float)Options.Held;
        }

        return scope.Keep(loss);
    }

    private float CriticGradient(Tensor<float>[] places) => Autodiff.ValueAndGradInto(
        Nets.Critics.Values, Nets.Critics.Gradients, (Model: this, Places: places), static (flat, s) =>
        {
            using Scope scope = Scope.Begin();
            Tensor<float> logits = s.Model.Scores(flat, s.Model.Blur(s.Places)), loss = AdversarialLoss.Discriminator(logits);
            Autodiff.StopGradient(loss).CopyInto(s.Model.discriminatorLoss);
            Autodiff.StopGradient(logits).Softmax(2).Mean(1).CopyInto(s.Model.probabilities);
            return scope.Keep(loss);
        });

    /// <summary>[n, batch, n] for tuples that stand class after class.</summary>
    private Tensor<float> Scores(Tensor<float> critics, Tensor<float>[] places)
    {
        int n = Game.Classes.Count;
        return Nets.Discriminator.Apply(critics, places, [.. Game.Domains]).Reshape(n, places[0].Shape[0] / n, n);
    }

    /// <summary>For each place of the tuples its variables [n batch, ...], class after class.</summary>
    private Tensor<float>[] Places(Dictionary<TupleVariable, Tensor<float>> values) =>
        [.. Enumerable.Range(0, Game.Domains.Count).Select(k => Tensor.Concatenate(0, [.. Game.Classes.Select(tuple => values[tuple[k]])]))];

    /// <summary>The same with fresh noise on images.</summary>
    private Tensor<float>[] Blur(Tensor<float>[] places) => Options.Noise == 0 ? places :
        [.. places.Select((place, k) => Game.Domains[k] == TupleDomain.Image ? random.Normal<float>(place.Shape, place.Device).FusedMultiplyAdd(noise, place) : place)];

    private Dictionary<TupleVariable, Tensor<float>> Evaluate(Tensor<float> flat, Tensor<float> x)
    {
        Dictionary<TupleVariable, Tensor<float>> values = [], masks = [];
        nint batch = x.Shape[0];
        foreach (TupleVariable variable in Game.Order)
        {
            values[variable] = variable.Step switch
            {
                TupleStep.Data => x,
                TupleStep.Prior => random.Normal<float>([batch, Nets.Latent], x.Device),
                TupleStep.Encode => Draw(Nets.Encoder.Apply(flat, values[variable.Sources[0]])),
                TupleStep.Generate => Nets.Generator.Apply(flat, values[variable.Sources[0]]),
                TupleStep.Describe => Nets.Features!(values[variable.Sources[0]]),
                TupleStep.Cover => Cover(values[variable.Sources[0]], masks[variable] = mask!.Draw(random, batch, x.Device), mask.Cover),
                _ => Fill(values[variable.Sources[0].Sources[0]], masks[variable.Sources[0]], values[variable.Sources[1]]),
            };
        }

        return values;
    }

    /// <summary>mean + exp(log sigma) e, with log sigma kept in [-6, 2].</summary>
    private Tensor<float> Draw(Tensor<float> both)
    {
        int d = Nets.Latent;
        Tensor<float> least = Tensor.Scalar(-6f, both.Device), most = Tensor.Scalar(2f, both.Device);

        // Copies of the halves: a code is a few numbers, too short a row to do each on its own.
        Tensor<float> mean = both.Slice(1, 0, d).Contiguous(), sigma = both.Slice(1, d, 2 * d).Contiguous().Clamp(least, most).Exp();
        return sigma.FusedMultiplyAdd(random.Normal<float>([both.Shape[0], d], both.Device), mean);
    }
}
