/*
 * fuzz SEQUENCES SEED [THREADS]: random sequences of calls on random handles (alive, freed, made up), with wrong shapes, element types, kinds,
 * counts and null pointers. All threads share the handles, so one frees what another computes with. Ends with 0 if no call has crashed, every
 * failure had a message and none was a defect, and no handle is left.
 */
#include "dlpack.h"
#include <onsager.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HANDLES = 64, CALLS = 8, LARGEST = 512, MOST_THREADS = 64, DEEPEST = 3 };

static _Atomic uint64_t tensors[HANDLES], streams[HANDLES];
static atomic_long failures, calls, refused;
static int operators;
static long sequences;

struct dice {
    uint64_t state;
    int depth;
};

static uint64_t roll(struct dice *dice)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return dice->state * 0x2545F4914F6CDD1DULL;
}

static int below(struct dice *dice, int n)
{
    return (int)((roll(dice) >> 33) % (uint64_t)n);
}

static int chance(struct dice *dice, int n)
{
    return below(dice, n) == 0;
}

/* Counts a call; a failure must say why, and must not be a defect. */
static int said(int32_t status, const char *what)
{
    atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    if (status == ONSAGER_OK)
        return 1;
    atomic_fetch_add_explicit(&refused, 1, memory_order_relaxed);
    const char *message = onsager_error_message();
    if (!message || strlen(message) < 8 || status == ONSAGER_INTERNAL || status < 0 || status > ONSAGER_INTERNAL) {
        fprintf(stderr, "%s: status %d, message '%s'\n", what, (int)status, message ? message : "(null)");
        atomic_fetch_add(&failures, 1);
    }
    return 0;
}

/* A place's handle, or one that is none. */
static uint64_t pick(struct dice *dice, _Atomic uint64_t *pool)
{
    switch (below(dice, 40)) {
    case 0: return roll(dice);
    case 1: return roll(dice) & 0xffff0000ffULL;
    case 2: return 0;
    case 3: return pool == tensors ? atomic_load(&streams[below(dice, HANDLES)]) : atomic_load(&tensors[below(dice, HANDLES)]);
    default: return atomic_load(&pool[below(dice, HANDLES)]);
    }
}

/* Keeps a new handle; the one that it takes the place of is freed, though some places keep freed ones. */
static void keep(struct dice *dice, _Atomic uint64_t *pool, uint64_t handle)
{
    onsager_info info;
    if (pool == tensors && said(onsager_tensor_info(handle, &info), "info") && info.size > LARGEST) {
        said(onsager_tensor_free(handle), "free");
        return;
    }
    uint64_t before = atomic_exchange(&pool[below(dice, HANDLES)], handle);
    said(pool == tensors ? onsager_tensor_free(before) : onsager_stream_free(before), "free");
}

static int64_t extent(struct dice *dice)
{
    return chance(dice, 60) ? -1 : chance(dice, 60) ? (int64_t)1 << 58 : chance(dice, 100) ? INT64_MIN : below(dice, 5);
}

static int64_t integer(struct dice *dice)
{
    return chance(dice, 40) ? (int64_t)1 << 58 : chance(dice, 40) ? INT64_MIN + below(dice, 2) : chance(dice, 40) ? INT64_MAX : below(dice, 9) - 4;
}

static double number(struct dice *dice)
{
    static const double numbers[] = {0, 1, -1, 0.5, 2, 3, 0.1, 1e300, -1e300, 4e18, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0, 1e-300};
    return numbers[below(dice, sizeof numbers / sizeof *numbers)];
}

static int32_t dtype(struct dice *dice)
{
    return chance(dice, 40) ? below(dice, 300) - 100 : chance(dice, 2) ? ONSAGER_FLOAT32 : 1 + below(dice, 15);
}

