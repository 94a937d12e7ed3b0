/*
 * What LAPACK's testers do not ask, whose matrices have at most 50 rows: lapack_calls right | bits | steady | memory, linked with -lonsager_blas; float32 with -DS, float64
 * with -DD. "right" checks residuals of every routine on larger matrices, and that nothing beside them is touched; "bits" prints a number made of the bits of all results;
 * "steady" looks for memory that calls leave; "memory" prints what gesvd takes beside very tall matrices. It says what is wrong and ends with code 1, or ends with 0.
 */
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resident.h"

#ifdef S
typedef float real;
#define ROUTINE(name) s##name##_
static const double epsilon = 0x1p-23;
#elif defined D
typedef double real;
#define ROUTINE(name) d##name##_
static const double epsilon = 0x1p-52;
#endif
#define in const int *
#define at(x, i, j) ((x).first[(i) + (size_t)(j) * (x).leading])

void ROUTINE(potrf)(const char *, in, real *, in, int *);
void ROUTINE(potrs)(const char *, in, in, real *, in, real *, in, int *);
void ROUTINE(getrf)(in, in, real *, in, int *, int *);
void ROUTINE(gesv)(in, in, real *, in, int *, real *, in, int *);
void ROUTINE(getrs)(const char *, in, in, real *, in, int *, real *, in, int *);
void ROUTINE(geqrf)(in, in, real *, in, real *, real *, in, int *);
void ROUTINE(orgqr)(in, in, in, real *, in, real *, real *, in, int *);
void ROUTINE(ormqr)(const char *, const char *, in, in, in, real *, in, real *, real *, in, real *, in, int *);
void ROUTINE(gels)(const char *, in, in, in, real *, in, real *, in, real *, in, int *);
void ROUTINE(syev)(const char *, const char *, in, real *, in, real *, real *, in, int *);
void ROUTINE(syevd)(const char *, const char *, in, real *, in, real *, real *, in, int *, in, int *);
void ROUTINE(gesdd)(const char *, in, in, real *, in, real *, real *, in, real *, in, real *, in, int *, int *);
void ROUTINE(gesvd)(const char *, const char *, in, in, real *, in, real *, real *, in, real *, in, real *, in, int *);

/* A matrix by columns, with rows that nobody may touch below it and in front of every column. */
enum { apart = 3, most_work = 1 << 19 };
static const real untouched = (real)-77.25;
typedef struct { int rows, columns, leading; real *first, *memory; } matrix;
static uint64_t state, hash;
static int wrong;
static real work[most_work];
static int numbers_work[most_work / 16];
static const int work_length = most_work, numbers_length = most_work / 16;

static matrix make(int rows, int columns)
{
    matrix x = {rows, columns, rows + apart, NULL, NULL};
    size_t count = (size_t)(columns + 1) * x.leading + apart;
    x.memory = malloc(count * sizeof(real));
    for (size_t i = 0; i < count; i++)
        x.memory[i] = untouched;
    x.first = x.memory + apart;
    return x;
}

static matrix numbers(int rows, int columns, uint64_t seed)
{
    matrix x = make(rows, columns);
    state = seed;
    for (int j = 0; j < columns; j++)
        for (int i = 0; i < rows; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            at(x, i, j) = (real)((double)(state >> 40) * 0x1p-24 - 0.5);
        }
    return x;
}

static matrix copy(matrix x)
{
    matrix y = make(x.rows, x.columns);
    for (int j = 0; j < x.columns; j++)
        memcpy(&at(y, 0, j), &at(x, 0, j), x.rows * sizeof(real));
    return y;
}

static void says(int is_wrong, const char *what, int m, int n, double error)
{
    if (is_wrong)
        printf("%s of %d x %d: %g\n", what, m, n, error);
    wrong |= is_wrong;
}

