namespace Onsager.Models.NeurInt;

/// <summary>The losses of one training iteration; zero for what the options leave out.</summary>
/// <param name="Reconstruction">The mean squared error of both ends, added.</param>
/// <param name="Discriminator">The discriminator's loss on images and frames between.</param>
/// <param name="Generator">The frames' loss against it.</param>
/// <param name="Recall">The mean squared error of the recalled noise; 1 is guessing.</param>
public readonly record struct InterpolationLosses(double Reconstruction, double Discriminator, double Generator, double Recall);
