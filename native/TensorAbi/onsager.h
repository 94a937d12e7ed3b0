/*
 * onsager.h: tensors, operations on them, derivatives and random numbers in C. Link with -lonsager.
 *
 * Every function but those that only count returns ONSAGER_OK (0) or one of the codes of onsager_status; after another code than 0,
 * onsager_error_message() says in words what was wrong, for this thread's last failure. Nothing was returned and nothing changed then.
 *
 * Handles (onsager_tensor, onsager_stream) are numbers. One that was freed, or that this library never gave, is an error, never a crash.
 * 0 is never a handle; freeing it does nothing. Every handle that a function gives is the caller's to free. Handles may be passed
 * between threads, and freed while another thread computes with them: the memory goes when the last use ends.
 *
 * All functions may be called from any thread at any time. What two threads write to the same memory is up to them; a stream of random
 * numbers gives each draw its own numbers. A function that is being differentiated computes on the thread that it was called on.
 *
 * Pointers are checked for null and counts for their range. A pointer to something else than this header says is beyond any check.
 *
 * Shapes have at most 8 axes. Indices and axes may be negative, and then count from the end. float32 and float64 results have the same
 * bits for every number of threads (ONSAGER_NUM_THREADS in the environment; one for each core where it is not set).
 *
 * A process that was forked from one that has called this library must not call it. The library stays loaded.
 */
#ifndef ONSAGER_H
#define ONSAGER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ONSAGER_VERSION_MAJOR 0
#define ONSAGER_VERSION_MINOR 1
#define ONSAGER_VERSION_PATCH 0
#define ONSAGER_MAX_RANK 8

typedef uint64_t onsager_tensor;
typedef uint64_t onsager_stream;

typedef enum onsager_status {
    ONSAGER_OK = 0,
    ONSAGER_ARGUMENT = 1,    /* a value, a shape, an index or a pointer that does not fit */
    ONSAGER_HANDLE = 2,      /* a handle that was freed, is none, or stands for something else */
    ONSAGER_UNSUPPORTED = 3, /* an element type or a combination that the operation does not have, or that has no derivative */
    ONSAGER_MEMORY = 4,      /* there is not enough memory */
    ONSAGER_ARITHMETIC = 5,  /* a singular matrix, an integer divided by 0 */
    ONSAGER_CALLBACK = 6,    /* the function to differentiate returned another number than 0 */
    ONSAGER_INTERNAL = 7     /* a defect of this library */
} onsager_status;

typedef enum onsager_dtype {
    ONSAGER_BOOL = 1, /* one byte, 0 or 1 */
    ONSAGER_INT32 = 2,
    ONSAGER_INT64 = 3,
    ONSAGER_FLOAT16 = 4,  /* float16 and bfloat16 are for storage: cast them to compute */
    ONSAGER_BFLOAT16 = 5,
    ONSAGER_FLOAT32 = 6,
    ONSAGER_FLOAT64 = 7,
    ONSAGER_INT8 = 8,
    ONSAGER_INT16 = 9,
    ONSAGER_UINT8 = 10,
    ONSAGER_UINT16 = 11,
    ONSAGER_UINT32 = 12,
    ONSAGER_UINT64 = 13,
    ONSAGER_COMPLEX64 = 14,  /* two floats, the real part first; aligned as they are */
    ONSAGER_COMPLEX128 = 15  /* two doubles */
} onsager_dtype;

/* ---- the library ---- */

/* major * 65536 + minor * 256 + patch, of the library that is loaded. */
int32_t onsager_version(void);

/* What was wrong with this thread's last call that failed, in UTF-8; empty before the first. It stays until the next failure. */
const char *onsager_error_message(void);

/* Handles that are not freed, and tensors that others hold through DLPack. */
int64_t onsager_live_handles(void);

/* Devices: number 0 is the processor, and the only one of this library. A device's name needs at most 256 bytes. */
int32_t onsager_device_count(void);
int32_t onsager_device_name(int32_t device, char *name, int32_t bytes);

/* ---- tensors ---- */

