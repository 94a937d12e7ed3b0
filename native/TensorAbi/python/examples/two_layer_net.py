"""A two-layer network, 2-50-1 with tanh, learns tanh(x0 x1) by Adam: 20 lines."""
import onsager as on

weights, data = on.random.Stream(seed=1), on.random.Stream(seed=2)
net = {"w": weights.normal((2, 50), std=0.7), "b": on.zeros(50), "v": weights.normal((50, 1), std=0.14)}
adam = on.optimizers.Adam(net, rate=1e-2)


def loss(net, x, y):
    return on.mean(on.square(on.tanh(on.linear(x, net["w"], net["b"])) @ net["v"] - y))


step = on.value_and_grad(loss)
for i in range(500):
    x = data.normal((32, 2))
    value, gradients = step(net, x, on.tanh(x[:, :1] * x[:, 1:]))
    adam.step(gradients)
    if i % 100 == 99:
        print(f"step {i + 1}: loss {float(value):.5f}")