/* What the operator's help says its arguments are, for the most part; sometimes something else. */
static int32_t arguments(struct dice *dice, const char *help, onsager_argument *given, char names[][32], int64_t lists[][8])
{
    static const char *const texts[] = {"2", "1", "inf", "ij,jk->ik", "i,i", "ii->i", "...,...", "->", "", "?"};
    int32_t count = 0;
    const char *at = strchr(help, ';');
    for (at = at ? at + 1 : NULL; at && count < 8; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        char kind[32];
        if (sscanf(at, " %31[a-z_]: %31[a-z]", names[count], kind) != 2 || chance(dice, 12) || (strchr(at, '=') && chance(dice, 3)))
            continue;
        onsager_argument *one = &given[count];
        *one = (onsager_argument){names[count], ONSAGER_INTEGER, 0, {.integer = integer(dice)}};
        if (strcmp(kind, "type") == 0)
            one->value.integer = dtype(dice);
        else if (strcmp(kind, "flag") == 0)
            one->value.integer = below(dice, 2);
        else if (strcmp(kind, "number") == 0)
            one->kind = ONSAGER_NUMBER, one->value.number = number(dice);
        else if (strcmp(kind, "text") == 0)
            one->kind = ONSAGER_TEXT, one->value.text = chance(dice, 30) ? NULL : texts[below(dice, sizeof texts / sizeof *texts)];
        else if (strcmp(kind, "integers") == 0) {
            one->kind = ONSAGER_INTEGERS;
            one->count = chance(dice, 40) ? below(dice, 200) - 100 : below(dice, 5);
            int positive = chance(dice, 2);
            for (int i = 0; i < 8; i++)
                lists[count][i] = positive ? extent(dice) : integer(dice);
            one->value.integers = one->count > 8 || chance(dice, 60) ? NULL : lists[count];
        }
        if (chance(dice, 40))
            one->kind = below(dice, 7) - 1, one->value.integers = one->kind == ONSAGER_INTEGERS || one->kind == ONSAGER_TEXT ? NULL : one->value.integers;
        if (chance(dice, 60))
            one->name = chance(dice, 2) ? NULL : "axis";
        count++;
    }
    return count;
}

static void call(struct dice *dice)
{
    const char *name = NULL, *help = NULL;
    int index = below(dice, operators);
    if (!said(onsager_operator_name(index, &name), "name") || !said(onsager_operator_help(index, &help), "help"))
        return;
    int wanted = strchr(help, '(')[1] == ';' ? 0 : 1;
    for (const char *at = help; *at && *at != ';' && *at != ')'; at++)
        wanted += *at == ',';
    uint64_t inputs[8], outputs[8];
    int32_t count = chance(dice, 20) ? below(dice, 8) - 1 : wanted, capacity = chance(dice, 40) ? below(dice, 3) - 1 : 4, results = 0;
    for (int i = 0; i < 8; i++)
        inputs[i] = i > 0 && chance(dice, 3) ? inputs[0] : pick(dice, tensors);
    onsager_argument given[8];
    char names[8][32];
    int64_t lists[8][8];
    int32_t said_arguments = arguments(dice, help, given, names, lists);
    if (chance(dice, 100))
        name = chance(dice, 3) ? NULL : "nothing of this name";
    uint64_t *into = chance(dice, 100) ? NULL : outputs;
    if (said(onsager_call(name, chance(dice, 100) ? NULL : inputs, count, chance(dice, 100) ? NULL : given, said_arguments, into, capacity, &results), name ? name : "call"))
        for (int i = 0; i < results; i++)
            keep(dice, tensors, outputs[i]);
}

static void any(struct dice *dice);

/* Computes with its inputs and with anything else, and gives one of them, or nothing. */
static int32_t function(void *state, const onsager_tensor *inputs, int32_t count, onsager_tensor *result)
{
    struct dice *dice = state;
    static const char *const unary[] = {"tanh", "exp", "square", "relu", "sum", "mean", "copy", "negate", "softplus"};
    onsager_tensor x = inputs[below(dice, count)], next, sum;
    if (chance(dice, 20))
        return 1 + below(dice, 3);
    int own = 0, good = 1;
    for (int i = below(dice, 4); i > 0 && good; i--) {
        good = said(onsager_call(unary[below(dice, 9)], &x, 1, NULL, 0, &next, 1, NULL), "unary");
        if (good) {
            if (own)
                said(onsager_tensor_free(x), "free");
            x = next;
            own = 1;
        }
        any(dice);
    }
    if (chance(dice, 10)) { /* the inputs escape, and end with the call */
        keep(dice, tensors, inputs[0]);
    }
    good = said(onsager_call(chance(dice, 12) ? "share" : "sum", &x, 1, NULL, 0, &sum, 1, NULL), "sum");
    if (own)
        said(onsager_tensor_free(x), "free");
    *result = good ? sum : chance(dice, 2) ? inputs[0] : roll(dice);
    return 0;
}

