/* The structures of DLPack 1.0 that this library exchanges, for programs that have no dlpack.h of their own. */
#ifndef ONSAGER_DLPACK_H
#define ONSAGER_DLPACK_H

#include <stdint.h>

typedef struct {
    int32_t device_type; /* 1: the processor */
    int32_t device_id;
} DLDevice;

typedef struct {
    uint8_t code; /* 0 integers, 2 floating point, 4 bfloat, 6 booleans */
    uint8_t bits;
    uint16_t lanes;
} DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape;
    int64_t *strides; /* in elements */
    uint64_t byte_offset;
} DLTensor;

typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

typedef struct {
    uint32_t major;
    uint32_t minor;
} DLPackVersion;

typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *self);
    uint64_t flags; /* bit 0: read-only */
    DLTensor dl_tensor;
} DLManagedTensorVersioned;

#endif
