/*
 * What onsager.h promises, checked: results, codes and messages of wrong calls, handles that are freed or made up, derivatives inside derivatives,
 * DLPack both ways with its deleters, and threads that share tensors and a stream. Ends with 0 if everything holds.
 */
#include "checks.h"
#include "dlpack.h"
#include <pthread.h>

static void values(void)
{
    onsager_tensor a = tensor(2, (int64_t[]){2, 3}, (double[]){1, 2, 3, 4, 5, 6}), t, product, sum;
    onsager_argument axes = {"axes", ONSAGER_INTEGERS, 2, {.integers = (int64_t[]){1, 0}}};
    expect(onsager_call("permute", &a, 1, &axes, 1, &t, 1, NULL) == ONSAGER_OK, "permute");
    onsager_info info;
    expect(onsager_tensor_info(t, &info) == ONSAGER_OK, "info");
    expect(info.rank == 2 && info.shape[0] == 3 && info.shape[1] == 2 && info.strides[0] == 1 && info.strides[1] == 3 && !info.is_contiguous, "a transpose is a view");
    expect(info.dtype == ONSAGER_FLOAT64 && info.size == 6 && info.device == 0 && *(double *)info.data == 1, "the rest of its info");
    product = call("matmul", a, t);
    elements(product, (double[]){14, 32, 32, 77}, 4, "a matrix by its transpose");

    onsager_argument last[] = {{"axes", ONSAGER_INTEGERS, 1, {.integers = (int64_t[]){-1}}}, {"keepdims", ONSAGER_INTEGER, 0, {.integer = 1}}};
    expect(onsager_call("sum", &a, 1, last, 2, &sum, 1, NULL) == ONSAGER_OK, "sum");
    elements(sum, (double[]){6, 15}, 2, "row sums");

    /* A view shares memory. */
    expect(onsager_tensor_write(a, (double[]){9, 2, 3, 4, 5, 6}, 48) == ONSAGER_OK, "write");
    elements(t, (double[]){9, 4, 2, 5, 3, 6}, 6, "a write is seen through a view");
    onsager_tensor minus = tensor(0, NULL, (double[]){-1});
    expect(onsager_tensor_assign(t, minus) == ONSAGER_OK, "assign");
    elements(a, (double[]){-1, -1, -1, -1, -1, -1}, 6, "assigned through a view, broadcast");

    onsager_tensor all[] = {a, t, product, sum, minus};
    for (int i = 0; i < 5; i++)
        expect(onsager_tensor_free(all[i]) == ONSAGER_OK, "free");
}

/* A tensor of a type over as many elements as its memory has. */
static onsager_tensor of(int32_t dtype, int64_t count, const void *data)
{
    onsager_tensor result = 0;
    expect(onsager_tensor_create(dtype, 1, &count, data, &result) == ONSAGER_OK, "a tensor of integers");
    return result;
}

/* Whether a tensor has this type and these bytes; it is freed. */
static void holds(onsager_tensor x, int32_t dtype, const void *wanted, int64_t bytes, const char *what)
{
    char found[64];
    onsager_info info;
    expect(onsager_tensor_info(x, &info) == ONSAGER_OK && info.dtype == dtype, what);
    expect(onsager_tensor_read(x, found, bytes) == ONSAGER_OK && memcmp(found, wanted, (size_t)bytes) == 0, what);
    onsager_tensor_free(x);
}

static onsager_tensor cast(onsager_tensor x, int32_t dtype)
{
    onsager_argument to = {"dtype", ONSAGER_INTEGER, 0, {.integer = dtype}};
    onsager_tensor result = 0;
    expect(onsager_call("cast", &x, 1, &to, 1, &result, 1, NULL) == ONSAGER_OK, "cast");
    return result;
}