/* A tensor of a shape, with a copy of the elements at data in row-major order, or of zeros where data is NULL. */
int32_t onsager_tensor_create(int32_t dtype, int32_t rank, const int64_t *shape, const void *data, onsager_tensor *tensor);

/* Ends a handle. Views of the tensor's memory live on. */
int32_t onsager_tensor_free(onsager_tensor tensor);

typedef struct onsager_info {
    int32_t dtype;
    int32_t rank;
    int32_t device;
    int32_t is_contiguous; /* 1 where the elements lie one after the other in row-major order */
    int64_t size;          /* elements */
    int64_t shape[ONSAGER_MAX_RANK];
    int64_t strides[ONSAGER_MAX_RANK]; /* in elements; 0 where an axis repeats, negative where it goes backwards */
    void *data;                        /* the first element, NULL where there is none; valid while a handle to the memory is */
} onsager_info;

int32_t onsager_tensor_info(onsager_tensor tensor, onsager_info *info);

/* Copies the elements, in row-major order, from and to memory of exactly their number of bytes. */
int32_t onsager_tensor_read(onsager_tensor tensor, void *destination, int64_t bytes);
int32_t onsager_tensor_write(onsager_tensor tensor, const void *source, int64_t bytes);

/* Writes a tensor of the same element type, broadcast, into another: into its memory, so into every view of it. */
int32_t onsager_tensor_assign(onsager_tensor destination, onsager_tensor source);

/* The tensor on a device: a copy, or another handle where it is there already. */
int32_t onsager_tensor_to_device(onsager_tensor tensor, int32_t device, onsager_tensor *result);

/* ---- operators by name ---- */

/*
 * The operators in alphabetical order. The help is one line, such as
 *     sum(x; axes: integers = all, keepdims: flag = 0): float32, float64 and integers
 * with the inputs ("y?" may be left out, "x..." are one or more), behind the semicolon the arguments with their kinds and defaults (those
 * without one are needed), and the element types: "integers" are all eight types of them. Inputs of one call have the same element type, but for
 * conditions, masks (bool) and indices (of any integer type); they broadcast where the operation is element by element. Texts live as long as the
 * library.
 *
 * Complex numbers are two floating-point numbers, the real part first: "complex" makes them of two tensors, "real" and "imag" give these back. They have
 * no order and no derivatives: what makes them of an input that is being differentiated is ONSAGER_UNSUPPORTED.
 *
 * Integers wrap around, as in C: in arithmetic, and cast from one to another. Sums and products, also cumulative ones, are int64 of signed integers
 * and uint64 of unsigned ones. A floating-point number that is cast to integers is rounded toward zero; beyond the range it is its nearest end, and
 * NaN is 0. A shift by the type's bits or more leaves 0, or -1 of a negative number that is shifted right.
 */
int32_t onsager_operator_count(void);
int32_t onsager_operator_name(int32_t index, const char **name);
int32_t onsager_operator_help(int32_t index, const char **help);

typedef enum onsager_kind {
    ONSAGER_INTEGER = 1, /* value.integer; also a flag (0 or 1) and an element type */
    ONSAGER_NUMBER = 2,  /* value.number; an integer is accepted, too */
    ONSAGER_INTEGERS = 3, /* value.integers, count of them: axes, a shape */
    ONSAGER_TEXT = 4     /* value.text, ended by 0, of at most 256 bytes */
} onsager_kind;

typedef struct onsager_argument {
    const char *name;
    int32_t kind;
    int32_t count;
    union {
        int64_t integer;
        double number;
        const int64_t *integers;
        const char *text;
    } value;
} onsager_argument;

/*
 * Calls an operator. Its results, of which there are at most capacity, go to outputs; output_count may be NULL. Views ("reshape", "permute",
 * "slice", "expand", "squeeze", "unsqueeze", "flip", "diagonal") share their input's memory; everything else is new.
 */
int32_t onsager_call(const char *name, const onsager_tensor *inputs, int32_t input_count, const onsager_argument *arguments,
                     int32_t argument_count, onsager_tensor *outputs, int32_t capacity, int32_t *output_count);

