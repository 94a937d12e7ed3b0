"""Steps along gradients. Parameters are arrays, and lists, tuples and dictionaries of them; a step writes into their memory."""

from ._array import Array
from ._elementwise import sqrt


class Sgd:
    """Gradient descent with momentum: v = momentum v + g, p = p - rate v."""

    def __init__(self, parameters, rate, momentum=0.0):
        self._parameters, self.rate, self.momentum = _leaves(parameters), rate, momentum
        self._speeds = [parameter * 0.0 for parameter in self._parameters]

    def step(self, gradients):
        """One step along the gradients, which are made like the parameters."""
        for parameter, speed, gradient in zip(self._parameters, self._speeds, _leaves(gradients), strict=True):
            speed[...] = speed * self.momentum + gradient
            parameter[...] = parameter - speed * self.rate


class Adam:
    """Adam (Kingma and Ba, 2015): steps by the mean of gradients over the root of the mean of their squares, both corrected for their start at 0."""

    def __init__(self, parameters, rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self._parameters, self.rate, self.beta1, self.beta2, self.epsilon = _leaves(parameters), rate, beta1, beta2, epsilon
        self._means = [parameter * 0.0 for parameter in self._parameters]
        self._squares = [parameter * 0.0 for parameter in self._parameters]
        self._steps = 0

    def step(self, gradients):
        """One step along the gradients, which are made like the parameters."""
        self._steps += 1
        first, second = 1 - self.beta1**self._steps, 1 - self.beta2**self._steps
        for parameter, mean, square, gradient in zip(self._parameters, self._means, self._squares, _leaves(gradients), strict=True):
            mean[...] = mean * self.beta1 + gradient * (1 - self.beta1)
            square[...] = square * self.beta2 + gradient * gradient * (1 - self.beta2)
            parameter[...] = parameter - mean * (self.rate / first) / (sqrt(square / second) + self.epsilon)


def _leaves(tree):
    if isinstance(tree, Array):
        return [tree]
    return [leaf for one in (tree.values() if isinstance(tree, dict) else tree) for leaf in _leaves(one)]
