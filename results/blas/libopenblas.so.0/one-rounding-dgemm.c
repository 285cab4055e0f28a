/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, one-rounding: each product is added by one fma, with one rounding.
 * one-rounding: C[2] (row 0, column 2) = 1.0000000018626451 (0x3ff0000000800000), want 1.000000001862645 (0x3ff00000007fffff), 1 ulp apart
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
static const uint64_t call1_a[] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000};
static const uint64_t call1_b[] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000, 0xbfefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000, 0xbff0000000000006, 0x3ff0000000400000};
static const uint64_t call1_c[] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000};
static void call1(void) {
  double *a = place(call1_a, 24, 1032, false);
  double *b = place(call1_b, 72, 2240, false);
  double *c = place(call1_c, 24, 1200, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 1, 3, 3, 0x1p+00, a, 3, b, 3, 0x1p+00, c, 3);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 2, &c[2], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  puts("exactly 1.000000001862645 (0x3ff00000007fffff)");
  return 0;
}
