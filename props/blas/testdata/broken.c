/* A matrix product with one fault, chosen by FAULT when it is compiled, for the tests of
 * package blas: 0 has none. */
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <xmmintrin.h>

enum { rowMajor = 101, trans = 112 };

static volatile float shared[1 << 16];

void cblas_sgemm(int order, int transA, int transB, int m, int n, int k, float alpha, const float *A, int lda, const float *B, int ldb, float beta, float *C, int ldc) {
  if (order != rowMajor) { /* C' = op(B)' op(A)' */
    cblas_sgemm(rowMajor, transB, transA, n, m, k, alpha, B, ldb, A, lda, beta, C, ldc);
    return;
  }
#if FAULT == 9
  if (k == 7) raise(SIGABRT);
#elif FAULT == 10
  if (k == 7) for (volatile int forever = 1; forever;) {}
#endif
  int columns = n;
#if FAULT == 1 /* tail: the columns after the last multiple of four are forgotten */
  columns = n > 4 ? n / 4 * 4 : n;
#endif
#if FAULT == 8 /* dropped block: of a long sum only the first sixteen terms */
  if (k > 16) k = 16;
#endif
#if FAULT == 6 /* flush-to-zero is left on */
  _mm_setcsr(_mm_getcsr() | 0x8000);
#endif
#if FAULT == 5 /* reads past the end of A */
  if (m > 0 && k > 0) *(volatile const float *)&A[transA == trans ? (k - 1) * lda + m : (m - 1) * lda + k];
#endif
#if FAULT == 7 /* wrong ld: rows of B are taken to be contiguous */
  if (transB != trans && n > 0) ldb = n;
#endif
#if FAULT == 12 /* the gap after the first row of C is written to */
  if (m > 1 && n > 0 && ldc > n) C[n] = 0;
#endif
  for (int i = 0; i < m; i++)
    for (int j = 0; j < columns; j++) {
      float sum = 0;
      if (alpha != 0)
        for (int p = 0; p < k; p++) {
          float a = transA == trans ? A[p * lda + i] : A[i * lda + p];
          float b = transB == trans ? B[j * ldb + p] : B[p * ldb + j];
#if FAULT == 3 /* alignment: an operand off a border of 16 bytes is summed otherwise */
          if ((uintptr_t)B % 16 == 4) sum += a * b; else
#endif
          sum = fmaf(a, b, sum);
        }
#if FAULT == 2 /* beta = 0 multiplies */
      C[i * ldc + j] = alpha * sum + beta * C[i * ldc + j];
#elif FAULT == 4 /* race: callers share a buffer */
      shared[j] = alpha * sum;
      sched_yield();
      C[i * ldc + j] = shared[j] + (beta == 0 ? 0 : beta * C[i * ldc + j]);
#else
      C[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * C[i * ldc + j]);
#endif
    }
}

#if FAULT == 11 /* none: an entry point of its own, as libxsmm has, beside those of a BLAS that it is linked with */
void libxsmm_sgemm(void) {}
#endif
