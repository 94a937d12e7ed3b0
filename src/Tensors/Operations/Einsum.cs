namespace Onsager.Tensors;

/// <content>Sums of products by Einstein's convention.</content>
public static partial class Tensor
{
    /// <summary>
    /// The sum of products that an equation names, as "ij,jk->ik": a letter for each axis, the same letter for axes that run together, and
    /// letters that the output does not have are summed over. A letter twice in one operand means its diagonal; "..." stands for further
    /// axes, which broadcast; without "->" the output has the letters that occur once, in alphabetical order, behind the "..." ones.
    /// </summary>
    /// <remarks>
    /// Operands are contracted from left to right: axes that one operand alone has are summed first, in the fixed order; then two operands
    /// are a matrix product, whose order is the contract's with the summed letters in the order in which the left one has them. The result
    /// has memory of its own.
    /// </remarks>
    /// <exception cref="ArgumentException">The equation cannot be read, or does not fit the operands.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static Tensor<T> Einsum<T>(string equation, params ReadOnlySpan<Tensor<T>> operands)
        where T : unmanaged
    {
        CheckArithmetic<T>("einsum");
        Equation plan = Equation.Read(equation, Shapes(operands));
        CheckDevices(operands);
        Term<T> result = Term<T>.Of(operands[0], plan.Inputs[0], plan);
        for (int i = 1; i < operands.Length; i++)
        {
            // What nobody behind needs is summed in this product.
            string later = plan.Output;
            for (int j = i + 1; j < operands.Length; j++)
            {
                later += plan.Inputs[j];
            }

            using Tensor<T> left = result.Tensor;
            Term<T> right = Term<T>.Of(operands[i], plan.Inputs[i], plan);
            using Tensor<T> released = right.Tensor;
            result = result.Times(right, later, plan);
        }

        using Tensor<T> last = result.Tensor;
        using Tensor<T> summed = result.Only(plan.Output).InOrder(plan.Output);
        foreach (Tensor<T> operand in operands)
        {
            if (summed.Node.Storage == operand.Node.Storage)
            {
                return summed.Clone();
            }
        }

        return summed.Contiguous();
    }

    /// <summary>The sum of products that an equation names, into an existing tensor.</summary>
    /// <exception cref="ArgumentException">The equation cannot be read or does not fit the operands, the destination has not the result's shape, or it overlaps an operand.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void EinsumInto<T>(string equation, Tensor<T> destination, params ReadOnlySpan<Tensor<T>> operands)
        where T : unmanaged
    {
        CheckArithmetic<T>("einsum");
        Shape shape = Equation.Read(equation, Shapes(operands)).OutputShape;
        foreach (Tensor<T> operand in operands)
        {
            Indexing.CheckSeparate("einsum", shape, destination.Node, operand.Node);
        }

        using Tensor<T> result = Einsum(equation, operands);
        destination.Device.Copy<T>(result.Operand, destination.Operand);
    }

    private static Shape[] Shapes<T>(ReadOnlySpan<Tensor<T>> operands)
        where T : unmanaged
    {
        Shape[] shapes = new Shape[operands.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            shapes[i] = operands[i].Shape;
        }

        return shapes;
    }

    private static void CheckDevices<T>(ReadOnlySpan<Tensor<T>> operands)
        where T : unmanaged
    {
        foreach (Tensor<T> operand in operands)
        {
            Elementwise.CheckDevices("einsum", operands[0].Node, operand.Node);
        }
    }
}

