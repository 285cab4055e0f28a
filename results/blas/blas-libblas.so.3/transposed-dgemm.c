/* /usr/lib/x86_64-linux-gnu/blas/libblas.so.3, transposed: the bits do not depend on which way an operand is stored.
 * transposed: B stored the other way: C[2] (row 0, column 2) = 1.103125 (0x3ff1a66666666666), want 1.1031250000000001 (0x3ff1a66666666667), 1 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0 -o case
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

/* Reports the first byte around an operand that was written to. */
static void outside(int call, char name, const void *at, long size, long offset, int guarded) {
  long page = 4096, room = (offset + size + page - 1) / page * page;
  if (room == 0) room = page;
  long more = guarded ? 0 : page;
  for (long i = -offset - more; i < room - offset + more; i++)
    if ((i < 0 || i >= size) && ((const unsigned char *)at)[i] != 0xa5) {
      printf("call %d wrote to byte %ld of %c, which has %ld\n", call, i, name, size);
      return;
    }
}

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

void cblas_dgemm(int, int, int, int, int, int, double, double *, int, double *, int, double, double *, int);
static uint64_t call1_a[3] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static uint64_t call1_b[12] = {0x3fe0000000000000, 0xc000000000000000, 0x3ff0000000000000, 0x4000000000000000, 0xc040000000000000, 0xbfd0000000000000, 0xbfa0000000000000, 0xbfb0000000000000, 0xc040000000000000, 0xbf90000000000000, 0x3fb0000000000000, 0xbfc0000000000000};
static uint64_t call1_c[4] = {[2] = 0x3ff0000000000000};
static void call1(void) {
  double *a = place(call1_a, 24, 1800, false);
  double *b = place(call1_b, 96, 512, false);
  double *c = place(call1_c, 32, 672, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 1, 4, 3, 0x1.999999999999ap-04, a, 3, b, 4, 0x1p+00, c, 7);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 24, 1800, false);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 96, 512, false);
  for (int i = 0; i < 12; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 32, 672, false);
  for (int i = 0; i < 4; i++)
    if (i % 7 >= 4 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 2, &c[2], 8);
}

static uint64_t call2_a[3] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static uint64_t call2_b[12] = {0x3fe0000000000000, 0xc040000000000000, 0xc040000000000000, 0xc000000000000000, 0xbfd0000000000000, 0xbf90000000000000, 0x3ff0000000000000, 0xbfa0000000000000, 0x3fb0000000000000, 0x4000000000000000, 0xbfb0000000000000, 0xbfc0000000000000};
static uint64_t call2_c[4] = {[2] = 0x3ff0000000000000};
static void call2(void) {
  double *a = place(call2_a, 24, 1800, false);
  double *b = place(call2_b, 96, 2336, false);
  double *c = place(call2_c, 32, 1024, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 112, 1, 4, 3, 0x1.999999999999ap-04, a, 3, b, 3, 0x1p+00, c, 7);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 24, 1800, false);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 96, 2336, false);
  for (int i = 0; i < 12; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 32, 1024, false);
  for (int i = 0; i < 4; i++)
    if (i % 7 >= 4 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 2, &c[2], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
