/* Complex numbers are pairs of floating-point numbers, to and from their parts and through DLPack, and have no derivatives. Ends with 0 if all of it holds. */
#include "checks.h"
#include "dlpack.h"

static int32_t turns(void *state, const onsager_tensor *x, int32_t count, onsager_tensor *result)
{
    (void)state, (void)count;
    refused(onsager_call("rfft", x, 1, NULL, 0, result, 1, NULL), ONSAGER_UNSUPPORTED, "derivative");
    return 1;
}

int main(void)
{
    onsager_tensor z = 0, result = 0, gradient = 0;
    expect(onsager_tensor_create(ONSAGER_COMPLEX128, 1, (int64_t[]){2}, (double[]){3, 4, -4, 0}, &z) == ONSAGER_OK, "complex numbers");
    onsager_info info;
    expect(onsager_tensor_info(z, &info) == ONSAGER_OK && info.dtype == ONSAGER_COMPLEX128 && info.size == 2 && ((double *)info.data)[1] == 4, "they lie as they are given");
    onsager_tensor size = call("abs", z, 0), root = call("sqrt", z, 0), imaginary = call("imag", root, 0), product = call("multiply", root, root), spectrum = call("fft", z, 0);
    elements(size, (double[]){5, 4}, 2, "abs");
    elements(imaginary, (double[]){1, 2}, 2, "imag");
    elements(product, (double[]){3, 4, -4, 0}, 4, "sqrt and multiply");
    elements(spectrum, (double[]){-1, 4, 7, 4}, 4, "fft");
    onsager_tensor again = call("complex", size, imaginary);
    elements(again, (double[]){5, 1, 4, 2}, 4, "complex");

    struct DLManagedTensor *managed;
    expect(onsager_to_dlpack(z, &managed) == ONSAGER_OK && managed->dl_tensor.dtype.code == 5 && managed->dl_tensor.dtype.bits == 128, "DLPack calls them complex");
    managed->deleter(managed);
    refused(onsager_call("less", (onsager_tensor[]){z, z}, 2, NULL, 0, &result, 1, NULL), ONSAGER_UNSUPPORTED, "complex128");
    refused(onsager_value_and_grad(turns, NULL, &size, 1, &result, &gradient), ONSAGER_CALLBACK, "returned 1");
    onsager_tensor all[] = {z, size, root, imaginary, product, spectrum, again};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        expect(onsager_tensor_free(all[i]) == ONSAGER_OK, "free");
    expect(onsager_live_handles() == 0, "no handle is left");
    printf("%d failures\n", failures);
    return failures != 0;
}