/* The matrix goes into the number of bits; what lies beside it must be as it was. */
static void done(matrix x, const char *what)
{
    size_t count = (size_t)(x.columns + 1) * x.leading + apart;
    for (size_t k = 0; k < count; k++) {
        size_t place = k - apart;
        if (k < apart || place / x.leading >= (size_t)x.columns || place % x.leading >= (size_t)x.rows)
            says(x.memory[k] != untouched, what, x.rows, x.columns, x.memory[k]);
        else
            for (size_t b = 0; b < sizeof(real); b++)
                hash = (hash ^ ((unsigned char *)&x.memory[k])[b]) * 1099511628211u;
    }
    free(x.memory);
}

/* The largest element of op(X) op(Y) - Z over that of Z or 1, in units of rounding. */
static double apartness(int trans_x, matrix x, int trans_y, matrix y, matrix z)
{
    double most = 0, scale = 1;
    int depth = trans_x ? x.rows : x.columns;
    for (int j = 0; j < z.columns; j++)
        for (int i = 0; i < z.rows; i++) {
            double sum = 0;
            for (int k = 0; k < depth; k++)
                sum += (double)(trans_x ? at(x, k, i) : at(x, i, k)) * (trans_y ? at(y, j, k) : at(y, k, j));
            most = fmax(most, fabs(sum - at(z, i, j)));
            scale = fmax(scale, fabs(at(z, i, j)));
        }
    return most == most ? most / scale / epsilon : INFINITY;
}

/* A few roundings for each row, as the testers allow. */
static void holds(const char *what, int trans_x, matrix x, int trans_y, matrix y, matrix z)
{
    double error = apartness(trans_x, x, trans_y, y, z);
    says(!(error <= 10.0 + 2 * (x.rows + x.columns)), what, z.rows, z.columns, error);
}

static void works(const char *what, int info, int m, int n) { says(info != 0, what, m, n, info); }

static matrix identity(int n)
{
    matrix x = numbers(n, n, 0);
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++)
            at(x, i, j) = i == j;
    return x;
}

static void lu(int m, int n)
{
    matrix a = numbers(m, n, 1), f = copy(a);
    int k = m < n ? m : n, info, *pivots = malloc(sizeof(int) * (k + 1));
    ROUTINE(getrf)(&m, &n, f.first, &f.leading, pivots, &info);
    works("getrf", info, m, n);
    matrix l = make(m, k), u = make(k, n);
    for (int j = 0; j < k; j++)
        for (int i = 0; i < m; i++)
            at(l, i, j) = i == j ? 1 : i > j ? at(f, i, j) : 0;
    for (int j = 0; j < n; j++)
        for (int i = 0; i < k; i++)
            at(u, i, j) = i <= j ? at(f, i, j) : 0;
    for (int i = 0; i < k; i++)
        for (int j = 0; j < n; j++) {
            real other = at(a, i, j);
            at(a, i, j) = at(a, pivots[i] - 1, j);
            at(a, pivots[i] - 1, j) = other;
        }
    holds("P A = L U", 0, l, 0, u, a);
    if (m == n)
        for (int trans = 0; trans < 2; trans++)
            for (int columns = 1; columns < 8; columns += 4) {
                matrix own = numbers(n, n, 1), b = numbers(n, columns, 2), x = copy(b);
                for (int i = 0; i < n; i++)
                    at(own, i, i) += n;
                matrix factors = copy(own);
                ROUTINE(gesv)(&n, &columns, factors.first, &factors.leading, pivots, x.first, &x.leading, &info);
                works("gesv", info, m, n);
                holds("gesv", 0, own, 0, x, b);
                matrix y = copy(b);
                ROUTINE(getrs)(trans ? "T" : "N", &n, &columns, factors.first, &factors.leading, pivots, y.first, &y.leading, &info);
                holds("getrs", trans, own, 0, y, b);
                done(own, "gesv"), done(factors, "gesv"), done(x, "gesv"), done(y, "getrs"), done(b, "gesv");
            }
    done(a, "getrf"), done(f, "getrf"), done(l, "getrf"), done(u, "getrf");
    free(pivots);
}

