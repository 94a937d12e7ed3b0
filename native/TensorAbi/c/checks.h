/* What programs share that check onsager.h: they count what does not hold, and say it. */
#include <math.h>
#include <onsager.h>
#include <stdio.h>
#include <string.h>

static int failures;

static inline void expect(int holds, const char *what)
{
    if (!holds) {
        printf("FAIL %s; the last message is '%s'\n", what, onsager_error_message());
        failures++;
    }
}

/* A call that must fail with a code, and a message that has these words in it. */
static inline void refused(int32_t status, int32_t wanted, const char *words)
{
    if (status != wanted || !strstr(onsager_error_message(), words)) {
        printf("FAIL status %d and '%s', where %d and '%s' were expected\n", (int)status, onsager_error_message(), (int)wanted, words);
        failures++;
    }
}

static inline onsager_tensor tensor(int32_t rank, const int64_t *shape, const double *data)
{
    onsager_tensor result = 0;
    expect(onsager_tensor_create(ONSAGER_FLOAT64, rank, shape, data, &result) == ONSAGER_OK, "a tensor of float64");
    return result;
}

static inline onsager_tensor call(const char *name, onsager_tensor x, onsager_tensor y)
{
    onsager_tensor inputs[] = {x, y}, result = 0;
    expect(onsager_call(name, inputs, y ? 2 : 1, NULL, 0, &result, 1, NULL) == ONSAGER_OK, name);
    return result;
}

static inline void elements(onsager_tensor x, const double *wanted, int count, const char *what)
{
    double found[16];
    expect(onsager_tensor_read(x, found, count * (int64_t)sizeof *found) == ONSAGER_OK, what);
    for (int i = 0; i < count; i++)
        expect(fabs(found[i] - wanted[i]) < 1e-14, what);
}
