/*
 * What the testers do not ask: calls.c first | errors | bits | threads | steady | churn | fork, linked with -lonsager_blas. "bits" prints a number made of the bits of
 * many results; the others say what is wrong and end with code 1, or end with 0.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "resident.h"

enum { row_major = 101, column_major = 102, no = 111, yes = 112, upper = 121, lower = 122, non_unit = 131, left = 141, right = 142 };

void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
void cblas_dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_dgemv(int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_dsyrk(int, int, int, int, int, double, const double *, int, double, double *, int);
void cblas_dsyr2k(int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_dsymm(int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_dtrsm(int, int, int, int, int, int, int, double, const double *, int, double *, int);
void cblas_strmm(int, int, int, int, int, int, int, float, const float *, int, float *, int);
void cblas_dgbmv(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
void cblas_dger(int, int, int, double, const double *, int, const double *, int, double *, int);
void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *, const double *, const int *, const double *, const int *, const double *, double *, const int *);
void cblas_dtrsv(int, int, int, int, int, const double *, int, double *, int);
double cblas_ddot(int, const double *, int, const double *, int);
double cblas_dnrm2(int, const double *, int);
float cblas_sasum(int, const float *, int);

/* Numbers in [-0.5, 0.5) that are everywhere the same. */
static uint64_t state;
static double next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53 - 0.5;
}

static double *numbers(size_t count, uint64_t seed)
{
    double *x = malloc(count * sizeof *x);
    state = seed;
    for (size_t i = 0; i < count; i++)
        x[i] = next();
    return x;
}

static uint64_t mixed(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ p[i]) * 1099511628211u;
    return hash;
}

/* Everything that is shared between threads, and what is not, at one size. */
static uint64_t at(int n)
{
    size_t count = (size_t)n * n;
    double *a = numbers(count, n), *b = numbers(count, n + 1), *c = numbers(count, n + 2);
    float *f = malloc(3 * count * sizeof *f);
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < 3 * count; i++)
        f[i] = (float)next();
    for (int i = 0; i < n; i++)
        a[(size_t)i * n + i] += n;

    cblas_dgemm(row_major, no, yes, n, n, n, 0.75, a, n, b, n, 0.5, c, n);
    hash = mixed(hash, c, count * sizeof *c);
    cblas_dgemm(column_major, yes, no, n / 2 + 1, n, n, 1, a, n, b, n, 0, c, n);
    hash = mixed(hash, c, count * sizeof *c);
    cblas_dsyrk(column_major, lower, no, n, n, -1, b, n, 1, c, n);
    cblas_dsyr2k(row_major, upper, yes, n, n, 1, a, n, b, n, 1, c, n);
    hash = mixed(hash, c, count * sizeof *c);
    cblas_dsymm(column_major, right, upper, n, n, 1, b, n, a, n, 1, c, n);
    hash = mixed(hash, c, count * sizeof *c);
    cblas_dtrsm(column_major, left, lower, no, non_unit, n, n, 2, a, n, b, n);
    cblas_dtrsm(row_major, left, upper, yes, non_unit, n, n, 1, a, n, b, n);
    hash = mixed(hash, b, count * sizeof *b);
    cblas_dgemv(column_major, no, n, n, 1, a, n, b, n, 0, c, 1);
    cblas_dgemv(row_major, no, n, n, 1, a, n, b, 1, 1, c, 2);
    cblas_dtrsv(column_major, upper, no, non_unit, n, a, n, c, 1);
    hash = mixed(hash, c, count * sizeof *c);
    cblas_sgemm(column_major, no, no, n, n, n, 1, f, n, f + count, n, 0, f + 2 * count, n);
    cblas_strmm(column_major, right, upper, no, non_unit, n, n, 1, f, n, f + 2 * count, n);
    hash = mixed(hash, f + 2 * count, count * sizeof *f);
    double sums[3] = {cblas_ddot((int)count / 2, a, 2, b, 1), cblas_dnrm2((int)count, a, 1), cblas_sasum((int)count, f, 1)};
    hash = mixed(hash, sums, sizeof sums);
    free(a), free(b), free(c), free(f);
    return hash;
}

static const int sizes[] = {1, 3, 17, 64, 100, 129, 257, 400};
enum { size_count = sizeof sizes / sizeof *sizes, thread_count = 16 };
static uint64_t expected[size_count];

static int bits(void)
{
    uint64_t hash = 0;
    for (int i = 0; i < size_count; i++) {
        uint64_t one = at(sizes[i]);
        hash = mixed(hash, &one, sizeof one);
    }
    printf("%016llx\n", (unsigned long long)hash);
    return 0;
}