static void qr(int m, int n)
{
    matrix a = numbers(m, n, 3), f = copy(a), r, q;
    int k = m < n ? m : n, info;
    real *tau = malloc(sizeof(real) * (k + 1));
    ROUTINE(geqrf)(&m, &n, f.first, &f.leading, tau, work, &work_length, &info);
    works("geqrf", info, m, n);
    r = make(k, n);
    for (int j = 0; j < n; j++)
        for (int i = 0; i < k; i++)
            at(r, i, j) = i <= j ? at(f, i, j) : 0;
    q = make(m, m);
    for (int j = 0; j < k; j++)
        memcpy(&at(q, 0, j), &at(f, 0, j), m * sizeof(real));
    ROUTINE(orgqr)(&m, &m, &k, q.first, &q.leading, tau, work, &work_length, &info);
    works("orgqr", info, m, n);
    matrix first = q, one = identity(m);
    first.columns = k;
    holds("Q R = A", 0, first, 0, r, a);
    holds("Q^T Q = 1", 1, q, 0, q, one);
    for (int side = 0; side < 2; side++)
        for (int trans = 0; trans < 2; trans++) {
            int rows = side ? 37 : m, columns = side ? m : 37;
            matrix c = numbers(rows, columns, 4), x = copy(c);
            ROUTINE(ormqr)(side ? "R" : "L", trans ? "T" : "N", &rows, &columns, &k, f.first, &f.leading, tau, x.first, &x.leading, work, &work_length, &info);
            works("ormqr", info, rows, columns);
            holds("ormqr", side ? 0 : trans, side ? c : q, side ? trans : 0, side ? q : c, x);
            done(c, "ormqr"), done(x, "ormqr");
        }
    done(a, "geqrf"), done(f, "geqrf"), done(q, "orgqr"), done(r, "geqrf"), done(one, "1");
    free(tau);
}

/* Of a square system the solution, of too many equations a residual that A's columns do not see, of too few the solution that lies in the space of A's rows. */
static void least(int m, int n)
{
    for (int trans = 0; trans < 2; trans++) {
        int rows = trans ? n : m, unknowns = trans ? m : n, columns = 3, info, tall = m > n ? m : n;
        matrix a = numbers(m, n, 5), f = copy(a), b = numbers(rows, columns, 6), x = make(tall, columns);
        for (int i = 0; i < m && i < n; i++)
            at(a, i, i) = at(f, i, i) += 2;
        for (int j = 0; j < columns; j++)
            for (int i = 0; i < tall; i++)
                at(x, i, j) = i < rows ? at(b, i, j) : 0;
        ROUTINE(gels)(trans ? "T" : "N", &m, &n, &columns, f.first, &f.leading, x.first, &x.leading, work, &work_length, &info);
        works("gels", info, m, n);
        matrix solution = x;
        solution.rows = unknowns;
        if (rows <= unknowns)
            holds("gels", trans, a, 0, solution, b);
        else {
            matrix residual = copy(b), none = numbers(unknowns, columns, 0);
            for (int j = 0; j < columns; j++) {
                for (int i = 0; i < rows; i++) {
                    double sum = at(b, i, j);
                    for (int k = 0; k < unknowns; k++)
                        sum -= (double)(trans ? at(a, k, i) : at(a, i, k)) * at(solution, k, j);
                    at(residual, i, j) = (real)sum;
                }
                for (int i = 0; i < unknowns; i++)
                    at(none, i, j) = 0;
            }
            holds("gels: A^T (b - A x) = 0", !trans, a, 0, residual, none);
            done(residual, "gels"), done(none, "gels");
        }
        done(a, "gels"), done(f, "gels"), done(b, "gels"), done(x, "gels");
    }
}

