/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, batch-columns: a column has the same bits whether it is computed alone or among others.
 * batch-columns: column 2 of 7 alone against among the others: C[2] (row 2, column 0) = -1.4000000000000006 (0xbff6666666666669), want -1.4000000000000004 (0xbff6666666666668), 1 ulp apart
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
static uint64_t call1_a[66] = {0x3ff0000000000000, 0xbff0000000000001, 0x3ff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0xbfefffffffffffff, 0xbff0000000000001, 0xbff0000000000001, 0xbfefffffffffffff, 0xbfefffffffffffff, 0x3ff0000000000001, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000001, 0x3ff0000000000001, 0xbff0000000000001, 0x3ff0000000000000, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000001, 0x3ff0000000000001, 0x3ff0000000000000, 0xbff0000000000001, 0xbff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000001, 0x3fefffffffffffff, 0x3ff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbfefffffffffffff, 0xbff0000000000001, 0xbfefffffffffffff, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0xbfefffffffffffff, 0xbff0000000000000, 0x3ff0000000000001, 0x3fefffffffffffff, 0x3fefffffffffffff, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbff0000000000001};
static uint64_t call1_b[175] = {[2] = 0x3ff0000000000000, [11] = 0x4000000000000000, [20] = 0x4008000000000000, [29] = 0x4010000000000000, [38] = 0x4014000000000000, [40] = 0x4018000000000000, [49] = 0x401c000000000000, [58] = 0x4020000000000000, [67] = 0x4022000000000000, [76] = 0x4024000000000000, [85] = 0x4026000000000000, [94] = 0x4028000000000000, [96] = 0x402a000000000000, [105] = 0x402c000000000000, [114] = 0x402e000000000000, [123] = 0x4030000000000000, [132] = 0x4031000000000000, [141] = 0x4032000000000000, [150] = 0x4033000000000000, [152] = 0x4034000000000000, [161] = 0x4035000000000000, [170] = 0x4036000000000000};
static uint64_t call1_c[53];
static void call1(void) {
  double *a = place(call1_a, 528, 1152, false);
  double *b = place(call1_b, 1400, 128, false);
  double *c = place(call1_c, 424, 3072, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 3, 7, 22, 0x1.999999999999ap-04, a, 22, b, 8, 0x1p+00, c, 23);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 528, 1152, false);
  for (int i = 0; i < 66; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 1400, 128, false);
  for (int i = 0; i < 175; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 424, 3072, false);
  for (int i = 0; i < 53; i++)
    if (i % 23 >= 7 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 48, &c[48], 8);
}

static uint64_t call2_a[66] = {0x3ff0000000000000, 0xbff0000000000001, 0x3ff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0xbfefffffffffffff, 0xbff0000000000001, 0xbff0000000000001, 0xbfefffffffffffff, 0xbfefffffffffffff, 0x3ff0000000000001, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000001, 0x3ff0000000000001, 0xbff0000000000001, 0x3ff0000000000000, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000001, 0x3ff0000000000001, 0x3ff0000000000000, 0xbff0000000000001, 0xbff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000001, 0x3fefffffffffffff, 0x3ff0000000000000, 0x3fefffffffffffff, 0xbff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbfefffffffffffff, 0xbff0000000000001, 0xbfefffffffffffff, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0xbfefffffffffffff, 0xbff0000000000000, 0x3ff0000000000001, 0x3fefffffffffffff, 0x3fefffffffffffff, 0xbfefffffffffffff, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000001, 0xbff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0xbfefffffffffffff, 0xbff0000000000001};
static uint64_t call2_b[22] = {[0] = 0x3ff0000000000000, [7] = 0x4020000000000000, [14] = 0x402e000000000000, [21] = 0x4036000000000000};
static uint64_t call2_c[3];
static void call2(void) {
  double *a = place(call2_a, 528, 2880, false);
  double *b = place(call2_b, 176, 1232, false);
  double *c = place(call2_c, 24, 1496, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 3, 1, 22, 0x1.999999999999ap-04, a, 22, b, 1, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 528, 2880, false);
  for (int i = 0; i < 66; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 176, 1232, false);
  for (int i = 0; i < 22; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 24, 1496, false);
  for (int i = 0; i < 3; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 2, &c[2], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
