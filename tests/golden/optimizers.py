"""Golden values of optimizers: parameters after 1, 2 and 25 steps in float64, from fixed starts and gradients.

    python3 tests/golden/optimizers.py > tests/golden/optimizers.json           # the formulas below, nothing to install
    python3 tests/golden/optimizers.py --torch > tests/golden/optimizers.json   # torch.optim itself

The formulas are those of the documentation of torch.optim (SGD, Adam, AdamW, RMSprop), and of Chen et al., "Symbolic discovery of
optimization algorithms", 2023, algorithm 2, for Lion, and of Daskalakis et al., "Training GANs with optimism", 2018, for the optimistic rules,
which torch.optim does not have. Both runs agree to 1e-12; the field "source" says which
one wrote the file.
"""

import json
import math
import sys

START = [0.5, -1.25, 2.0, 0.03125, -0.75]
STEPS = (1, 2, 25)


def gradient(p, t):
    """The gradient that step t (from 1) sees: a slope that depends on the parameters, and a part that does not."""
    return [(i + 1) / 4 * x + ((7 * t + 3 * i) % 11 - 5) / 10 for i, x in enumerate(p)]


CASES = {
    "sgd": ("SGD", dict(lr=0.1)),
    "sgd decay": ("SGD", dict(lr=0.1, weight_decay=0.05)),
    "momentum": ("SGD", dict(lr=0.1, momentum=0.9)),
    "momentum dampened decay": ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.05)),
    "nesterov": ("SGD", dict(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.02)),
    "adam": ("Adam", dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6)),
    "adamw": ("AdamW", dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    "rmsprop": ("RMSprop", dict(lr=0.02, alpha=0.9, eps=1e-6, weight_decay=0.05)),
    "rmsprop momentum": ("RMSprop", dict(lr=0.02, alpha=0.9, eps=1e-6, momentum=0.7)),
    "lion": ("Lion", dict(lr=0.01, betas=(0.9, 0.99), weight_decay=0.1)),
    "optimistic sgd": ("OptimisticSGD", dict(lr=0.1)),
    "optimistic adam": ("OptimisticAdam", dict(lr=0.05, betas=(0.5, 0.9), eps=1e-6)),
}


def sgd(p, g, s, t, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False):
    g += weight_decay * p
    if momentum:
        s["b"] = momentum * s["b"] + (1 - dampening) * g if t > 1 else g
        g = g + momentum * s["b"] if nesterov else s["b"]
    return p - lr * g


def adam(p, g, s, t, lr, betas, eps, weight_decay=0):
    p *= 1 - lr * weight_decay
    s["m"] = betas[0] * s.get("m", 0) + (1 - betas[0]) * g
    s["v"] = betas[1] * s.get("v", 0) + (1 - betas[1]) * g * g
    return p - lr * (s["m"] / (1 - betas[0] ** t)) / (math.sqrt(s["v"] / (1 - betas[1] ** t)) + eps)


def rmsprop(p, g, s, t, lr, alpha, eps, weight_decay=0, momentum=0):
    g += weight_decay * p
    s["v"] = alpha * s.get("v", 0) + (1 - alpha) * g * g
    step = g / (math.sqrt(s["v"]) + eps)
    if momentum:
        s["b"] = momentum * s.get("b", 0) + step
        step = s["b"]
    return p - lr * step


def lion(p, g, s, t, lr, betas, weight_decay):
    p *= 1 - lr * weight_decay
    direction = betas[0] * s.get("m", 0) + (1 - betas[0]) * g
    s["m"] = betas[1] * s.get("m", 0) + (1 - betas[1]) * g
    return p - lr * ((direction > 0) - (direction < 0))


def optimistic(p, d, s, lr):
    """Twice the direction, less the one before; the first step is a plain one."""
    p -= lr * (2 * d - s.get("d", d))
    s["d"] = d
    return p


def optimistic_sgd(p, g, s, t, lr):
    return optimistic(p, g, s, lr)


def optimistic_adam(p, g, s, t, lr, betas, eps):
    return optimistic(p, -adam(0, g, s, t, 1, betas, eps), s, lr)


FORMULAS = {
    "SGD": sgd, "Adam": adam, "AdamW": adam, "RMSprop": rmsprop, "Lion": lion, "OptimisticSGD": optimistic_sgd, "OptimisticAdam": optimistic_adam,
}


def by_formula(kind, options):
    p, states, seen = list(START), [{} for _ in START], []
    for t in range(1, STEPS[-1] + 1):
        p = [FORMULAS[kind](x, g, s, t, **options) for x, g, s in zip(p, gradient(p, t), states)]
        if t in STEPS:
            seen += p
    return seen


def by_torch(kind, options):
    import torch

    p, seen = torch.tensor(START, dtype=torch.float64, requires_grad=True), []
    optimizer = getattr(torch.optim, kind)([p], **options)
    for t in range(1, STEPS[-1] + 1):
        p.grad = torch.tensor(gradient(p.tolist(), t), dtype=torch.float64)
        optimizer.step()
        if t in STEPS:
            seen += p.tolist()
    return seen


def main():
    with_torch, source = "--torch" in sys.argv[1:], "formulas"
    if with_torch:
        import torch

        source = f"torch {torch.__version__}"
    values = {}
    for name, (kind, options) in CASES.items():
        values[name] = by_formula(kind, options)
        if with_torch and hasattr(torch.optim, kind):
            other = by_torch(kind, options)
            assert all(abs(x - y) <= 1e-12 * max(1, abs(x)) for x, y in zip(values[name], other)), name
            values[name] = other
    lines = ",\n".join(f'  "{name}": {json.dumps(numbers)}' for name, numbers in values.items())
    print(f'{{\n  "source": "{source}",\n{lines}\n}}')


if __name__ == "__main__":
    main()