static void svd(int m, int n)
{
    static const char *const jobs[][2] = {{"A", "A"}, {"S", "S"}, {"O", "S"}, {"S", "O"}, {"A", "N"}, {"N", "A"}, {"N", "N"}, {"A", "A"}, {"S", "S"}, {"O", "O"}, {"N", "N"}};
    enum { all_jobs = 11, of_gesvd = 7 }; /* the others are gesdd's */
    int k = m < n ? m : n, info;
    real *first = malloc(sizeof(real) * k), *values = malloc(sizeof(real) * k);
    for (int job = 0; job < all_jobs; job++) {
        char given = *jobs[job][0], left = given == 'O' && *jobs[job][1] == 'O' && m < n ? 'A' : given, right = *jobs[job][1] == 'O' && given == 'O' && m >= n ? 'A' : *jobs[job][1];
        matrix a = numbers(m, n, 7), f = copy(a), u = make(m, left == 'A' ? m : k), vt = make(right == 'A' ? n : k, n), us = make(m, k);
        if (job < of_gesvd)
            ROUTINE(gesvd)(&left, &right, &m, &n, f.first, &f.leading, values, u.first, &u.leading, vt.first, &vt.leading, work, &work_length, &info);
        else
            ROUTINE(gesdd)(&given, &m, &n, f.first, &f.leading, values, u.first, &u.leading, vt.first, &vt.leading, work, &work_length, numbers_work, &info);
        works("gesvd", info, m, n);
        if (job == 0)
            memcpy(first, values, sizeof(real) * k);
        for (int i = 0; i < k; i++)
            says(fabs((double)values[i] - first[i]) > 30 * epsilon * first[0] || values[i] < 0 || (i > 0 && values[i] > values[i - 1]), "gesvd: values", m, n, values[i]);
        if (left != 'N' && right != 'N') {
            matrix lefts = left == 'O' ? f : u, rights = right == 'O' ? f : vt;
            rights.rows = k;
            for (int j = 0; j < k; j++)
                for (int i = 0; i < m; i++)
                    at(us, i, j) = at(lefts, i, j) * values[j];
            holds("U S V^T = A", 0, us, 0, rights, a);
        }
        if (left == 'A' || left == 'S') {
            matrix one = identity(u.columns);
            holds("U^T U = 1", 1, u, 0, u, one);
            done(one, "1");
        }
        if (right == 'A' || right == 'S') {
            matrix one = identity(vt.rows);
            holds("V^T V = 1", 0, vt, 1, vt, one);
            done(one, "1");
        }
        done(a, "gesvd"), done(f, "gesvd"), done(u, "gesvd"), done(vt, "gesvd"), done(us, "gesvd");
    }
    free(first), free(values);
}

/* One triangle is read; Cholesky leaves the other one alone. */
static void symmetric(int n)
{
    for (int upper = 0; upper < 2; upper++) {
        const char *uplo = upper ? "U" : "L";
        matrix a = numbers(n, n, 8), whole = make(n, n), f, l = make(n, n);
        real *values = malloc(sizeof(real) * n), *others = malloc(sizeof(real) * n);
        int info, columns = 3, one_column = 1;
        for (int j = 0; j < n; j++)
            for (int i = 0; i < n; i++)
                at(whole, i, j) = at(a, i > j ? i : j, i > j ? j : i) + (i == j ? n : 0);
        f = copy(whole);
        for (int j = 0; j < n; j++)
            for (int i = 0; i < n; i++)
                if (upper ? i > j : i < j)
                    at(f, i, j) = untouched;
        matrix v = copy(f), w = copy(f);
        ROUTINE(potrf)(uplo, &n, f.first, &f.leading, &info);
        works("potrf", info, n, n);
        for (int j = 0; j < n; j++)
            for (int i = 0; i < n; i++) {
                int is_read = upper ? i <= j : i >= j;
                says(!is_read && at(f, i, j) != untouched, "potrf: the other triangle", n, n, at(f, i, j));
                at(l, i, j) = is_read ? at(f, i, j) : 0;
            }
        holds("Cholesky", upper, l, !upper, l, whole);
        matrix b = numbers(n, columns, 9), x = copy(b);
        ROUTINE(potrs)(uplo, &n, &columns, f.first, &f.leading, x.first, &x.leading, &info);
        holds("potrs", 0, whole, 0, x, b);
        ROUTINE(potrs)(uplo, &n, &one_column, f.first, &f.leading, b.first, &b.leading, &info);
        ROUTINE(syev)("V", uplo, &n, v.first, &v.leading, values, work, &work_length, &info);
        works("syev", info, n, n);
        ROUTINE(syevd)("N", uplo, &n, w.first, &w.leading, others, work, &work_length, numbers_work, &numbers_length, &info);
        works("syevd", info, n, n);
        matrix one = identity(n), scaled = copy(v);
        for (int j = 0; j < n; j++) {
            says(fabs((double)values[j] - others[j]) > 30 * epsilon * n || (j > 0 && values[j] < values[j - 1]), "syev: values", n, n, values[j]);
            for (int i = 0; i < n; i++)
                at(scaled, i, j) *= values[j];
        }
        holds("syev", 0, scaled, 1, v, whole);
        holds("syev: V^T V = 1", 1, v, 0, v, one);
        done(a, "potrf"), done(whole, "potrf"), done(f, "potrf"), done(l, "potrf"), done(b, "potrs"), done(x, "potrs");
        done(v, "syev"), done(w, "syev"), done(one, "1"), done(scaled, "syev");
        free(values), free(others);
    }
}

