/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, one-rounding: each product is added by one fma, with one rounding.
 * one-rounding: C[1] (row 1, column 0) = 2.7939677238464355e-09 (0x3e28000000000000), want 2.793967722979074e-09 (0x3e27ffffffe00000), 2097152 ulp apart
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
static uint64_t call1_a[9] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000, 0xbfefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000, 0xbff0000000000006, 0x3ff0000000400000};
static uint64_t call1_b[3] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000};
static uint64_t call1_c[3] = {0x3fefffffff800000, 0x3ff0000000400000, 0xbc9fffffff800000};
static void call1(void) {
  double *a = place(call1_a, 72, 0, false);
  double *b = place(call1_b, 24, 504, false);
  double *c = place(call1_c, 24, 648, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 3, 1, 3, 0x1p+00, a, 3, b, 1, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 72, 0, false);
  for (int i = 0; i < 9; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 24, 504, false);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 24, 648, false);
  for (int i = 0; i < 3; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 1, &c[1], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  puts("exactly 2.793967722979074e-09 (0x3e27ffffffe00000)");
  return 0;
}
