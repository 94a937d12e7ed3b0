using System.Numerics;
using Onsager.Simd;
using Onsager.Tensors;

namespace Onsager.Abi;

/// <summary>
/// The elements in another type. Between integers they wrap around, and booleans count as 0 and 1; to bool all but zeros are true. From floating-point
/// numbers to integers as <see cref="Map.Convert"/> has it: toward zero, beyond the range its nearest end, NaN to 0. float16 and bfloat16 go by way of
/// float32 from and to all but floating-point types. Real numbers become complex ones with imaginary parts 0; complex numbers become no real ones: "real" gives their real parts. float32 and float64 have a derivative from and to one another.
/// </summary>
internal sealed class CastOperator() : Operator("cast", "x; dtype: type", 0)
{
    public override string Types => Every;

    protected override void Run(Call call, ElementType type)
    {
        ElementType to = call.Type();
        if (type == to)
        {
            Movement.Run<CopyMovement>(call, type);
        }
        else if (to.IsComplex())
        {
            _ = to == ElementType.Complex64 ? ToComplex<float>(call) : ToComplex<double>(call);
        }
        else if (!IsWhole(type))
        {
            type.ApplyToReal<FromReal, bool>(new(call, to));
        }
        else if (to == ElementType.Bool)
        {
            type.ApplyByWidth<ToTruth, bool>(new(call));
        }
        else if (to.IsInteger())
        {
            // A boolean is a byte that is 0 or 1.
            (type == ElementType.Bool ? ElementType.UInt8 : type).ApplyToInteger<Wrapping, bool>(new(call, to));
        }
        else
        {
            to.ApplyToReal<ToReal, bool>(new(call));
        }
    }

    private static bool ToComplex<T>(Call call)
        where T : unmanaged
    {
        Tensor<T> real = call.Element.Apply<ToPart<T>, Tensor<T>>(new(call));
        call.Return(real, Tensor.Zeros<T>(real.Shape));
        return true;
    }

    private static bool IsWhole(ElementType type) => type == ElementType.Bool || type.IsInteger();

    /// <summary>The types are asked here, not by methods of their own, so that no conversion is compiled that never runs.</summary>
    private static Tensor<T> Converted<TFrom, T>(Tensor<TFrom> x)
        where TFrom : unmanaged
        where T : unmanaged
    {
        if ((typeof(TFrom) == typeof(Half) || typeof(TFrom) == typeof(BFloat16)) && typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            return x.Cast<float>().Cast<T>();
        }

        if ((typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16)) && typeof(TFrom) != typeof(float) && typeof(TFrom) != typeof(double))
        {
            return x.Cast<float>().Cast<T>();
        }

        return x.Cast<T>();
    }

    private readonly struct FromReal(Call call, ElementType to) : IForType<bool>
    {
        public bool With<TFrom>()
            where TFrom : unmanaged => to.Apply<To<TFrom>, bool>(new(call));
    }

    private readonly struct ToReal(Call call) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged => call.Element.ApplyToWhole<From<T>, bool>(new(call));
    }

    private readonly struct To<TFrom>(Call call) : IForType<bool>
        where TFrom : unmanaged
    {
        public bool With<T>()
            where T : unmanaged
        {
            call.Return(Converted<TFrom, T>(call.Input<TFrom>(0)));
            return true;
        }
    }

    private readonly struct From<T>(Call call) : IForType<bool>
        where T : unmanaged
    {
        public bool With<TFrom>()
            where TFrom : unmanaged
        {
            call.Return(Converted<TFrom, T>(call.Input<TFrom>(0)));
            return true;
        }
    }

    private readonly struct ToPart<T>(Call call) : IForType<Tensor<T>>
        where T : unmanaged
    {
        public Tensor<T> With<TFrom>()
            where TFrom : unmanaged => Converted<TFrom, T>(call.Input<TFrom>(0));
    }

    private readonly struct ToTruth(Call call) : IForType<bool>
    {
        public bool With<T>()
            where T : unmanaged
        {
            call.Return(call.Moved<T>(0).NotEqualTo(Tensor.Zeros<T>([])));
            return true;
        }
    }

    /// <summary>The sign of what comes decides how it is widened; of what becomes of it only the width matters.</summary>
    private readonly struct Wrapping(Call call, ElementType to) : IForInteger<bool>
    {
        public bool With<TFrom>()
            where TFrom : unmanaged, IBinaryInteger<TFrom>
        {
            Tensor<TFrom> x = call.Moved<TFrom>(0).Contiguous();
            switch (to.Width())
            {
                case 1:
                    call.Return(Wrapped<TFrom, byte>(x), to);
                    break;
                case 2:
                    call.Return(Wrapped<TFrom, ushort>(x), to);
                    break;
                case 4:
                    call.Return(Wrapped<TFrom, int>(x), to);
                    break;
                default:
                    call.Return(Wrapped<TFrom, long>(x), to);
                    break;
            }

            return true;
        }

        private static Tensor<T> Wrapped<TFrom, T>(Tensor<TFrom> x)
            where TFrom : unmanaged, IBinaryInteger<TFrom>
            where T : unmanaged, IBinaryInteger<T>
        {
            Tensor<T> y = Tensor.Empty<T>(x.Shape);
            Integers.Wrap<TFrom, T>(x.AsSpan(), y.AsSpan());
            return y;
        }
    }
}