typedef struct { int m, n; const char *const *jobs; double share; } tall_call;
static void *tall_thread(void *argument)
{
    tall_call *call = argument;
    int info, m = call->m, n = call->n;
    matrix f = numbers(m, n, 7), values = make(n, 1), u = make(m, *call->jobs[0] == 'S' ? n : 1), vt = make(n, n);
    long before = resident();
    ROUTINE(gesvd)(call->jobs[0], call->jobs[1], &m, &n, f.first, &f.leading, values.first, u.first, &u.leading, vt.first, &vt.leading, work, &work_length, &info);
    call->share = (double)(resident() - before) * sysconf(_SC_PAGESIZE) / ((double)m * n * sizeof(real));
    works("gesvd", info, m, n);
    return done(f, "gesvd"), done(values, "gesvd"), done(u, "gesvd"), done(vt, "gesvd"), NULL;
}

/* A very tall matrix becomes Q R where it lies: what is needed besides, in its sizes. Each call has a thread of its own, and what it frees goes back to the system. */
static void tall(int m, int n, double most)
{
    static const char *const jobs[][2] = {{"N", "N"}, {"O", "S"}, {"S", "S"}}, *const names[] = {"gesvd N N: memory", "gesvd O S: memory", "gesvd S S: memory"};
    mallopt(M_MMAP_THRESHOLD, 1 << 16);
    for (int job = 0; job < 3; job++) {
        tall_call call = {m, n, jobs[job], INFINITY};
        pthread_t thread;
        says(pthread_create(&thread, NULL, tall_thread, &call) != 0 || pthread_join(thread, NULL) != 0, "gesvd: no thread", m, n, 0);
        says(!(call.share <= most), names[job], m, n, call.share);
    }
}

static void all(int m, int n)
{
    lu(m, n), qr(m, n), least(m, n), svd(m, n);
    if (m == n)
        symmetric(n);
}

/* 64 bytes for each call would be a page for every 64 of them. */
static int steady(void)
{
    long before = 0;
    for (int i = 0; i < 600; i++) {
        if (i == 100)
            before = resident();
        all(12, 12), all(40, 33);
    }
    long grown = resident() - before;
    says(grown > 16, "pages that 500 calls take", 40, 33, grown);
    return wrong;
}

int main(int count, char **arguments)
{
    static const int shapes[][2] = {{1, 1}, {5, 3}, {3, 5}, {31, 17}, {33, 70}, {64, 64}, {129, 129}, {200, 90}, {90, 200}, {500, 6}, {6, 500}, {280, 280}, {240, 60}, {700, 60}};
    const char *what = count > 1 ? arguments[1] : "";
    if (strcmp(what, "steady") == 0)
        return steady();
    if (strcmp(what, "memory") == 0)
        return all(5, 3), tall(40000, 100, 0), tall(100000, 100, 0), tall(4000, 400, 0), tall(4000, 1000, 0), 0;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        all(shapes[i][0], shapes[i][1]);
    tall(40000, 100, 0.8);
    if (strcmp(what, "bits") == 0)
        printf("%016llx\n", (unsigned long long)hash);
    else if (strcmp(what, "right") != 0)
        return fputs("usage: lapack_calls right | bits | steady | memory\n", stderr), 2;
    return wrong;
}
