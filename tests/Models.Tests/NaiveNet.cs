namespace Onsager.Models.Tests;

/// <summary>
/// The two-layer network, its mean squared error, its gradient and the two optimizers as plain loops over doubles, parameters in the flat
/// order hidden weight, hidden bias, output weight, output bias.
/// </summary>
internal sealed class NaiveNet(int inputs, int hidden, int outputs, Func<double, double> activation, Func<double, double, double> slope, double[] parameters)
{
    private readonly double[] first = new double[parameters.Length];
    private readonly double[] second = new double[parameters.Length];
    private int steps;

    public double[] Parameters { get; } = parameters;

    public double[] Gradients { get; } = new double[parameters.Length];

    private int HiddenBias => inputs * hidden;

    private int OutputWeight => HiddenBias + hidden;

    private int OutputBias => OutputWeight + (hidden * outputs);

    /// <summary>The loss of a batch; its gradient goes to <see cref="Gradients"/>.</summary>
    public double Loss(double[] x, double[] target)
    {
        int batch = x.Length / inputs;
        double loss = 0;
        Array.Clear(Gradients);
        for (int row = 0; row < batch; row++)
        {
            double[] before = new double[hidden], after = new double[hidden], dAfter = new double[hidden];
            for (int h = 0; h < hidden; h++)
            {
                before[h] = Parameters[HiddenBias + h];
                for (int i = 0; i < inputs; i++)
                {
                    before[h] += x[(row * inputs) + i] * Parameters[(i * hidden) + h];
                }

                after[h] = activation(before[h]);
            }

            for (int o = 0; o < outputs; o++)
            {
                double y = Parameters[OutputBias + o];
                for (int h = 0; h < hidden; h++)
                {
                    y += after[h] * Parameters[OutputWeight + (h * outputs) + o];
                }

                double difference = y - target[(row * outputs) + o], dy = 2 * difference / (batch * outputs);
                loss += difference * difference / (batch * outputs);
                Gradients[OutputBias + o] += dy;
                for (int h = 0; h < hidden; h++)
                {
                    Gradients[OutputWeight + (h * outputs) + o] += dy * after[h];
                    dAfter[h] += dy * Parameters[OutputWeight + (h * outputs) + o];
                }
            }

            for (int h = 0; h < hidden; h++)
            {
                double dBefore = dAfter[h] * slope(before[h], after[h]);
                Gradients[HiddenBias + h] += dBefore;
                for (int i = 0; i < inputs; i++)
                {
                    Gradients[(i * hidden) + h] += dBefore * x[(row * inputs) + i];
                }
            }
        }

        return loss;
    }

    public void Sgd(double rate)
    {
        for (int i = 0; i < Parameters.Length; i++)
        {
            Parameters[i] -= rate * Gradients[i];
        }
    }

    /// <summary>Kingma and Ba, 2015, algorithm 1, line by line.</summary>
    public void Adam(double rate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        steps++;
        for (int i = 0; i < Parameters.Length; i++)
        {
            first[i] = (beta1 * first[i]) + ((1 - beta1) * Gradients[i]);
            second[i] = (beta2 * second[i]) + ((1 - beta2) * Gradients[i] * Gradients[i]);
            double m = first[i] / (1 - Math.Pow(beta1, steps)), v = second[i] / (1 - Math.Pow(beta2, steps));
            Parameters[i] -= rate * m / (Math.Sqrt(v) + epsilon);
        }
    }
}