static void differentiate(struct dice *dice)
{
    if (dice->depth >= DEEPEST)
        return;
    uint64_t inputs[3], gradients[3], value;
    int32_t count = chance(dice, 30) ? below(dice, 5) - 2 : 1 + below(dice, 3);
    for (int i = 0; i < 3; i++)
        inputs[i] = pick(dice, tensors);
    dice->depth++;
    onsager_function given = chance(dice, 60) ? NULL : function;
    if (said(onsager_value_and_grad(given, dice, inputs, count, chance(dice, 60) ? NULL : &value, chance(dice, 60) ? NULL : gradients), "value_and_grad")) {
        keep(dice, tensors, value);
        for (int i = 0; i < count; i++)
            keep(dice, tensors, gradients[i]);
    }
    dice->depth--;
}

static void exchange(struct dice *dice)
{
    uint64_t tensor;
    if (chance(dice, 2)) {
        struct DLManagedTensor *managed;
        if (!said(onsager_to_dlpack(pick(dice, tensors), &managed), "to_dlpack"))
            return;
        if (chance(dice, 8))
            managed->dl_tensor.device.device_type = 2;
        if (chance(dice, 8))
            managed->dl_tensor.dtype.bits = 24;
        if (chance(dice, 8) && managed->dl_tensor.ndim > 0)
            managed->dl_tensor.ndim = -1;
        if (said(onsager_from_dlpack(managed, chance(dice, 30) ? NULL : &tensor), "from_dlpack"))
            keep(dice, tensors, tensor);
        else
            managed->deleter(managed);
    } else {
        struct DLManagedTensorVersioned *managed;
        if (!said(onsager_to_dlpack_versioned(pick(dice, tensors), &managed), "to_dlpack"))
            return;
        if (chance(dice, 8))
            managed->flags = 1;
        if (chance(dice, 8))
            managed->version.major = 2;
        if (said(onsager_from_dlpack_versioned(managed, &tensor), "from_dlpack"))
            keep(dice, tensors, tensor);
        else
            managed->deleter(managed);
    }
}

static void create(struct dice *dice)
{
    static const double zeros[2 * LARGEST];
    int64_t shape[9];
    int32_t rank = chance(dice, 30) ? below(dice, 12) - 2 : below(dice, 4);
    for (int i = 0; i < 9; i++)
        shape[i] = extent(dice);
    if (chance(dice, 100))
        shape[0] = 1 << 20, shape[1] = 0;
    uint64_t handle;
    int small = rank >= 0 && rank < 4;
    for (int i = 0; small && i < rank; i++)
        small = shape[i] <= 4;
    if (said(onsager_tensor_create(dtype(dice), rank, chance(dice, 60) ? NULL : shape, small && chance(dice, 2) ? zeros : NULL, chance(dice, 60) ? NULL : &handle), "create"))
        keep(dice, tensors, handle);
}

static void draw(struct dice *dice)
{
    int64_t shape[4];
    for (int i = 0; i < 4; i++)
        shape[i] = extent(dice);
    int32_t distribution = chance(dice, 20) ? below(dice, 100) - 50 : 1 + below(dice, 9);
    uint64_t handle, position;
    switch (below(dice, 6)) {
    case 0:
        if (said(onsager_stream_create(roll(dice), roll(dice), &handle), "stream_create"))
            keep(dice, streams, handle);
        break;
    case 1:
        if (said(onsager_stream_fork(pick(dice, streams), roll(dice) >> below(dice, 64), &handle), "stream_fork"))
            keep(dice, streams, handle);
        break;
    case 2:
        if (said(onsager_stream_position(pick(dice, streams), &position), "stream_position"))
            said(onsager_stream_seek(pick(dice, streams), chance(dice, 4) ? roll(dice) : position), "stream_seek");
        break;
    default:
        if (said(onsager_stream_draw(pick(dice, streams), distribution, dtype(dice), below(dice, 4), shape, number(dice), number(dice), &handle), "stream_draw"))
            keep(dice, tensors, handle);
    }
}