static void integers(void)
{
    onsager_tensor u8 = of(ONSAGER_UINT8, 3, (uint8_t[]){250, 10, 0}), i8 = of(ONSAGER_INT8, 3, (int8_t[]){-128, -1, 127}), i16 = of(ONSAGER_INT16, 2, (int16_t[]){-1, 300});
    onsager_tensor u16 = of(ONSAGER_UINT16, 2, (uint16_t[]){65535, 3}), u32 = of(ONSAGER_UINT32, 2, (uint32_t[]){4294967295, 7}), u64 = of(ONSAGER_UINT64, 2, (uint64_t[]){UINT64_MAX, 1});
    onsager_tensor shifts = of(ONSAGER_INT8, 3, (int8_t[]){1, 9, 8}), places = of(ONSAGER_UINT8, 2, (uint8_t[]){1, 0}), real = tensor(1, (int64_t[]){3}, (double[]){300.5, -1, 2.9}), out;
    holds(call("add", u8, u8), ONSAGER_UINT8, (uint8_t[]){244, 20, 0}, 3, "uint8 wraps around");
    holds(call("negate", i8, 0), ONSAGER_INT8, (int8_t[]){-128, 1, -127}, 3, "so does int8");
    holds(call("bitwise_right_shift", i8, shifts), ONSAGER_INT8, (int8_t[]){-64, -1, 0}, 3, "the sign comes in");
    holds(call("sum", u8, 0), ONSAGER_UINT64, (uint64_t[]){260}, 8, "sums of uint8 are uint64");
    holds(call("sum", i8, 0), ONSAGER_INT64, (int64_t[]){-2}, 8, "sums of int8 are int64");
    holds(call("sort", u64, 0), ONSAGER_UINT64, (uint64_t[]){1, UINT64_MAX}, 16, "uint64 has no sign");
    holds(call("less", u32, u32), ONSAGER_BOOL, (char[]){0, 0}, 2, "a comparison");
    holds(call("take", u32, places), ONSAGER_UINT32, (uint32_t[]){7, 4294967295}, 8, "indices of uint8");
    holds(cast(i16, ONSAGER_UINT32), ONSAGER_UINT32, (uint32_t[]){4294967295, 300}, 8, "int16 to uint32 wraps around");
    holds(cast(i16, ONSAGER_UINT8), ONSAGER_UINT8, (uint8_t[]){255, 44}, 2, "and to uint8");
    holds(cast(u16, ONSAGER_BOOL), ONSAGER_BOOL, (char[]){1, 1}, 2, "uint16 to bool");
    holds(cast(real, ONSAGER_UINT8), ONSAGER_UINT8, (uint8_t[]){255, 0, 2}, 3, "float64 to uint8 stops at the ends");

    refused(onsager_call("add", (onsager_tensor[]){i8, u8}, 2, NULL, 0, &out, 1, NULL), ONSAGER_UNSUPPORTED, "add, input 1: the elements are uint8; int8 is needed");
    refused(onsager_call("concatenate", (onsager_tensor[]){u64, real}, 2, NULL, 0, &out, 1, NULL), ONSAGER_UNSUPPORTED, "the elements are float64; uint64 is needed");
    refused(onsager_call("exp", &u8, 1, NULL, 0, &out, 1, NULL), ONSAGER_UNSUPPORTED, "exp: the elements are uint8");
    refused(onsager_tensor_assign(u8, i8), ONSAGER_UNSUPPORTED, "the elements are int8; uint8 is needed");
    refused(onsager_call("bitwise_left_shift", (onsager_tensor[]){shifts, i8}, 2, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "a shift by -128");
    onsager_argument full[] = {
        {"dtype", ONSAGER_INTEGER, 0, {.integer = ONSAGER_UINT16}}, {"shape", ONSAGER_INTEGERS, 1, {.integers = (int64_t[]){2}}}, {"value", ONSAGER_INTEGER, 0, {.integer = -1}},
    };
    refused(onsager_call("full", NULL, 0, full, 3, &out, 1, NULL), ONSAGER_ARGUMENT, "-1 is no integer from 0 to 65535");
    full[2].value.integer = 65535;
    expect(onsager_call("full", NULL, 0, full, 3, &out, 1, NULL) == ONSAGER_OK, "full");
    struct DLManagedTensor *lent;
    expect(onsager_to_dlpack(out, &lent) == ONSAGER_OK && lent->dl_tensor.dtype.code == 1 && lent->dl_tensor.dtype.bits == 16, "uint16 for DLPack");
    lent->deleter(lent);
    holds(out, ONSAGER_UINT16, (uint16_t[]){65535, 65535}, 4, "full of uint16");

    onsager_tensor all[] = {u8, i8, i16, u16, u32, u64, shifts, places, real};
    for (int i = 0; i < 9; i++)
        expect(onsager_tensor_free(all[i]) == ONSAGER_OK, "free");
}

static void mistakes(void)
{
    onsager_tensor a = tensor(2, (int64_t[]){2, 3}, NULL), out, freed = tensor(0, NULL, NULL), single;
    expect(onsager_tensor_create(ONSAGER_FLOAT32, 0, NULL, NULL, &single) == ONSAGER_OK, "float32");
    onsager_stream stream;
    expect(onsager_stream_create(1, 0, &stream) == ONSAGER_OK, "stream");
    expect(onsager_tensor_free(freed) == ONSAGER_OK, "free");

    refused(onsager_call("matmul", (onsager_tensor[]){a, a}, 2, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "matmul: inner dimensions differ");
    refused(onsager_call("add", (onsager_tensor[]){a, single}, 2, NULL, 0, &out, 1, NULL), ONSAGER_UNSUPPORTED, "add, input 1: the elements are float32; float64 is needed");
    refused(onsager_call("tanh", &freed, 1, NULL, 0, &out, 1, NULL), ONSAGER_HANDLE, "was freed");
    refused(onsager_call("tanh", &(onsager_tensor){12345}, 1, NULL, 0, &out, 1, NULL), ONSAGER_HANDLE, "no handle of this library");
    refused(onsager_call("tanh", &stream, 1, NULL, 0, &out, 1, NULL), ONSAGER_HANDLE, "is a stream");
    refused(onsager_stream_free(a), ONSAGER_HANDLE, "is a tensor");
    refused(onsager_tensor_free(freed), ONSAGER_HANDLE, "was freed");
    refused(onsager_call("nothing", &a, 1, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "there is no operator 'nothing'");
    refused(onsager_call("add", &a, 1, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "add: 1 inputs; 2 are needed");
    refused(onsager_call("tanh", &a, 1, NULL, 0, &out, 0, NULL), ONSAGER_ARGUMENT, "1 results, and room for 0");
    refused(onsager_call(NULL, &a, 1, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "name is null");
    refused(onsager_call("softmax", &a, 1, NULL, 0, &out, 1, NULL), ONSAGER_ARGUMENT, "argument 'axis' is missing");
    onsager_argument axis = {"axis", ONSAGER_INTEGER, 0, {.integer = 7}}, unknown = {"axle", ONSAGER_INTEGER, 0, {.integer = 0}}, text = {"axis", ONSAGER_TEXT, 0, {.text = "0"}};
    refused(onsager_call("softmax", &a, 1, &axis, 1, &out, 1, NULL), ONSAGER_ARGUMENT, "axis 7 does not exist");
    refused(onsager_call("softmax", &a, 1, &unknown, 1, &out, 1, NULL), ONSAGER_ARGUMENT, "there is no argument 'axle'");
    refused(onsager_call("softmax", &a, 1, &text, 1, &out, 1, NULL), ONSAGER_ARGUMENT, "argument 'axis' has kind 4");
    refused(onsager_tensor_create(16, 0, NULL, NULL, &out), ONSAGER_ARGUMENT, "element type 16 is none of");
    refused(onsager_tensor_create(99, 0, NULL, NULL, &out), ONSAGER_ARGUMENT, "element type 99");
    refused(onsager_tensor_create(ONSAGER_BOOL, 9, (int64_t[9]){0}, NULL, &out), ONSAGER_ARGUMENT, "9 axes");
    refused(onsager_tensor_create(ONSAGER_BOOL, 1, (int64_t[]){-1}, NULL, &out), ONSAGER_ARGUMENT, "negative extent");
    refused(onsager_tensor_create(ONSAGER_FLOAT64, 1, (int64_t[]){(int64_t)1 << 50}, NULL, &out), ONSAGER_MEMORY, "not enough memory");
    refused(onsager_tensor_read(a, (char[8]){0}, 8), ONSAGER_ARGUMENT, "8 bytes; [2, 3] of float64 has 48");
    refused(onsager_tensor_to_device(a, 1, &out), ONSAGER_ARGUMENT, "1 devices");
    onsager_tensor square = tensor(2, (int64_t[]){2, 2}, NULL);
    refused(onsager_call("inverse", &square, 1, NULL, 0, &out, 1, NULL), ONSAGER_ARITHMETIC, "inverse");
    refused(onsager_stream_draw(stream, ONSAGER_NORMAL, ONSAGER_INT32, 0, NULL, 0, 1, &out), ONSAGER_UNSUPPORTED, "float32 and float64");
    refused(onsager_stream_draw(stream, ONSAGER_NORMAL, ONSAGER_FLOAT32, 0, NULL, 0, -1, &out), ONSAGER_ARGUMENT, "deviation");

    expect(onsager_tensor_free(0) == ONSAGER_OK && onsager_stream_free(0) == ONSAGER_OK, "0 may be freed");
    onsager_tensor all[] = {a, single, square};
    for (int i = 0; i < 3; i++)
        expect(onsager_tensor_free(all[i]) == ONSAGER_OK, "free");
    expect(onsager_stream_free(stream) == ONSAGER_OK, "free");
}

static int32_t cubes(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    (void)state, (void)count;
    onsager_tensor square = call("square", x[0], 0), cube = call("multiply", square, x[0]);
    *result = call("sum", cube, 0);
    onsager_tensor_free(square);
    onsager_tensor_free(cube);
    return 0;
}

/* The sum of the gradient of the sum of cubes. */
static int32_t slopes(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    onsager_tensor value, gradient;
    expect(onsager_value_and_grad(cubes, state, x, count, &value, &gradient) == ONSAGER_OK, "a gradient inside a function");
    *result = call("sum", gradient, 0);
    onsager_tensor_free(value);
    onsager_tensor_free(gradient);
    return 0;
}

static int32_t gives_up(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    (void)state, (void)x, (void)count, (void)result;
    return 42;
}

static int32_t gives_nothing(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    (void)state, (void)count;
    *result = x[0] + 1;
    return 0;
}

static int deepest;

/* Differentiates itself for ever; the library ends it. */
static int32_t descends(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    int *depth = state;
    deepest = ++*depth;
    onsager_tensor value, gradient;
    int32_t status = onsager_value_and_grad(descends, depth, x, count, &value, &gradient);
    *result = x[0];
    return status;
}

static onsager_tensor escaped;

static int32_t lets_escape(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    escaped = x[0];
    return cubes(state, x, count, result);
}

static void derivatives(void)
{
    onsager_tensor x = tensor(1, (int64_t[]){3}, (double[]){1, 2, -3}), value, gradient, whole;
    expect(onsager_value_and_grad(cubes, NULL, &x, 1, &value, &gradient) == ONSAGER_OK, "a gradient");
    elements(value, (double[]){-18}, 1, "the value of the sum of cubes");
    elements(gradient, (double[]){3, 12, 27}, 3, "its gradient");
    onsager_tensor_free(value);
    onsager_tensor_free(gradient);
    expect(onsager_value_and_grad(slopes, NULL, &x, 1, &value, &gradient) == ONSAGER_OK, "a second derivative");
    elements(gradient, (double[]){6, 12, -18}, 3, "a gradient of a gradient");
    onsager_tensor_free(value);
    onsager_tensor_free(gradient);

    refused(onsager_value_and_grad(gives_up, NULL, &x, 1, &value, &gradient), ONSAGER_CALLBACK, "returned 42");
    refused(onsager_value_and_grad(gives_nothing, NULL, &x, 1, &value, &gradient), ONSAGER_HANDLE, "the function's result");
    refused(onsager_value_and_grad(NULL, NULL, &x, 1, &value, &gradient), ONSAGER_ARGUMENT, "the function is null");
    int depth = 0;
    expect(onsager_value_and_grad(descends, &depth, &x, 1, &value, &gradient) == ONSAGER_CALLBACK && deepest == 64, "a descent without end is ended");
    expect(onsager_value_and_grad(lets_escape, NULL, &x, 1, &value, &gradient) == ONSAGER_OK, "a function whose input escapes");
    refused(onsager_call("tanh", &escaped, 1, NULL, 0, &whole, 1, NULL), ONSAGER_HANDLE, "was freed");
    onsager_tensor_free(value);
    onsager_tensor_free(gradient);
    expect(onsager_tensor_create(ONSAGER_INT32, 0, NULL, NULL, &whole) == ONSAGER_OK, "an integer");
    refused(onsager_value_and_grad(cubes, NULL, &whole, 1, &value, &gradient), ONSAGER_UNSUPPORTED, "float32 and float64");
    onsager_tensor_free(whole);
    onsager_tensor_free(x);
}

static int deleted;

static void count_deletion(struct DLManagedTensor *self)
{
    (void)self;
    deleted++;
}

static void count_deletion_versioned(struct DLManagedTensorVersioned *self)
{
    (void)self;
    deleted++;
}

static void exchange(void)
{
    /* Out: the memory is the tensor's own, and lives as long as the structure. */
    onsager_tensor x = tensor(2, (int64_t[]){2, 2}, (double[]){1, 2, 3, 4}), back;
    onsager_info info;
    expect(onsager_tensor_info(x, &info) == ONSAGER_OK, "info");
    struct DLManagedTensor *out;
    expect(onsager_to_dlpack(x, &out) == ONSAGER_OK, "to DLPack");
    DLTensor *t = &out->dl_tensor;
    expect(t->data == info.data && t->ndim == 2 && t->shape[1] == 2 && t->strides[0] == 2 && t->dtype.code == 2 && t->dtype.bits == 64 && t->device.device_type == 1, "the structure");
    onsager_tensor_free(x);
    expect(((double *)t->data)[3] == 4, "the memory outlives the handle");

    /* And in again: the same memory, whose structure is deleted with the last view. */
    expect(onsager_from_dlpack(out, &back) == ONSAGER_OK, "from DLPack");
    onsager_info other;
    expect(onsager_tensor_info(back, &other) == ONSAGER_OK && other.data == info.data, "no copy either way");
    onsager_tensor_free(back);

    /* In: backwards along the first axis, every second element of the other. */
    double memory[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    int64_t shape[] = {3, 2}, strides[] = {-4, 2};
    struct DLManagedTensor in = {{memory + 8, {1, 0}, 2, {2, 64, 1}, shape, strides, 0}, NULL, count_deletion};
    expect(onsager_from_dlpack(&in, &x) == ONSAGER_OK, "strided memory of others");
    elements(x, (double[]){8, 10, 4, 6, 0, 2}, 6, "its elements");
    onsager_tensor row;
    onsager_argument parts[] = {
        {"starts", ONSAGER_INTEGERS, 2, {.integers = (int64_t[]){1, 0}}},
        {"counts", ONSAGER_INTEGERS, 2, {.integers = (int64_t[]){1, 2}}},
        {"steps", ONSAGER_INTEGERS, 2, {.integers = (int64_t[]){1, 1}}},
    };
    expect(onsager_call("slice", &x, 1, parts, 3, &row, 1, NULL) == ONSAGER_OK, "a view of it");
    memory[4] = -4;
    onsager_tensor_free(x);
    expect(deleted == 0, "not deleted while a view lives");
    elements(row, (double[]){-4, 6}, 2, "the view sees the producer's write");
    onsager_tensor_free(row);
    expect(deleted == 1, "deleted with the last view");

    struct DLManagedTensorVersioned versioned = {{1, 1}, NULL, count_deletion_versioned, 1, {memory, {1, 0}, 0, {2, 64, 1}, NULL, NULL, 8}};
    refused(onsager_from_dlpack_versioned(&versioned, &x), ONSAGER_UNSUPPORTED, "read-only");
    versioned.flags = 0;
    expect(onsager_from_dlpack_versioned(&versioned, &x) == ONSAGER_OK, "a scalar behind an offset");
    elements(x, (double[]){1}, 1, "its element");
    onsager_tensor_free(x);
    versioned.version.major = 2;
    refused(onsager_from_dlpack_versioned(&versioned, &x), ONSAGER_UNSUPPORTED, "version 2.1");
    in.dl_tensor.device.device_type = 2;
    refused(onsager_from_dlpack(&in, &x), ONSAGER_UNSUPPORTED, "device of type 2");
    in.dl_tensor.device.device_type = 1, in.dl_tensor.dtype.bits = 8;
    refused(onsager_from_dlpack(&in, &x), ONSAGER_UNSUPPORTED, "8 bits");
    in.dl_tensor.dtype.bits = 64, in.dl_tensor.byte_offset = 4;
    refused(onsager_from_dlpack(&in, &x), ONSAGER_ARGUMENT, "not aligned");
    expect(deleted == 2, "what is refused stays the caller's");
}

enum { THREADS = 8, ROUNDS = 2000 };

struct shared {
    onsager_tensor x;
    onsager_stream stream;
    int failures;
};

static void *work(void *state)
{
    struct shared *shared = state;
    int bad = 0;
    for (int i = 0; i < ROUNDS; i++) {
        onsager_tensor value, gradient, drawn;
        double found[3] = {0};
        bad += onsager_value_and_grad(cubes, NULL, &shared->x, 1, &value, &gradient) || onsager_tensor_read(gradient, found, sizeof found) || found[1] != 12;
        bad += onsager_stream_draw(shared->stream, ONSAGER_UNIFORM, ONSAGER_FLOAT64, 1, (int64_t[]){2}, 0, 1, &drawn) || onsager_tensor_free(drawn);
        bad += onsager_tensor_free(value) || onsager_tensor_free(gradient);
        bad += onsager_call("no such", NULL, 0, NULL, 0, NULL, 0, NULL) != ONSAGER_ARGUMENT || !strstr(onsager_error_message(), "no such");
    }
    __atomic_add_fetch(&shared->failures, bad, __ATOMIC_RELAXED);
    return NULL;
}

static void threads(void)
{
    struct shared shared = {tensor(1, (int64_t[]){3}, (double[]){1, 2, -3}), 0, 0};
    expect(onsager_stream_create(3, 0, &shared.stream) == ONSAGER_OK, "stream");
    pthread_t all[THREADS];
    for (int i = 0; i < THREADS; i++)
        pthread_create(&all[i], NULL, work, &shared);
    for (int i = 0; i < THREADS; i++)
        pthread_join(all[i], NULL);
    expect(shared.failures == 0, "threads differentiate by one tensor and draw from one stream");
    uint64_t position;
    expect(onsager_stream_position(shared.stream, &position) == ONSAGER_OK && position >= (uint64_t)THREADS * ROUNDS * 4, "every draw had its own numbers");
    onsager_tensor_free(shared.x);
    onsager_stream_free(shared.stream);
}

int main(void)
{
    char name[8];
    expect(onsager_version() == (ONSAGER_VERSION_MAJOR << 16 | ONSAGER_VERSION_MINOR << 8 | ONSAGER_VERSION_PATCH), "the header's version");
    expect(onsager_device_count() == 1 && onsager_device_name(0, name, sizeof name) == ONSAGER_OK && strcmp(name, "cpu") == 0, "one device");
    expect(strlen(onsager_error_message()) == 0, "no message before a failure");
    values();
    integers();
    mistakes();
    derivatives();
    exchange();
    threads();
    expect(onsager_live_handles() == 0, "no handle is left");
    printf("%d failures\n", failures);
    return failures != 0;
}
