/* OPENBLAS_CORETYPE=Haswell /usr/lib/x86_64-linux-gnu/libopenblas.so.0, batch-columns: a column has the same bits whether it is computed alone or among others.
 * batch-columns: column 3 of 13 alone against among the others: C[2] (row 2, column 0) = 2.1931612 (0x400c5cc1), want 2.1931615 (0x400c5cc2), 1 ulp apart
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

void cblas_sgemm(int, int, int, int, int, int, float, float *, int, float *, int, float, float *, int);
static uint32_t call1_a[55] = {[4] = 0x3e348abf, [9] = 0x3c45ab8c, [11] = 0x3d8373c7, [14] = 0x3d5dc3a4, [15] = 0x3f2642ff, [18] = 0x3f1a2f15, [24] = 0x3f549884, [25] = 0x3ded0c65, [33] = 0x3d6149c7, [35] = 0x3ec28672, [37] = 0x3f608906, [38] = 0x3f40be21, [47] = 0x3ec28e50, [49] = 0x3e241707, [54] = 0x3ed6fe2d};
static uint32_t call1_b[181] = {[2] = 0x41a80000, [3] = 0x40e00000, [4] = 0x41f00000, [7] = 0x41880000, [10] = 0x41400000, [11] = 0x41100000, [14] = 0x41b00000, [15] = 0x41500000, [21] = 0x41f00000, [22] = 0x41800000, [23] = 0x41e00000, [30] = 0x41300000, [33] = 0x41400000, [35] = 0x41e00000, [37] = 0x41b00000, [44] = 0x41500000, [49] = 0x41e00000, [50] = 0x42000000, [52] = 0x41700000, [59] = 0x41b80000, [62] = 0x3f800000, [66] = 0x40c00000, [68] = 0x41b80000, [80] = 0x41e80000, [81] = 0x41f00000, [90] = 0x41b00000, [92] = 0x40800000, [93] = 0x40400000, [96] = 0x41c80000, [103] = 0x41900000, [104] = 0x41c00000, [106] = 0x41c00000, [107] = 0x41a00000, [108] = 0x40c00000, [109] = 0x41b00000, [112] = 0x41200000, [113] = 0x41d80000, [117] = 0x41e00000, [123] = 0x41b00000, [128] = 0x41700000, [136] = 0x40800000, [140] = 0x41d00000, [152] = 0x41d00000, [165] = 0x41600000, [170] = 0x41200000, [172] = 0x40800000, [173] = 0x41c80000, [175] = 0x40a00000, [178] = 0x3f800000};
static uint32_t call1_c[139] = {0xc1c80000, 0xc1500000, 0x41600000, 0x41880000, 0x41f00000, 0x41d80000, 0x41900000, 0xc0c00000, 0x41100000, 0xc1880000, 0x41700000, 0xc0e00000, 0x41200000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x41880000, 0x41800000, 0x40a00000, 0x41980000, 0xc1c00000, 0xc1900000, 0xc1200000, 0xc1500000, 0x41c80000, 0x00000000, 0xc0000000, 0xc0e00000, 0x3f800000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x41e80000, 0xc0000000, 0x40a00000, 0xc1900000, 0x41b80000, 0x41300000, 0xc0400000, 0xc1500000, 0xc1f00000, 0x41d80000, 0x40a00000, 0xc0400000, 0xc1800000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0xc1300000, 0xbf800000, 0xc1d00000, 0x41100000, 0xc1300000, 0x42000000, 0xc1e80000, 0x40c00000, 0xc1800000, 0x41d00000, 0x3f800000, 0x41f00000, 0xc1880000};
static void call1(void) {
  float *a = place(call1_a, 220, 1120, false);
  float *b = place(call1_b, 724, 3072, false);
  float *c = place(call1_c, 556, 3456, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 4, 13, 13, 0x1.99999ap-04, a, 14, b, 14, 0x0p+00, c, 42);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 220, 1120, false);
  for (int i = 0; i < 55; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 724, 3072, false);
  for (int i = 0; i < 181; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 556, 3456, false);
  for (int i = 0; i < 139; i++)
    if (i % 42 >= 13 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 87, &c[87], 4);
}

static uint32_t call2_a[52] = {[4] = 0x3e348abf, [9] = 0x3c45ab8c, [11] = 0x3d8373c7, [13] = 0x3d5dc3a4, [14] = 0x3f2642ff, [17] = 0x3f1a2f15, [23] = 0x3f549884, [24] = 0x3ded0c65, [31] = 0x3d6149c7, [33] = 0x3ec28672, [35] = 0x3f608906, [36] = 0x3f40be21, [44] = 0x3ec28e50, [46] = 0x3e241707, [51] = 0x3ed6fe2d};
static uint32_t call2_b[13] = {[2] = 0x41500000, [7] = 0x41e00000, [8] = 0x42000000, [10] = 0x41700000};
static uint32_t call2_c[4] = {0x41880000, 0x41980000, 0xc1900000, 0x41100000};
static void call2(void) {
  float *a = place(call2_a, 208, 3328, false);
  float *b = place(call2_b, 52, 3712, false);
  float *c = place(call2_c, 16, 2160, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 4, 1, 13, 0x1.99999ap-04, a, 13, b, 13, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 208, 3328, false);
  for (int i = 0; i < 52; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 52, 3712, false);
  for (int i = 0; i < 13; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 16, 2160, false);
  for (int i = 0; i < 4; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 2, &c[2], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
