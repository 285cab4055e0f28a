/* Kernels with one fault, chosen by FAULT when they are compiled, for the tests of package blas:
 * 0 has none. */
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <xmmintrin.h>

static volatile float shared[1 << 12];
static int calls;

#if FAULT == 16 /* every third process is wrong: the file that COUNTER names counts them */
static int wrong;
__attribute__((constructor)) static void count(void) {
  const char *name = getenv("COUNTER");
  FILE *file = name ? fopen(name, "a+") : 0;
  if (!file) return;
  fputc('.', file);
  fseek(file, 0, SEEK_END);
  wrong = ftell(file) % 3 == 1;
  fclose(file);
}
#endif

void my_relu(int n, const float *x, float *y) {
#if FAULT == 10 /* guard-after */
  if (n > 0) (void)*(volatile const float *)&x[n];
#elif FAULT == 11 /* guard-before */
  (void)*(volatile const float *)&x[-1];
#endif
#if FAULT == 12 /* machine-state: flush-to-zero is left on */
  _mm_setcsr(_mm_getcsr() | 0x8000);
#endif
#if FAULT == 17 /* a write past the results */
  y[n] = 0;
#endif
  for (int i = 0; i < n; i++) {
#if FAULT == 16
    y[i] = wrong ? 7 : x[i] <= 0 ? 0 : x[i];
#elif FAULT == 2 /* special-values: NaN becomes zero */
    y[i] = x[i] > 0 ? x[i] : 0;
#elif FAULT == 3 /* subnormals are taken for zero */
    y[i] = x[i] < 0x1p-126f ? 0 : x[i];
#elif FAULT == 9 /* read-only: it rectifies its argument, too */
    y[i] = ((float *)x)[i] = x[i] <= 0 ? 0 : x[i];
#else
    y[i] = x[i] <= 0 ? 0 : x[i];
#endif
  }
}

/* A function of which nothing else is known. */
void my_square(size_t n, double *x) {
  for (size_t i = 0; i < n; i++) x[i] *= x[i];
}

void my_exp(const float *x, float *y, int64_t n) {
  calls++;
  for (int64_t i = 0; i < n; i++) {
    float e = expf(x[i]);
#if FAULT == 1 /* ulp-bound */
    if (x[i] > 1) e *= 1 + 0x1p-20f;
#elif FAULT == 7 /* length-invariance: what does not fill a vector of four is computed otherwise */
    if (i >= n / 4 * 4) e = nextafterf(e, 0);
#elif FAULT == 13 /* concurrent-callers share a buffer */
    shared[i] = e;
    sched_yield();
    e = shared[i];
#elif FAULT == 14 /* repeatable: every third call is computed otherwise */
    if (calls % 3 == 0) e = nextafterf(e, 0);
#elif FAULT == 15 /* alignment: off a border of 16 bytes it is computed otherwise */
    if ((uintptr_t)x % 16 == 4) e = nextafterf(e, 0);
#endif
    y[i] = e;
  }
}

void my_log64(int n, const double *x, double *restrict y) {
  for (int i = 0; i < n; i++) y[i] = log(x[i]);
}

void my_softmax(int rows, int cols, const float *x, float *y) {
  float most = -INFINITY;
#if FAULT == 6 /* batch-rows: all rows are shifted by the largest of all */
  for (int i = 0; i < rows * cols; i++) most = fmaxf(most, x[i]);
#endif
  for (int r = 0; r < rows; r++, x += cols, y += cols) {
    float sum = 0;
#if FAULT != 6
    most = x[0];
    for (int j = 1; j < cols; j++) if (x[j] > most) most = x[j];
#endif
#if FAULT == 5 /* shifted: nothing is subtracted */
    most = 0;
#endif
    for (int j = 0; j < cols; j++) {
      float e = expf(x[j] - most);
#if FAULT == 4 /* sums-to-one: of a long row the last is forgotten in the sum */
      if (j < 8) sum += e;
#else
      sum += e;
#endif
      y[j] = e;
    }
#if FAULT == 8 /* in-place: the arguments are read again after results were written */
    for (int j = 0; j < cols; j++) y[j] = expf(x[j] - most);
#endif
    for (int j = 0; j < cols; j++) y[j] /= sum;
  }
}
