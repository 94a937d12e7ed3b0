using Onsager.Tensors;

namespace Onsager.Models.Adversarial;

/// <summary>
/// Scores of a tuple of variables: each goes through the tower of its domain, all places of one domain through the same, and what comes out stands side by side before the
/// joint net. A domain without a tower is taken as it is.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="joint">From [batch, all features] to [batch, classes].</param>
/// <param name="image">The tower of images.</param>
/// <param name="latent">The tower of codes.</param>
/// <param name="feature">The tower of features.</param>
public sealed class JointDiscriminator<T>(ILayer<T> joint, ILayer<T>? image = null, ILayer<T>? latent = null, ILayer<T>? feature = null)
    where T : unmanaged
{
    /// <summary>The nets that there are.</summary>
    public IEnumerable<ILayer<T>> Nets => new[] { joint, image, latent, feature }.OfType<ILayer<T>>();

    /// <summary>Scores [batch, classes] of tuples, whose variables [batch, ...] are of these domains.</summary>
    /// <exception cref="ArgumentException">There are no variables, or not as many as domains, or they do not fit the nets.</exception>
    public Tensor<T> Apply(Tensor<T> flat, ReadOnlySpan<Tensor<T>> variables, ReadOnlySpan<TupleDomain> domains)
    {
        if (variables.Length == 0 || variables.Length != domains.Length)
        {
            throw new ArgumentException($"joint discriminator: as many variables as domains are needed; got {variables.Length} and {domains.Length}.", nameof(variables));
        }

        using Scope scope = Scope.Begin();
        Tensor<T>[] parts = new Tensor<T>[variables.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            ILayer<T>? tower = domains[i] switch
            {
                TupleDomain.Image => image,
                TupleDomain.Latent => latent,
                _ => feature,
            };
            Tensor<T> seen = tower is null ? variables[i] : tower.Apply(flat, variables[i]);
            parts[i] = seen.Rank == 2 ? seen : seen.Contiguous().Reshape(seen.Shape[0], -1);
        }

        return scope.Keep(joint.Apply(flat, Tensor.Concatenate(1, parts)));
    }
}
