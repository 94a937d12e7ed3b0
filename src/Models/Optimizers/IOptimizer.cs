namespace Onsager.Models;

/// <summary>What takes a step with the gradients that a parameter buffer holds, at a learning rate that may change between steps.</summary>
public interface IOptimizer
{
    /// <summary>The learning rate.</summary>
    double Rate { get; set; }

    /// <summary>One step with the gradients that the buffer holds.</summary>
    void Step();
}