/// <summary>A factor on its way: a tensor and the letter of each of its axes, all different.</summary>
internal readonly struct Term<T>(Tensor<T> tensor, string letters)
    where T : unmanaged
{
    public Tensor<T> Tensor { get; } = tensor;

    public string Letters { get; } = letters;

    /// <summary>An operand with broadcast axes in full extent, each letter once, and without those that nobody else has.</summary>
    public static Term<T> Of(Tensor<T> operand, string letters, Equation plan)
    {
        Tensor<T> tensor = operand.Expand(plan.ShapeOf(letters));
        for (int i = 0; i < letters.Length; i++)
        {
            for (int other = letters.IndexOf(letters[i], i + 1); other >= 0; other = letters.IndexOf(letters[i], i + 1))
            {
                // The diagonal's axis comes last, in the place of both.
                using Tensor<T> square = tensor;
                tensor = square.Diagonal(0, i, other);
                letters = letters.Remove(other, 1).Remove(i, 1) + letters[i];
            }
        }

        string shared = string.Empty;
        foreach (char letter in letters)
        {
            shared += plan.IsAlone(letter) ? string.Empty : letter;
        }

        using (tensor)
        {
            return new(new Term<T>(tensor, letters).Only(shared).Tensor, shared);
        }
    }

    /// <summary>Summed over the letters that are not among the wanted ones.</summary>
    public Term<T> Only(string wanted)
    {
        Span<int> axes = stackalloc int[Shape.MaxRank];
        int count = 0;
        string left = string.Empty;
        for (int axis = 0; axis < Letters.Length; axis++)
        {
            if (wanted.Contains(Letters[axis], StringComparison.Ordinal))
            {
                left += Letters[axis];
            }
            else
            {
                axes[count++] = axis;
            }
        }

        return count == 0 ? new(Tensor.Share(), Letters) : new(Tensor.Sum(axes[..count]), left);
    }

    /// <summary>The axes in the order of the letters.</summary>
    public Tensor<T> InOrder(string letters)
    {
        using Tensor<T> own = Tensor;
        Span<int> order = stackalloc int[letters.Length];
        for (int axis = 0; axis < order.Length; axis++)
        {
            order[axis] = Letters.IndexOf(letters[axis], StringComparison.Ordinal);
        }

        return own.Permute(order);
    }

    /// <summary>
    /// The product, summed over the letters that both have and nobody later needs: matrices [batch, left, summed] times [batch, summed,
    /// right]; where there is nothing to sum, products element by element.
    /// </summary>
    public Term<T> Times(Term<T> other, string later, Equation plan)
    {
        string batch = string.Empty, left = string.Empty, summed = string.Empty, right = string.Empty;
        foreach (char letter in Letters)
        {
            bool isShared = other.Letters.Contains(letter, StringComparison.Ordinal), isNeeded = later.Contains(letter, StringComparison.Ordinal);
            batch += isShared && isNeeded ? letter : string.Empty;
            left += isShared ? string.Empty : letter;
            summed += isShared && !isNeeded ? letter : string.Empty;
        }

        foreach (char letter in other.Letters)
        {
            right += Letters.Contains(letter, StringComparison.Ordinal) ? string.Empty : letter;
        }

        nint b = plan.Size(batch), m = plan.Size(left), k = plan.Size(summed), n = plan.Size(right);
        string letters = batch + left + right;
        if (letters.Length > Shape.MaxRank)
        {
            throw new ArgumentException($"einsum: a product of operands has {letters.Length} axes; at most {Shape.MaxRank} are supported.");
        }

        using Tensor<T> x = Matrix(batch + left + summed, summed.Length > 0 ? [b, m, k] : [b, m, 1]);
        using Tensor<T> y = other.Matrix(batch + summed + right, summed.Length > 0 ? [b, k, n] : [b, 1, n]);
        using Tensor<T> product = summed.Length > 0 ? x.MatMul(y) : x * y;
        return new(product.Reshape(plan.ShapeOf(letters).AsSpan()), letters);
    }

    /// <summary>The axes in this order, multiplied out to three.</summary>
    private Tensor<T> Matrix(string order, ReadOnlySpan<nint> extents)
    {
        using Tensor<T> permuted = new Term<T>(Tensor.Share(), Letters).InOrder(order);
        if (permuted.Layout.TryReshape(Shape.Create(extents), out Layout layout))
        {
            return permuted.View(layout);
        }

        using Tensor<T> packed = permuted.Contiguous();
        return packed.Reshape(extents);
    }
}