static int64_t bytes_of(const onsager_info *info)
{
    static const int bytes[] = {0, 1, 4, 8, 2, 2, 4, 8, 1, 2, 1, 2, 4, 8, 8, 16};
    return info->size > LARGEST ? 0 : info->size * bytes[info->dtype];
}

static void transfer(struct dice *dice)
{
    char bytes[LARGEST * 2 * sizeof(double)] = {0};
    onsager_info info;
    uint64_t handle = pick(dice, tensors), result;
    int64_t size = said(onsager_tensor_info(handle, &info), "info") ? bytes_of(&info) : 8;
    void *host = chance(dice, 40) ? NULL : bytes;
    size = chance(dice, 20) ? size + 1 : size;
    switch (below(dice, 4)) {
    case 0: said(onsager_tensor_read(handle, host, size), "read"); break;
    case 1: said(onsager_tensor_write(handle, host, size), "write"); break;
    case 2: said(onsager_tensor_assign(pick(dice, tensors), handle), "assign"); break;
    default:
        if (said(onsager_tensor_to_device(handle, chance(dice, 3) ? below(dice, 5) - 2 : 0, &result), "to_device"))
            keep(dice, tensors, result);
    }
}

static void any(struct dice *dice)
{
    char name[8];
    switch (below(dice, 16)) {
    case 0: case 1: case 2: create(dice); break;
    case 3: draw(dice); break;
    case 4: transfer(dice); break;
    case 5: exchange(dice); break;
    case 6: said(onsager_tensor_free(pick(dice, tensors)), "free"); break;
    case 7: differentiate(dice); break;
    case 8:
        said(onsager_device_name(below(dice, 5) - 2, chance(dice, 3) ? NULL : name, below(dice, sizeof name)), "device_name");
        said(onsager_operator_name(below(dice, 1000) - 500, chance(dice, 10) ? NULL : &(const char *){0}), "operator_name");
        break;
    default: call(dice);
    }
}

static void *work(void *seed)
{
    struct dice dice = {(uintptr_t)seed * 0x9E3779B97F4A7C15ULL | 1, 0};
    for (long i = 0; i < sequences; i++)
        for (int j = 0; j < CALLS; j++)
            any(&dice);
    return NULL;
}

int main(int count, char **words)
{
    if (count < 3) {
        fputs("usage: fuzz SEQUENCES SEED [THREADS]\n", stderr);
        return 2;
    }
    uintptr_t seed = strtoul(words[2], NULL, 10);
    int threads = count > 3 ? atoi(words[3]) : 1;
    threads = threads < 1 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    sequences = atol(words[1]) / threads;
    operators = onsager_operator_count();

    pthread_t others[MOST_THREADS];
    for (int i = 1; i < threads; i++)
        pthread_create(&others[i], NULL, work, (void *)(seed + 1000 * (uintptr_t)i));
    work((void *)seed);
    for (int i = 1; i < threads; i++)
        pthread_join(others[i], NULL);

    for (int i = 0; i < HANDLES; i++) {
        said(onsager_tensor_free(atomic_load(&tensors[i])), "free");
        said(onsager_stream_free(atomic_load(&streams[i])), "free");
    }
    printf("%ld sequences of %d, %ld calls, %ld refused, each with a message; %ld failures, %lld handles left\n", sequences * threads, CALLS,
           atomic_load(&calls), atomic_load(&refused), atomic_load(&failures), (long long)onsager_live_handles());
    return atomic_load(&failures) == 0 && onsager_live_handles() == 0 ? 0 : 1;
}
