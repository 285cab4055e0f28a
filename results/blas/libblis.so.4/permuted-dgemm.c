/* /usr/lib/x86_64-linux-gnu/libblis.so.4, permuted: a row or column has the same bits wherever it lies.
 * permuted: C[4] (row 4, column 0) = 3.0000000000000018 (0x4008000000000004), want 3.0000000000000013 (0x4008000000000003), 1 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/blis-openmp/libblis.so.4 -o case
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
static uint64_t call1_a[64] = {0x3ff0000000000002, 0xbfefffffff800000, 0x3c9fffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3ff0000000400000, 0xbff0000000400000, 0xbff0000000400000, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000007, 0xbff0000000000002, 0x3fefffffff800000, 0xbc9fffffff800000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0xbfefffffff800000, 0x3fefffffff800000, 0x3fefffffff800000, 0x3ff0000000000007, 0xbff0000000400000, 0xbfefffffff800000, 0x3ff0000000000003, 0x3ff0000000400000, 0x3ff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3c9fffffff800000, 0xbff0000000000000, 0xbff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3ff0000000000002, 0xbff0000000000001, 0x3c9fffffff800000, 0xbc9fffffff800000, 0x3ff0000000400000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0x3ff0000000000001, 0xbff0000000000000, 0xbff0000000000005, 0xbff0000000400000, 0x3ff0000000400000, 0x3fefffffff800000, 0xbff0000000000000, 0x3c9fffffff800000, 0xbc9fffffff800000, 0xbff0000000400000, 0xbff0000000000003, 0xbff0000000400000, 0xbff0000000000003, 0x3ff0000000000003, 0xbff0000000000007, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3ff0000000000005, 0xbc9fffffff800000};
static uint64_t call1_b[120] = {[0] = 0x3ff0000000000000, [17] = 0x3ff0000000000000, [34] = 0x3ff0000000000000, [51] = 0x3ff0000000000000, [68] = 0x3ff0000000000000, [85] = 0x3ff0000000000000, [102] = 0x3ff0000000000000, [119] = 0x3ff0000000000000};
static uint64_t call1_c[211];
static void call1(void) {
  double *a = place(call1_a, 512, 3072, false);
  double *b = place(call1_b, 960, 0, false);
  double *c = place(call1_c, 1688, 256, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 8, 1, 8, 0x1p+00, a, 8, b, 17, 0x1p+00, c, 30);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 512, 3072, false);
  for (int i = 0; i < 64; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 960, 0, false);
  for (int i = 0; i < 120; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 1688, 256, false);
  for (int i = 0; i < 211; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 0, &c[0], 8);
}

static uint64_t call2_a[64] = {0xbff0000000000000, 0xbff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3ff0000000000002, 0xbff0000000000001, 0x3c9fffffff800000, 0xbc9fffffff800000, 0x3ff0000000400000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0x3ff0000000000001, 0xbff0000000000000, 0xbff0000000000005, 0xbff0000000400000, 0x3ff0000000400000, 0x3fefffffff800000, 0xbff0000000000000, 0x3c9fffffff800000, 0xbc9fffffff800000, 0xbff0000000400000, 0xbff0000000000003, 0xbff0000000400000, 0xbff0000000000003, 0x3ff0000000000003, 0xbff0000000000007, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3ff0000000000005, 0xbc9fffffff800000, 0x3ff0000000000002, 0xbfefffffff800000, 0x3c9fffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3ff0000000400000, 0xbff0000000400000, 0xbff0000000400000, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000007, 0xbff0000000000002, 0x3fefffffff800000, 0xbc9fffffff800000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0xbfefffffff800000, 0x3fefffffff800000, 0x3fefffffff800000, 0x3ff0000000000007, 0xbff0000000400000, 0xbfefffffff800000, 0x3ff0000000000003, 0x3ff0000000400000, 0x3ff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3c9fffffff800000};
static uint64_t call2_b[8] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static uint64_t call2_c[8];
static void call2(void) {
  double *a = place(call2_a, 512, 512, false);
  double *b = place(call2_b, 64, 704, false);
  double *c = place(call2_c, 64, 896, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 8, 1, 8, 0x1p+00, a, 8, b, 1, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 512, 512, false);
  for (int i = 0; i < 64; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 64, 704, false);
  for (int i = 0; i < 8; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 64, 896, false);
  for (int i = 0; i < 8; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 4, &c[4], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