/* The sequence of random numbers is not shared between threads: each makes its operands under this lock's protection and computes beside the others. */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static void *one_thread(void *argument)
{
    intptr_t own = (intptr_t)argument, wrong = 0;
    for (int round = 0; round < 12; round++) {
        int n = sizes[(own + round) % (size_count - 1)], count = n * n;
        pthread_mutex_lock(&making);
        double *a = numbers(count, n), *b = numbers(count, n + 1), *c = calloc(count, sizeof *c), *d = calloc(count, sizeof *d);
        pthread_mutex_unlock(&making);
        for (int repeat = 0; repeat < 20; repeat++) {
            cblas_dgemm(column_major, no, yes, n, n, n, 0.75, a, n, b, n, 0, repeat == 0 ? c : d, n);
            wrong += repeat > 0 && memcmp(c, d, count * sizeof *c) != 0;
        }
        uint64_t hash = mixed(14695981039346656037u, c, count * sizeof *c);
        wrong += hash != expected[(own + round) % (size_count - 1)];
        free(a), free(b), free(c), free(d);
    }
    return (void *)wrong;
}

static int threads(void)
{
    for (int i = 0; i < size_count - 1; i++) {
        int n = sizes[i], count = n * n;
        double *a = numbers(count, n), *b = numbers(count, n + 1), *c = calloc(count, sizeof *c);
        cblas_dgemm(column_major, no, yes, n, n, n, 0.75, a, n, b, n, 0, c, n);
        expected[i] = mixed(14695981039346656037u, c, count * sizeof *c);
        free(a), free(b), free(c);
    }

    pthread_t running[thread_count];
    intptr_t wrong = 0;
    for (intptr_t i = 0; i < thread_count; i++)
        pthread_create(&running[i], NULL, one_thread, (void *)i);
    for (int i = 0; i < thread_count; i++) {
        void *result;
        pthread_join(running[i], &result);
        wrong += (intptr_t)result;
    }
    if (wrong)
        printf("%ld results of %d threads at once differ from those of one\n", (long)wrong, thread_count);
    return wrong != 0;
}

/* 32 bytes for each call would be 8,000 pages. */
static int steady(void)
{
    enum { n = 24, first = 200000, calls = 1000000, large = 320 };
    double *a = numbers(large * large, 1), *b = numbers(large * large, 2), *c = numbers(large * large, 3);
    long before = 0;
    for (int i = 0; i < first + calls; i++) {
        if (i == first)
            before = resident();
        cblas_dgemv(column_major, no, n, n, 0.5, a, n, b, 3, 0, c, 1);
        if (i % 10 == 0)
            cblas_dgemm(row_major, no, no, n, n, n, 1, a, n, b, n, 0, c, n);
        if (i % 2000 == 0)
            cblas_dtrsm(column_major, left, lower, no, non_unit, large, large, 1, a, large, c, large),
            cblas_dgemm(row_major, no, no, large, large, large, 1, a, large, b, large, 0, c, large);
    }
    long grown = resident() - before;
    free(a), free(b), free(c);
    if (grown > 16)
        printf("%d calls take %ld pages\n", calls, grown);
    return grown > 16;
}

static void *one_product(void *argument)
{
    enum { n = 256 };
    (void)argument;
    double *a = numbers(n * n, 1), *b = numbers(n * n, 2), *c = calloc(n * n, sizeof *c);
    cblas_dgemm(column_major, no, yes, n, n, n, 0.75, a, n, b, n, 0, c, n);
    cblas_dtrsm(column_major, left, lower, no, non_unit, n, n, 1, a, n, c, n);
    free(a), free(b), free(c);
    return NULL;
}

/* Threads that come and go, each with working memory of some hundred kilobytes, which goes with it. */
static int churn(void)
{
    enum { count = 1000, most = 64 << 20 };
    long before = 0;
    for (int i = 0; i < count; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, one_product, NULL);
        pthread_join(thread, NULL);
        if (i == 20)
            before = resident();
    }
    long grown = (resident() - before) * sysconf(_SC_PAGESIZE);
    if (grown > most)
        printf("%d threads leave %ld bytes\n", count, grown);
    return grown > most;
}

static int forked(void)
{
    uint64_t wanted = at(400);
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(at(400) != wanted);

        int status;
        if (at(257) == 0 || waitpid(child, &status, 0) != child || status != 0) {
            printf("a forked process ends with status %d\n", status);
            return 1;
        }
    }
    return 0;
}

/* The smallest product: what a program's first call costs, and all that it starts. */
static int first_call(void)
{
    double a[4] = {1, 2, 3, 4}, c[4];
    cblas_dgemm(column_major, no, no, 2, 2, 2, 1, a, 2, a, 2, 0, c, 2);
    return c[0] != 7;
}