/* ---- derivatives ---- */

/*
 * A function to differentiate: computes with the inputs' handles, leaves a handle to a scalar of their element type in result, and returns
 * 0; any other number ends the differentiation with ONSAGER_CALLBACK. The inputs' handles are the library's and end with the call ("share"
 * gives another one to keep); the result's handle passes to the library; all others are the function's to free. It must not leave by
 * longjmp or an exception.
 */
typedef int32_t (*onsager_function)(void *state, const onsager_tensor *inputs, int32_t count, onsager_tensor *result);

/*
 * The value (a scalar) and the gradients, in the inputs' shapes, of a function of one or more tensors, all float32 or all float64. The function is
 * called once, with copies of the inputs; what it computes from these is differentiated, and all other tensors are constants. Inside such a
 * function another one may be differentiated, to a depth of 64: the gradients then have derivatives, the value has none.
 */
int32_t onsager_value_and_grad(onsager_function function, void *state, const onsager_tensor *inputs, int32_t count, onsager_tensor *value,
                               onsager_tensor *gradients);

/* ---- random numbers ---- */

/* A stream (Philox4x32-10) of a seed; streams of other numbers under the same seed are independent. Its draws follow one after another. */
int32_t onsager_stream_create(uint64_t seed, uint64_t number, onsager_stream *stream);
int32_t onsager_stream_free(onsager_stream stream);

/* The child of an index below 2^62: the same whenever it is asked for. */
int32_t onsager_stream_fork(onsager_stream stream, uint64_t index, onsager_stream *child);

/* The 32-bit word with which the next draw begins: kept and set again, the same numbers come again. */
int32_t onsager_stream_position(onsager_stream stream, uint64_t *position);
int32_t onsager_stream_seek(onsager_stream stream, uint64_t position);

typedef enum onsager_distribution {
    ONSAGER_UNIFORM = 1,     /* [first, second): float32, float64 */
    ONSAGER_NORMAL = 2,      /* mean first, standard deviation second: float32, float64 */
    ONSAGER_EXPONENTIAL = 3, /* rate first: float32, float64 */
    ONSAGER_BERNOULLI = 4,   /* 1 with probability first, otherwise 0: float32, float64 */
    ONSAGER_RADEMACHER = 5,  /* -1 or 1: float32, float64 */
    ONSAGER_INTEGERS_BELOW = 6, /* 0 to first - 1, which the type holds and int32, too: the same numbers in every integer type */
    ONSAGER_POISSON = 7,     /* rate first: int32 */
    ONSAGER_SPHERE = 8,      /* points of the unit sphere along the last axis: float32, float64 */
    ONSAGER_PERMUTATION = 9  /* 0 to n - 1 in random order, of the shape [n]: int32 */
} onsager_distribution;

/* A tensor of random numbers; parameters that a distribution does not have are not read. */
int32_t onsager_stream_draw(onsager_stream stream, int32_t distribution, int32_t dtype, int32_t rank, const int64_t *shape, double first,
                            double second, onsager_tensor *tensor);

/* ---- DLPack (dlpack.h 1.0), without a copy ---- */

struct DLManagedTensor;
struct DLManagedTensorVersioned;

/* The tensor for others: its deleter, which they call when they are done, on any thread, ends their use of the memory. */
int32_t onsager_to_dlpack(onsager_tensor tensor, struct DLManagedTensor **managed);
int32_t onsager_to_dlpack_versioned(onsager_tensor tensor, struct DLManagedTensorVersioned **managed);

/*
 * A tensor over memory of others on the processor, aligned to its elements. On success the structure belongs to the library, which calls its
 * deleter when the last tensor over the memory is gone, on the thread that let go of it; on failure it stays the caller's. Read-only memory
 * is refused.
 */
int32_t onsager_from_dlpack(struct DLManagedTensor *managed, onsager_tensor *tensor);
int32_t onsager_from_dlpack_versioned(struct DLManagedTensorVersioned *managed, onsager_tensor *tensor);

#ifdef __cplusplus
}
#endif

#endif
