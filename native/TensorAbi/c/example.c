/*
 * A two-layer network, tanh(x w + b) v, learns the product of two numbers by gradient descent with momentum: tensors, operators by name,
 * the gradients of a function, random numbers. Ends with 0 if the loss has fallen to less than a tenth.
 */
#include <onsager.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUTS = 2, HIDDEN = 50, BATCH = 32, STEPS = 500, PARAMETERS = 3 };

/* Ends the program with the library's message where a call has failed. */
static void check(int32_t status)
{
    if (status != ONSAGER_OK) {
        fprintf(stderr, "error %d: %s\n", (int)status, onsager_error_message());
        exit(1);
    }
}

static onsager_tensor call1(const char *name, onsager_tensor x)
{
    onsager_tensor result;
    check(onsager_call(name, &x, 1, NULL, 0, &result, 1, NULL));
    return result;
}

static onsager_tensor call2(const char *name, onsager_tensor x, onsager_tensor y)
{
    onsager_tensor inputs[] = {x, y}, result;
    check(onsager_call(name, inputs, 2, NULL, 0, &result, 1, NULL));
    return result;
}

static onsager_tensor normal(onsager_stream stream, int64_t rows, int64_t columns, double deviation)
{
    onsager_tensor result;
    check(onsager_stream_draw(stream, ONSAGER_NORMAL, ONSAGER_FLOAT32, 2, (int64_t[]){rows, columns}, 0, deviation, &result));
    return result;
}

/* Column number column of x, as a view [rows, 1]. */
static onsager_tensor column(onsager_tensor x, int64_t rows, int64_t number)
{
    int64_t starts[] = {0, number}, counts[] = {rows, 1}, steps[] = {1, 1};
    onsager_argument arguments[] = {
        {"starts", ONSAGER_INTEGERS, 2, {.integers = starts}},
        {"counts", ONSAGER_INTEGERS, 2, {.integers = counts}},
        {"steps", ONSAGER_INTEGERS, 2, {.integers = steps}},
    };
    onsager_tensor result;
    check(onsager_call("slice", &x, 1, arguments, 3, &result, 1, NULL));
    return result;
}

struct data {
    onsager_tensor x, y;
};

/* The mean of (tanh(x w + b) v - y)^2. */
static int32_t loss(void *state, const onsager_tensor *parameters, int32_t count, onsager_tensor *result)
{
    struct data *data = state;
    (void)count;
    onsager_tensor inputs[] = {data->x, parameters[0], parameters[1]}, sum;
    check(onsager_call("linear", inputs, 3, NULL, 0, &sum, 1, NULL));
    onsager_tensor hidden = call1("tanh", sum), output = call2("matmul", hidden, parameters[2]);
    onsager_tensor error = call2("subtract", output, data->y), square = call1("square", error);
    *result = call1("mean", square);
    onsager_tensor made[] = {sum, hidden, output, error, square};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        check(onsager_tensor_free(made[i]));
    return 0;
}

static float number(onsager_tensor scalar)
{
    float value;
    check(onsager_tensor_read(scalar, &value, sizeof value));
    return value;
}

static onsager_tensor scalar(float value)
{
    onsager_tensor result;
    check(onsager_tensor_create(ONSAGER_FLOAT32, 0, NULL, &value, &result));
    return result;
}

int main(void)
{
    onsager_stream weights, draws;
    check(onsager_stream_create(1, 0, &weights));
    check(onsager_stream_create(2, 0, &draws));
    onsager_tensor parameters[PARAMETERS] = {normal(weights, INPUTS, HIDDEN, 1), 0, normal(weights, HIDDEN, 1, 0.14)}, speeds[PARAMETERS];
    check(onsager_tensor_create(ONSAGER_FLOAT32, 1, (int64_t[]){HIDDEN}, NULL, &parameters[1]));
    onsager_tensor rate = scalar(-0.02f), momentum = scalar(0.9f);
    for (int i = 0; i < PARAMETERS; i++)
        speeds[i] = call2("subtract", parameters[i], parameters[i]);

    float first = 0, last = 0;
    for (int step = 0; step < STEPS; step++) {
        onsager_tensor x = normal(draws, BATCH, INPUTS, 1), left = column(x, BATCH, 0), right = column(x, BATCH, 1);
        onsager_tensor product = call2("multiply", left, right), y = call1("tanh", product);
        struct data data = {x, y};
        onsager_tensor value, gradients[PARAMETERS];
        check(onsager_value_and_grad(loss, &data, parameters, PARAMETERS, &value, gradients));
        for (int i = 0; i < PARAMETERS; i++) {
            /* speed = momentum speed - rate gradient; parameter += speed, into the same memory. */
            onsager_tensor push = call2("multiply", gradients[i], rate), inputs[] = {speeds[i], momentum, push}, speed;
            check(onsager_call("fma", inputs, 3, NULL, 0, &speed, 1, NULL));
            onsager_tensor moved = call2("add", parameters[i], speed);
            check(onsager_tensor_assign(parameters[i], moved));
            check(onsager_tensor_assign(speeds[i], speed));
            onsager_tensor made[] = {push, speed, moved, gradients[i]};
            for (size_t j = 0; j < sizeof made / sizeof *made; j++)
                check(onsager_tensor_free(made[j]));
        }

        last = number(value);
        first = step == 0 ? last : first;
        if (step % 100 == 0)
            printf("step %d: loss %.4f\n", step, last);
        onsager_tensor made[] = {x, left, right, product, y, value};
        for (size_t i = 0; i < sizeof made / sizeof *made; i++)
            check(onsager_tensor_free(made[i]));
    }

    for (int i = 0; i < PARAMETERS; i++) {
        check(onsager_tensor_free(parameters[i]));
        check(onsager_tensor_free(speeds[i]));
    }
    check(onsager_tensor_free(rate));
    check(onsager_tensor_free(momentum));
    check(onsager_stream_free(weights));
    check(onsager_stream_free(draws));
    printf("loss %.4f at first, %.4f at last; %lld handles left\n", first, last, (long long)onsager_live_handles());
    return last < first / 10 && onsager_live_handles() == 0 ? 0 : 1;
}
