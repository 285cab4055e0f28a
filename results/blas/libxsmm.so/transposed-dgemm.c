/* bin/libxsmm.so, transposed: the bits do not depend on which way an operand is stored.
 * transposed: B stored the other way: C[0] (row 0, column 0) = 0.6000000000000001 (0x3fe3333333333334), want 0.6 (0x3fe3333333333333), 1 ulp apart
 * Build: cc THIS.c bin/libxsmm.so -o case
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

void libxsmm_dgemm(const char *, const char *, const int *, const int *, const int *, const double *, const double *, const int *, const double *, const int *, const double *, double *, const int *);
static const uint64_t call1_a[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call1_b[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call1_c[] = {0x0000000000000000};
static void call1(void) {
  double *a = place(call1_a, 48, 3824, false);
  double *b = place(call1_b, 48, 0, false);
  double *c = place(call1_c, 8, 760, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_dgemm("N", "N", (int[]){1}, (int[]){1}, (int[]){6}, (double[]){0x1.999999999999ap-04}, b, (int[]){1}, a, (int[]){6}, (double[]){0x1p+00}, c, (int[]){1});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 0, &c[0], 8);
}

static const uint64_t call2_a[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call2_b[] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static const uint64_t call2_c[] = {0x0000000000000000};
static void call2(void) {
  double *a = place(call2_a, 48, 3824, false);
  double *b = place(call2_b, 48, 912, false);
  double *c = place(call2_c, 8, 888, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_dgemm("T", "N", (int[]){1}, (int[]){1}, (int[]){6}, (double[]){0x1.999999999999ap-04}, b, (int[]){6}, a, (int[]){6}, (double[]){0x1p+00}, c, (int[]){1});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(2, 0, &c[0], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