/* This program's own handlers: the last number that they were told. */
static int told;
void xerbla_(const char *name, const int *number, size_t length)
{
    told = length == 6 && memcmp(name, "DGEMM ", 6) == 0 ? *number : -1;
}

void cblas_xerbla(int number, const char *routine, const char *form, ...)
{
    told = strncmp(routine, "cblas_d", 7) == 0 && form ? number : -1;
}

static int is_told(int number, const char *of)
{
    int wrong = told != number;
    if (wrong)
        printf("%s: argument %d is wrong, and %d was said\n", of, number, told);
    told = 0;
    return wrong;
}

/* Numbers are those of the call, by columns and by rows. */
static int errors(void)
{
    double x[64] = {0};
    int wrong = 0, two = 2, one = 1, less = -1;
    for (int order = row_major; order <= column_major; order++) {
        int by_rows = order == row_major;
        const char *how = by_rows ? "by rows" : "by columns";
#define IS_TOLD(number, call) (call, wrong += is_told(number, how))
        IS_TOLD(2, cblas_dgemm(order, 0, no, 2, 2, 2, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(3, cblas_dgemm(order, no, 0, 2, 2, 2, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(4, cblas_dgemm(order, no, no, -1, 2, 2, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(5, cblas_dgemm(order, no, no, 2, -1, 2, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(6, cblas_dgemm(order, no, no, 2, 2, -1, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(9, cblas_dgemm(order, no, no, 2, 2, 2, 1, x, 1, x, 2, 0, x, 2));
        IS_TOLD(11, cblas_dgemm(order, no, no, 2, 2, 2, 1, x, 2, x, 1, 0, x, 2));
        IS_TOLD(14, cblas_dgemm(order, no, no, 2, 2, 2, 1, x, 2, x, 2, 0, x, 1));
        IS_TOLD(4, cblas_dsymm(order, left, upper, -1, 2, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(5, cblas_dsymm(order, left, upper, 2, -1, 1, x, 2, x, 2, 0, x, 2));
        IS_TOLD(6, cblas_dtrsm(order, left, upper, no, non_unit, -1, 2, 1, x, 2, x, 2));
        IS_TOLD(7, cblas_dtrsm(order, left, upper, no, non_unit, 2, -1, 1, x, 2, x, 2));
        IS_TOLD(10, cblas_dtrsm(order, left, upper, no, non_unit, 2, 2, 1, x, 1, x, 2));
        IS_TOLD(3, cblas_dgemv(order, no, -1, 2, 1, x, 2, x, 1, 0, x, 1));
        IS_TOLD(4, cblas_dgemv(order, no, 2, -1, 1, x, 2, x, 1, 0, x, 1));
        IS_TOLD(5, cblas_dgbmv(order, no, 2, 2, -1, 1, 1, x, 3, x, 1, 0, x, 1));
        IS_TOLD(6, cblas_dgbmv(order, no, 2, 2, 1, -1, 1, x, 3, x, 1, 0, x, 1));
        IS_TOLD(2, cblas_dger(order, -1, 2, 1, x, 1, x, 1, x, 2));
        IS_TOLD(6, cblas_dger(order, 2, 2, 1, x, 0, x, 1, x, 2));
        IS_TOLD(8, cblas_dger(order, 2, 2, 1, x, 1, x, 0, x, 2));
        IS_TOLD(10, cblas_dger(order, 2, 2, 1, x, 1, x, 1, x, 1));
    }
    cblas_dgemm(0, no, no, 2, 2, 2, 1, x, 2, x, 2, 0, x, 2);
    wrong += is_told(1, "no order");
    dgemm_("n", "x", &two, &two, &two, x, x, &two, x, &two, x, x, &two);
    wrong += is_told(2, "Fortran");
    dgemm_("n", "t", &two, &two, &less, x, x, &two, x, &one, x, x, &two);
    wrong += is_told(5, "Fortran");
    return wrong != 0;
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    if (strcmp(what, "first") == 0)
        return first_call();
    if (strcmp(what, "errors") == 0)
        return errors();
    if (strcmp(what, "bits") == 0)
        return bits();
    if (strcmp(what, "threads") == 0)
        return threads();
    if (strcmp(what, "steady") == 0)
        return steady();
    if (strcmp(what, "churn") == 0)
        return churn();
    if (strcmp(what, "fork") == 0)
        return forked();
    fputs("usage: calls first | errors | bits | threads | steady | churn | fork\n", stderr);
    return 2;
}
