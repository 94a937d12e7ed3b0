/*
 * libonsager_blas.so: what programs load. It exports every routine as a jump through a table, and the first call of any of them fills the
 * table: from the library beside it that was compiled for this processor, or, where the processor is older than all of them, from the BLAS
 * that comes after this one, of which it says so once. A program that calls no routine pays for nothing but the mapping of this file.
 *
 * symbols.h is made of symbols.txt: one line SYMBOL(number, name) for each routine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
#define SYMBOL(number, name) number_of_##name = number,
#include "symbols.h"
#undef SYMBOL
    symbols
};

static const char *const names[] = {
#define SYMBOL(number, name) #name,
#include "symbols.h"
#undef SYMBOL
};

/*
 * Where each routine is. Until the table is filled, an entry is the second half of its own stub, which leaves the routine's number in r11
 * and goes where the arguments are kept while the table is filled: integers, floating-point numbers, and rax, which tells a variadic
 * function how many of these there are.
 */
#define SYMBOL(number, name) extern void first_##name(void) __attribute__((visibility("hidden")));
#include "symbols.h"
#undef SYMBOL

__attribute__((visibility("hidden"))) void *onsager_blas_table[] = {
#define SYMBOL(number, name) (void *)first_##name,
#include "symbols.h"
#undef SYMBOL
};

#define SYMBOL(number, name)                                    \
    __asm__(".text\n"                                           \
            ".p2align 4\n"                                      \
            ".globl " #name "\n"                                \
            ".type " #name ", @function\n"                      \
            #name ":\n"                                         \
            "    .cfi_startproc\n"                              \
            "    endbr64\n"                                     \
            "    jmp *onsager_blas_table+8*" #number "(%rip)\n" \
            "    .cfi_endproc\n"                                \
            ".size " #name ", .-" #name "\n"                    \
            ".hidden first_" #name "\n"                         \
            ".globl first_" #name "\n"                          \
            ".type first_" #name ", @function\n"                \
            "first_" #name ":\n"                                \
            "    .cfi_startproc\n"                              \
            "    endbr64\n"                                     \
            "    movl $" #number ", %r11d\n"                    \
            "    jmp onsager_blas_first\n"                      \
            "    .cfi_endproc\n"                                \
            ".size first_" #name ", .-first_" #name "\n");
#include "symbols.h"
#undef SYMBOL

/* At a function's entry the stack is 8 off a multiple of 16: eight words and 136 bytes bring it back. */
__asm__(".text\n"
        ".p2align 4\n"
        ".hidden onsager_blas_first\n"
        ".globl onsager_blas_first\n"
        ".type onsager_blas_first, @function\n"
        "onsager_blas_first:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    push %rdi\n"
        "    push %rsi\n"
        "    push %rdx\n"
        "    push %rcx\n"
        "    push %r8\n"
        "    push %r9\n"
        "    push %rax\n"
        "    push %r11\n"
        "    .cfi_adjust_cfa_offset 64\n"
        "    sub $136, %rsp\n"
        "    .cfi_adjust_cfa_offset 136\n"
        "    movups %xmm0, (%rsp)\n"
        "    movups %xmm1, 16(%rsp)\n"
        "    movups %xmm2, 32(%rsp)\n"
        "    movups %xmm3, 48(%rsp)\n"
        "    movups %xmm4, 64(%rsp)\n"
        "    movups %xmm5, 80(%rsp)\n"
        "    movups %xmm6, 96(%rsp)\n"
        "    movups %xmm7, 112(%rsp)\n"
        "    call onsager_blas_fill\n"
        "    movups (%rsp), %xmm0\n"
        "    movups 16(%rsp), %xmm1\n"
        "    movups 32(%rsp), %xmm2\n"
        "    movups 48(%rsp), %xmm3\n"
        "    movups 64(%rsp), %xmm4\n"
        "    movups 80(%rsp), %xmm5\n"
        "    movups 96(%rsp), %xmm6\n"
        "    movups 112(%rsp), %xmm7\n"
        "    add $136, %rsp\n"
        "    .cfi_adjust_cfa_offset -136\n"
        "    pop %r11\n"
        "    pop %rax\n"
        "    pop %r9\n"
        "    pop %r8\n"
        "    pop %rcx\n"
        "    pop %rdx\n"
        "    pop %rsi\n"
        "    pop %rdi\n"
        "    .cfi_adjust_cfa_offset -64\n"
        "    lea onsager_blas_table(%rip), %r10\n"
        "    jmp *(%r10,%r11,8)\n"
        "    .cfi_endproc\n"
        ".size onsager_blas_first, .-onsager_blas_first\n");

/*
 * What a program may define to be told of wrong arguments, and what the reference's testers define: asked for by name where it is needed, and referred
 * to here, since a linker lets a program's symbols be found only if a library refers to them.
 */
#pragma weak xerbla_
#pragma weak cblas_xerbla
#pragma weak RowMajorStrg
extern char xerbla_, cblas_xerbla, RowMajorStrg;
__attribute__((used, visibility("hidden"))) char *const onsager_blas_told[] = {&xerbla_, &cblas_xerbla, &RowMajorStrg};

/* Stands for a routine that the next BLAS does not have. */
static void absent(void)
{
    fputs("onsager blas: this routine is neither compiled for this processor nor in another BLAS\n", stderr);
    abort();
}

/* The level that this processor has, by its features; ONSAGER_BLAS_LEVEL chooses a lower one (v3, v4, or none for the next BLAS). */
static const char *level(void)
{
    __builtin_cpu_init();
    int v3 = __builtin_cpu_supports("x86-64-v3"), v4 = __builtin_cpu_supports("x86-64-v4");
    const char *wanted = getenv("ONSAGER_BLAS_LEVEL");
    if (wanted && strcmp(wanted, "none") == 0)
        return NULL;
    if (wanted && strcmp(wanted, "v3") == 0)
        v4 = 0;
    return v4 ? "v4" : v3 ? "v3" : NULL;
}

/* The library for a level, which lies in the folder of this one, wherever links to this one lie. It stays: a runtime cannot be unloaded. */
static void *beside(const char *chosen)
{
    Dl_info own;
    char path[PATH_MAX];
    if (!dladdr((void *)onsager_blas_table, &own) || !own.dli_fname || !realpath(own.dli_fname, path))
        return NULL;

    char *name = strrchr(path, '/') + 1;
    size_t space = (size_t)(path + sizeof path - name);
    if ((size_t)snprintf(name, space, "libonsager_blas.%s.so", chosen) >= space)
        return NULL;
    return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

static const char *reason(void)
{
    const char *said = dlerror();
    return said ? said : "the folder of this library cannot be found";
}

static void fill(void)
{
    const char *chosen = level();
    void *library = chosen ? beside(chosen) : NULL;
    if (!library)
        fprintf(stderr, "onsager blas: %s; calls go to the next BLAS\n", chosen ? reason() : "no library for this processor");

    for (int i = 0; i < symbols; i++) {
        void *routine = dlsym(library ? library : RTLD_NEXT, names[i]);
        __atomic_store_n(&onsager_blas_table[i], routine ? routine : (void *)absent, __ATOMIC_RELEASE);
    }
}

__attribute__((visibility("hidden"))) void onsager_blas_fill(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fill);
}
