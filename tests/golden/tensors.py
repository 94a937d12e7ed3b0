"""Golden values of tensor operations, of layers, losses and their gradients: what NumPy and PyTorch themselves compute, in float64.

    python3 tests/golden/tensors.py > tests/golden/tensors.json      # needs both: Debian's python3-numpy and python3-torch

A case's name is the expression that was evaluated. NumPy's expressions are about the names in `names()`; PyTorch's begin with the shapes of
their inputs, and their values are the result y and the gradient of (y * ramp(y.shape, 9)).sum() with respect to each input. The tests
tests/Tensors.Tests/NumPyTests.cs and tests/Models.Tests/PyTorchTests.cs have the same cases by the same names.
"""

import json
import math

import warnings

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def ramp(shape, seed=0, modulus=101):
    """Multiples of 1/16 that jump up and down, exact in every type; a small modulus makes many of them equal."""
    i = np.arange(math.prod(shape))
    return ((((37 * i) + (11 * seed)) % modulus - (modulus // 2)) / 16).reshape(shape)


def names():
    special = np.array([math.nan, math.inf, -math.inf, 0.0, -0.0, 1, -1, 0.5, -0.5, 2.5, -3.5, 1e-320, 1e300])
    return dict(
        np=np, nan=math.nan, inf=math.inf, x=ramp([3, 4, 5]), m=ramp([4, 5], 1), r=ramp([5], 2), c=ramp([4, 1], 3), t=ramp([4, 6], 4, 7),
        z=np.zeros([0, 3]), s=special, p=special[:, None], n=np.array([[1, math.nan, -2], [0.0, -0.0, 3], [math.inf, -math.inf, 5]]),
        i=np.array([2, 0, -1, 2]), j=np.array([[0, 3, 1, 1, -1], [2, 2, 0, 3, 1]]), k=ramp([5, 3], 5), v=np.sort(ramp([9], 6, 7)), u=ramp([7], 7, 7),
        a=ramp([2, 1, 3, 4], 8), b=ramp([3, 4, 2], 10), q=np.abs(ramp([6], 11)) / 4, put=put, put_along=put_along, add_at=add_at)


def put(x, indices, values):
    np.put(x := x.copy(), indices, values)
    return x


def put_along(x, indices, values, axis):
    np.put_along_axis(x := x.copy(), indices, values, axis)
    return x


def add_at(x, indices, values):
    np.add.at(x := x.copy(), indices, values)
    return x


# Exactly: IEEE 754 fixes every bit, or nothing is computed.
NUMPY_EXACT = """
x[::-1] | x[:, ::-2, 1:4:2] | x[-1, ..., ::3] | x[2:0:-1, None, 1] | x[1:1] | x[:, -3:-1] | x.transpose(2, 0, 1)[::2] | np.flip(x, (0, 2)) | np.rot90(m, 3)
np.moveaxis(x, 0, 2) | np.diagonal(m, 1) | np.diagonal(x, -1, 1, 2) | np.tril(m, -1) | np.triu(x, 1) | np.eye(3, 4, 1) | np.meshgrid(r, u) | np.meshgrid(r, u, indexing='ij')
m + r | m - c | c * r | m / c | np.maximum(m, c) | np.minimum(c, r) | np.broadcast_to(c, (2, 4, 3)) | np.concatenate([m, 2 * m], 0) | np.stack([m, m + 1, -m], 1)
np.max(x, 1) | np.min(x, (0, 2), keepdims=True) | np.argmax(t, 1) | np.argmin(t, 0) | np.argmax(n, 1) | np.argmin(n, 1) | np.max(n, 1) | np.min(n, 0)
np.any(t, 0) | np.all(t, 1) | np.count_nonzero(t, 1, keepdims=True) | np.any(n, 1) | np.any(z, 0) | np.all(z, 0) | np.sum(z, 0) | np.sum(z, 1) | np.mean(z, 0) | np.var(z, 0)
np.sort(t, 1) | np.sort(t, 0) | np.sort(n, 1) | np.flip(np.sort(n, 1), 1) + 0 | np.sort(t.ravel()) | np.argsort(t, 1, stable=True) | np.argsort(-t, 0, stable=True)
np.argsort(n, 1, stable=True) | np.flip(np.sort(t, 1), 1)[:, :3] | np.sort(t, 0)[:2] | np.unique(t, return_index=True, return_inverse=True, return_counts=True)
np.unique(n, equal_nan=False) + 0 | np.searchsorted(v, u) | np.searchsorted(v, u, side='right') | np.searchsorted(v, s) | np.searchsorted(np.sort(s), s, side='right')
np.argwhere(t) | np.argwhere(n)
np.pad(m, ((2, 1), (0, 3)), constant_values=1.5) | np.pad(m, ((2, 1), (1, 4)), mode='reflect') | np.pad(m, ((2, 1), (1, 6)), mode='edge') | np.pad(m, ((2, 1), (1, 5)), mode='wrap')
np.roll(x, 2, 1) | np.roll(x, (1, -3), (0, 2)) | np.roll(m, -7, 0) | np.tile(m, 2) | np.tile(m, (2, 1, 3)) | np.tile(x, (2, 1)) | np.repeat(m, 3, 0) | np.repeat(m, [1, 0, 2, 1], 0)
np.take(m, i, 0) | np.take(x, j, 1) | np.take_along_axis(m, j, 0) | np.take_along_axis(m, j[:, :1], 0) | m[m > 0] | x[:, m[:, 0] > 0]
put(m, [0, 3, -1, 7, 3], [10, 20, 30, 40, 50]) | put(m, [[0, 3], [5, 6]], 7.5) | put_along(m, j, m[2:], 0) | add_at(m, i, m) | np.where(m > r, m, r) | np.where(m > 0, c, np.nan)
np.select([m > 1, m > 0], [m, -m], 9) | np.choose([[1, 0, 1, 1, 0]], [m, 2 * m]) | np.arange(2, -1, -0.25) | np.linspace(-1, 2, 7) | np.linspace(0, 1, 4, endpoint=False)
np.abs(s) | -s | np.sqrt(s) | np.floor(s) | np.ceil(s) | np.trunc(s) | np.rint(s) | np.square(s) | 1 / s | np.isnan(s) | np.isfinite(s) | np.isinf(s)
s + p | s - p | s * p | s / p | np.less(s, p) | np.less_equal(s, p) | np.equal(s, p) | np.not_equal(s, p) | s.astype(np.float32).astype(float) | s.astype(np.float16).astype(float)
s.astype(bool) | m.astype(np.int32) | np.isclose(n, n + 1e-9) | np.isclose(n, n.T, equal_nan=True)
"""

# Sums in another order: within 1e-12 of the largest element.
NUMPY_SUMS = """
np.sum(x) | np.sum(x, (0, 2), keepdims=True) | np.sum(x, 1) | np.mean(x, (1, 2)) | np.mean(x, 0, keepdims=True) | np.var(x) | np.var(x, 1, ddof=1) | np.std(x, (0, 2), ddof=1.5)
np.std(m, 0, keepdims=True) | np.var(m[:, :1], 1, ddof=1) | np.sum(n, 1) | np.mean(n, 0) | np.var(n, 1) | np.linalg.norm(m) | np.linalg.norm(m, axis=1) | np.linalg.norm(m, 1, axis=0)
np.linalg.norm(m, np.inf, axis=1, keepdims=True) | np.logaddexp.reduce(m, 1) | np.logaddexp.reduce(n, 1) | np.cumsum(x, 0) | np.cumsum(x, 2) | np.cumsum(n, 1) | np.cumsum(z, 1)
m @ k | r @ k | m @ r | r @ r | a @ b | np.matmul(b, a[0, 0, :2, :]) | z @ k[:3] | z.T @ z
np.einsum('ij,jk->ik', m, k) | np.einsum('ij,ij->j', m, m) | np.einsum('ijk,jk', x, m) | np.einsum('ijk->kj', x) | np.einsum('ii->i', m[:, :4]) | np.einsum('i,j,k->kij', r, u, r)
np.einsum('...ij,...jk->...ik', a, b) | np.einsum('ij,jk,kl->il', m, k, k.T) | np.einsum('ij->', m)
"""

# Functions that are rounded otherwise: each element within 1e-12; what is no number, infinite or zero is so exactly.
NUMPY_FUNCTIONS = """
np.exp(s) | np.expm1(s) | np.exp2(s) | np.log(s) | np.log1p(s) | np.log2(s) | np.log10(s) | np.sin(s[:12]) | np.cos(s[:12]) | np.tan(s[:12]) | np.sinh(s) | np.cosh(s) | np.tanh(s)
np.arcsin(s) | np.arccos(s) | np.arctan(s) | np.cbrt(s) | np.power(s, p) | np.hypot(s, p) | np.arctan2(s, p)
np.exp(m) | np.expm1(m / 64) | np.log(q) | np.log1p(q) | np.sin(9 * m) | np.cos(9 * m) | np.tan(m) | np.sinh(m) | np.tanh(m) | np.arcsin(m / 4) | np.arctan2(m, c) | np.power(q, r[:, None])
"""

TORCH = """
x 2,4,9; w 6,2,3; b 6: F.conv1d(x, w, b, stride=2, padding=1, dilation=2, groups=2)
x 2,3,7; w 4,3,2: F.conv1d(x, w)
x 2,2,5,6; w 4,2,3,2; b 4: F.conv2d(x, w, b)
x 1,4,6,5; w 4,2,2,3; b 4: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(2, 1), groups=2)
x 2,3,5,5; w 3,1,3,3: F.conv2d(x, w, stride=2, padding=1, groups=3)
x 2,4,5; w 4,2,3; b 4: F.conv_transpose1d(x, w, b, stride=3, padding=1, output_padding=2, groups=2, dilation=2)
x 1,2,3,4; w 2,3,2,3; b 3: F.conv_transpose2d(x, w, b)
x 1,4,3,2; w 4,1,2,3: F.conv_transpose2d(x, w, stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2, dilation=(1, 2))
x 2,3,9: F.max_pool1d(x, 3, stride=2, padding=1)
x 1,2,7,6: F.max_pool2d(x, 2)
x 1,2,7,6: F.max_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 1), dilation=(1, 2))
x 2,3,9: F.avg_pool1d(x, 3, stride=2, padding=1)
x 1,2,7,6: F.avg_pool2d(x, (3, 2), stride=(2, 1), padding=(1, 1))
x 2,2,5: F.interpolate(x, 8)
x 1,2,4,5: F.interpolate(x, (7, 3))
x 2,2,5: F.interpolate(x, 8, mode='linear')
x 2,2,7: F.interpolate(x, 3, mode='linear')
x 2,2,5: F.interpolate(x, 9, mode='linear', align_corners=True)
x 1,2,4,5: F.interpolate(x, (7, 3), mode='bilinear')
x 1,2,4,5: F.interpolate(x, (2, 9), mode='bilinear', align_corners=True)
x 1,1,3,4: F.interpolate(x, (1, 6), mode='bilinear', align_corners=True)
x 3,4,5; w 5; b 5: F.layer_norm(x, [5], w, b, 1e-3)
x 6,3; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, True, 0.3, 1e-3)
x 2,3,2,4; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, True, 0.1, 1e-5)
x 2,3,4; w 3; b 3: F.batch_norm(x, mean(3), variance(3), w, b, False, 0.1, 1e-5)
x 6,4; w 4,3; b 3: F.linear(x, w.T, b)
x 4,3: F.embedding(torch.tensor([[2, 0, 2], [3, 2, 0]]), x)
w 4,3: spectral(w)
x 5,4: F.cross_entropy(x, torch.tensor([3, 0, 1, 1, 2]))
x 5,4; t 5,4: F.mse_loss(x, t)
x 5,4; t 5,4: F.l1_loss(x, t)
x 5,4; t 5,4: F.huber_loss(x, t, delta=0.75)
x 5,4; t 5,4: F.binary_cross_entropy_with_logits(x, torch.sigmoid(t))
x 5,4; t 5,4: F.kl_div(F.log_softmax(x, 1), F.softmax(t, 1), reduction='batchmean')
x 3,4,5: F.softmax(x, 1)
x 3,4,5: F.log_softmax(x, 2)
x 3,4,5: torch.logsumexp(x, (0, 2))
x 4,5: torch.cumsum(x, 0)
x 4,5: torch.std(x, 1, correction=1)
x 4,5: torch.var(x, 0, correction=0)
x 4,5: torch.linalg.vector_norm(x, 2, 1)
x 4,5: torch.amax(x, 1)
x 4,5: torch.sort(x, 0).values
x 4,5: torch.topk(x, 2, 1).values
x 4,5: torch.gather(x, 1, torch.tensor([[0, 0, 4], [3, 2, 1], [1, 1, 1], [0, 2, 4]]))
x 4,5; s 2,5: x.scatter(0, torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 3, 1]]), s)
x 4,5; s 2,5: x.scatter_add(0, torch.tensor([[0, 3, 1, 1, 2], [0, 2, 1, 3, 1]]), s)
x 4,5; s 3,5: x.index_add(0, torch.tensor([2, 0, 2]), s)
x 2,3,4; y 4,3: torch.einsum('bij,ji->bi', x, y)
x 3,2; y 2,3: torch.tanh(x @ y) @ x
x 4,5: F.pad(x[None, None], (2, 1, 1, 2), mode='reflect')[0, 0]
x 4,5: F.pad(x[None, None], (2, 1, 1, 2), mode='circular')[0, 0]
x 4,5: F.gelu(x)
x 4,5: F.gelu(x, approximate='tanh')
x 4,5: F.silu(x)
x 4,5: F.mish(x)
x 4,5: F.softplus(x)
x 4,5: F.elu(x, 0.5)
x 4,5: F.leaky_relu(x, 0.125)
x 4,5: F.relu(x)
x 4,5: torch.special.erf(x)
x 4,5: torch.special.erfc(x)
x 4,5: torch.special.log_ndtr(x)
x 4,5: torch.lgamma(x.square() + 0.25)
x 4,5: torch.digamma(x.square() + 0.25)
x 4,5: torch.special.erfinv(x / 4)
"""


def mean(n):
    return torch.tensor(ramp([n], 12))


def variance(n):
    return torch.tensor(np.abs(ramp([n], 13)) + 0.5)


def spectral(w):
    """The weight over its largest singular value, whose vectors are constants to the gradient."""
    u, _, v = torch.linalg.svd(w.detach())
    return w / (u[:, 0] @ w @ v[0])


def by_torch(line):
    shapes, expression = line.split(": ", 1)
    inputs = {}
    for seed, part in enumerate(shapes.split("; ")):
        name, extents = part.split(" ")
        inputs[name] = torch.tensor(ramp([int(e) for e in extents.split(",")], seed), requires_grad=True)
    y = eval(expression, globals(), inputs)
    (y * torch.tensor(ramp(list(y.shape), 9))).sum().backward()
    return [list(x.shape) for x in inputs.values()], [y.detach().numpy()] + [x.grad.numpy() for x in inputs.values()]


def others():
    """What is no function of tensors: running statistics, clipping, schedules, fans, and what initialisers draw (largest magnitude, deviation)."""
    m, v = mean(3), variance(3)
    F.batch_norm(torch.tensor(ramp([2, 3, 4])), m, v, training=True, momentum=0.3)
    yield "running mean and variance", [m.numpy(), v.numpy()]
    p = torch.nn.Parameter(torch.zeros(5, dtype=torch.float64))
    p.grad = torch.tensor(ramp([5]))
    norm = torch.nn.utils.clip_grad_norm_([p], 1.5)
    yield "clip_grad_norm_", [norm.numpy(), p.grad.numpy()]
    for name, make in dict(
            StepLR=lambda o: torch.optim.lr_scheduler.StepLR(o, 4, 0.5), ExponentialLR=lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.9),
            CosineAnnealingLR=lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10, 0.01)).items():
        optimizer = torch.optim.SGD([p], lr=0.2)
        scheduler, rates = make(optimizer), []
        for _ in range(10):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        yield name, [np.array(rates)]
    yield "fans", [np.array(torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(8, 5, 3, 2)))]
    torch.manual_seed(1)
    for name, fill in dict(
            xavier_uniform_=lambda w: torch.nn.init.xavier_uniform_(w, 2.0), xavier_normal_=torch.nn.init.xavier_normal_,
            kaiming_uniform_=lambda w: torch.nn.init.kaiming_uniform_(w, nonlinearity="relu"),
            kaiming_normal_=lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu")).items():
        w = fill(torch.empty(300, 80, 3, 2, dtype=torch.float64))
        yield name, [np.array([w.abs().max().item() if "uniform" in name else 0, w.std(correction=0).item()])]


def plain(array):
    """Shape and elements; what JSON has no number for is a string."""
    array = np.asarray(array)
    values = [x if isinstance(x, (bool, int)) or math.isfinite(x) else str(x) for x in array.ravel().tolist()]
    return {"shape": list(array.shape), "values": [int(x) if isinstance(x, float) and x.is_integer() and abs(x) < 1e15 and (x or math.copysign(1, x) > 0) else x for x in values]}


def expressions(text):
    return [expression.strip() for line in text.strip().splitlines() for expression in line.split(" | ")]


def main():
    cases = {}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for kind, text in dict(exact=NUMPY_EXACT, sum=NUMPY_SUMS, function=NUMPY_FUNCTIONS).items():
            for expression in expressions(text):
                value = eval(expression, names())
                cases[expression] = {"kind": kind, "values": [plain(part) for part in (value if isinstance(value, (tuple, list)) else [value])]}
    for line in TORCH.strip().splitlines():
        shapes, values = by_torch(line)
        cases[line] = {"kind": "torch", "inputs": shapes, "values": [plain(value) for value in values]}
    for name, values in others():
        cases[name] = {"kind": "other", "values": [plain(value) for value in values]}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(case, separators=(',', ':'))}" for name, case in cases.items())
    print(f'{{\n"source": "numpy {np.__version__}, torch {torch.__version__}",\n"cases": {{\n{lines}\n}}\n}}')


if __name__ == "__main__":
    main()
