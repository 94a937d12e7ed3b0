"""Derivatives of functions of arrays, and of lists, tuples and dictionaries of arrays."""

from ctypes import byref, c_uint64

from . import _library
from ._array import Array, apply


def value_and_grad(function, argnums=0):
    """
    The function that gives function's value and its gradient by one of its arguments, or a tuple of gradients where argnums is a tuple.

    Such an argument is an array of float32 or float64, or a list, tuple or dictionary of them, of any depth; the gradient is made like it. The
    function computes with its arguments as it likes, and gives an array without axes. What it does not compute from them is a constant.
    Gradients may be differentiated in their turn; the value is a number then.
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    def differentiated(*arguments, **keywords):
        leaves = []
        for number in numbers:
            if not -len(arguments) <= number < len(arguments):
                raise TypeError(f"there is no argument {number} to differentiate by: {len(arguments)} are given")
            _collect(arguments[number], leaves, number)

        def of_leaves(fresh):
            own, rest = list(arguments), iter(fresh)
            for number in numbers:
                own[number] = _rebuilt(arguments[number], rest)
            return function(*own, **keywords)

        value, gradients = _run(of_leaves, leaves)
        rest = iter(gradients)
        made = tuple(_rebuilt(arguments[number], rest) for number in numbers)
        return value, made[0] if isinstance(argnums, int) else made

    return differentiated


def grad(function, argnums=0):
    """The function that gives the gradient alone; see value_and_grad."""
    both = value_and_grad(function, argnums)

    def differentiated(*arguments, **keywords):
        return both(*arguments, **keywords)[1]

    return differentiated


def _run(function, leaves):
    raised = []

    @_library.FUNCTION
    def called(_, inputs, count, result):
        # An exception cannot cross the library: it waits outside.
        try:
            value = function([apply("share", _Lent(inputs[i])) for i in range(count)])
            if not isinstance(value, Array):
                raise TypeError(f"the function to differentiate gave {type(value).__name__}, not an array")
            result[0] = _library.operator("share", [value._handle])[0]
            return 0
        except BaseException as error:
            raised.append(error)
            return 1

    value, gradients = c_uint64(), (c_uint64 * len(leaves))()
    handles = (c_uint64 * len(leaves))(*[leaf._handle for leaf in leaves])
    try:
        _library.call("value_and_grad", called, None, handles, len(leaves), byref(value), gradients)
    except _library.CallbackError:
        raise raised[0] from None
    return Array._of(value.value), [Array._of(handle) for handle in gradients]


class _Lent:
    """A handle that is the library's."""

    def __init__(self, handle):
        self._handle = handle


def _collect(tree, leaves, number):
    if isinstance(tree, Array):
        leaves.append(tree)
    elif isinstance(tree, dict):
        for one in tree.values():
            _collect(one, leaves, number)
    elif isinstance(tree, (list, tuple)):
        for one in tree:
            _collect(one, leaves, number)
    else:
        raise TypeError(f"argument {number} holds {type(tree).__name__}: derivatives are by arrays, and lists, tuples and dictionaries of them")


def _rebuilt(tree, leaves):
    """The tree with the next leaves in the place of its own."""
    if isinstance(tree, Array):
        return next(leaves)
    if isinstance(tree, dict):
        return {key: _rebuilt(one, leaves) for key, one in tree.items()}
    made = [_rebuilt(one, leaves) for one in tree]
    return type(tree)(*made) if hasattr(tree, "_fields") else type(tree)(made)
