/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, transposed: the bits do not depend on which way an operand is stored.
 * transposed: C' = B' A': C[5] (row 1, column 2) = 1.5500800320128052 (0x3ff8cd20b83ad794), want 1.550080032012805 (0x3ff8cd20b83ad793), 1 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblasp-r0.3.21.so -o case
 * Run:   ./case, or ./case N for call N alone */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined __x86_64__
#include <xmmintrin.h>
#endif

/* Memory that begins at that offset in a page, between two pages that cannot be accessed
 * if guarded is set. */
static void *place(const void *data, size_t size, size_t offset, int guarded) {
  size_t page = 4096, room = (offset + size + page - 1) / page * page;
  if (room == 0) room = page;
  char *all = mmap(0, room + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) { perror("mmap"); exit(2); }
  memset(all, 0xa5, room + 2 * page);
  memcpy(all + page + offset, data, size);
  if (guarded) { mprotect(all, page, PROT_NONE); mprotect(all + page + room, page, PROT_NONE); }
  return all + page + offset;
}

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

void cblas_dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
static const uint64_t call1_a[] = {0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3fe240c89ed311c3, 0x0000000000000000, 0x3fd197781f4e538d, 0x0000000000000000, 0x3fe56fe2d326be41, 0x0000000000000000, 0x3fe195d486281dab, 0x3feb1438cb1438cb, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3fa130895a551ba3, 0x0000000000000000, 0x3fe8afb4ee66905c, 0x0000000000000000, 0x3fdb74992b74992b, 0x0000000000000000, 0x0000000000000000, 0x3fdc215ad2fcc88a};
static const uint64_t call1_b[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call1_c[] = {0x0000000000000000, 0x0000000000000000, 0x3fe7fe087b6bbf57, 0x3fc481913da62387, 0x3fedd84b3b8f26a9, 0x0000000000000000, 0x0000000000000000, 0x3fd09772e09772e1, 0x0000000000000000, 0x0000000000000000, 0x3fe1a3ed11a3ed12, 0x3fdbe01ed07267f5, 0x0000000000000000, 0x3fe6a556f8ee7b8b, 0x3fc478637d9cf5c7};
static void call1(void) {
  double *a = place(call1_a, 200, 3952, false);
  double *b = place(call1_b, 216, 2400, false);
  double *c = place(call1_c, 120, 2688, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 111, 5, 3, 5, 0x1p+00, a, 5, b, 6, 0x1p+00, c, 3);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 5, &c[5], 8);
}

static const uint64_t call2_a[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call2_b[] = {0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3fe240c89ed311c3, 0x0000000000000000, 0x3fd197781f4e538d, 0x0000000000000000, 0x3fe56fe2d326be41, 0x0000000000000000, 0x3fe195d486281dab, 0x3feb1438cb1438cb, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3fa130895a551ba3, 0x0000000000000000, 0x3fe8afb4ee66905c, 0x0000000000000000, 0x3fdb74992b74992b, 0x0000000000000000, 0x0000000000000000, 0x3fdc215ad2fcc88a};
static const uint64_t call2_c[] = {0x0000000000000000, 0x3fc481913da62387, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x0000000000000000, 0x3fedd84b3b8f26a9, 0x3fd09772e09772e1, 0x3fe1a3ed11a3ed12, 0x3fe6a556f8ee7b8b, 0x3fe7fe087b6bbf57, 0x0000000000000000, 0x0000000000000000, 0x3fdbe01ed07267f5, 0x3fc478637d9cf5c7};
static void call2(void) {
  double *a = place(call2_a, 216, 2400, false);
  double *b = place(call2_b, 200, 3952, false);
  double *c = place(call2_c, 120, 1024, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 111, 3, 5, 5, 0x1p+00, a, 6, b, 5, 0x1p+00, c, 5);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(2, 11, &c[11], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
