/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, batch-columns: a column has the same bits whether it is computed alone or among others.
 * batch-columns: column 0 of 3 alone against among the others: C[1] (row 1, column 0) = 18.449642 (0x419398de), want 18.449646 (0x419398e0), 2 ulp apart
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
static uint32_t call1_a[82] = {[0] = 0x3f1c0093, [8] = 0x3eeb4176, [9] = 0x3f1cab09, [14] = 0x3f7a6abe, [18] = 0x3f27122c, [21] = 0x3f215834, [26] = 0x3ef54641, [29] = 0x3e253242, [30] = 0x3f5063fb, [49] = 0x3eab25ec, [52] = 0x3d4889d8, [57] = 0x3f092492, [60] = 0x3eb7c774, [61] = 0x3da8204a, [62] = 0x3e74f4f5, [64] = 0x3f2fe183, [65] = 0x3f3d5238, [66] = 0x3e131074, [70] = 0x3f30dbf6, [73] = 0x3e6fd5b6, [76] = 0x3e9a8300, [77] = 0x3f04b509, [79] = 0x3f35978d, [80] = 0x3f5fb5ea};
static uint32_t call1_b[99] = {0x41400000, 0xc1e80000, 0xc1a80000, 0xc1900000, 0xc1d00000, 0x41800000, 0x3f800000, 0xc1200000, 0xc1f00000, 0xc0e00000, 0x00000000, 0xc1300000, 0x40a00000, 0xc1200000, 0x41980000, 0x41b80000, 0xc1a80000, 0x41f80000, 0xc1100000, 0x41800000, 0xbf800000, 0xc0c00000, 0x41b00000, 0xc1700000, 0x41a80000, 0xc1000000, 0xc1880000, 0x41a80000, 0xc1880000, 0x41880000, 0xc2000000, 0x41b80000, 0x41d00000, 0x41900000, 0x41200000, 0xc0e00000, 0x40c00000, 0xc1f00000, 0xc0000000, 0x41900000, 0x41700000, 0x41500000, 0xc1900000, 0xc1c00000, 0x41700000, 0x41f00000, 0x40a00000, 0x41d80000, 0xc0e00000, 0x41b00000, 0xc1200000, 0xc1600000, 0xc1600000, 0xc1100000, 0x41500000, 0x41400000, 0x41900000, 0xc1d00000, 0xc1a00000, 0xc1a80000, 0xc1c80000, 0xc1400000, 0xc0e00000, 0x41980000, 0xc1b80000, 0x40c00000, 0xc1b00000, 0x41900000, 0xbf800000, 0x41c00000, 0x40a00000, 0xc1e80000, 0x3f800000, 0x41300000, 0xc0800000, 0x41b80000, 0x41900000, 0xc1e80000, 0xc0c00000, 0x41b00000, 0x40800000, 0xc1a00000, 0x40a00000, 0x41100000, 0xc1e80000, 0xc0400000, 0x41900000, 0x40000000, 0xc1880000, 0x41c80000, 0x40e00000, 0xc1800000, 0x41f80000, 0xc1200000, 0xc1500000, 0x40800000, 0x41e00000, 0x41a00000, 0x41600000};
static uint32_t call1_c[6];
static void call1(void) {
  float *a = place(call1_a, 328, 832, false);
  float *b = place(call1_b, 396, 3744, false);
  float *c = place(call1_c, 24, 3720, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 2, 3, 33, -0x1p+00, a, 49, b, 33, 0x1p-20, c, 3);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 328, 832, false);
  for (int i = 0; i < 82; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 396, 3744, false);
  for (int i = 0; i < 99; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 24, 3720, false);
  for (int i = 0; i < 6; i++)
    if (i % 3 >= 3 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 3, &c[3], 4);
}

static uint32_t call2_a[66] = {0x3f1c0093, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3eeb4176, 0x3f1cab09, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3f7a6abe, 0x00000000, 0x00000000, 0x00000000, 0x3f27122c, 0x00000000, 0x00000000, 0x3f215834, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3ef54641, 0x00000000, 0x00000000, 0x3e253242, 0x3f5063fb, 0x00000000, 0x00000000, 0x3eab25ec, 0x00000000, 0x00000000, 0x3d4889d8, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3f092492, 0x00000000, 0x00000000, 0x3eb7c774, 0x3da8204a, 0x3e74f4f5, 0x00000000, 0x3f2fe183, 0x3f3d5238, 0x3e131074, 0x00000000, 0x00000000, 0x00000000, 0x3f30dbf6, 0x00000000, 0x00000000, 0x3e6fd5b6, 0x00000000, 0x00000000, 0x3e9a8300, 0x3f04b509, 0x00000000, 0x3f35978d, 0x3f5fb5ea, 0x00000000};
static uint32_t call2_b[33] = {0x41400000, 0xc1e80000, 0xc1a80000, 0xc1900000, 0xc1d00000, 0x41800000, 0x3f800000, 0xc1200000, 0xc1f00000, 0xc0e00000, 0x00000000, 0xc1300000, 0x40a00000, 0xc1200000, 0x41980000, 0x41b80000, 0xc1a80000, 0x41f80000, 0xc1100000, 0x41800000, 0xbf800000, 0xc0c00000, 0x41b00000, 0xc1700000, 0x41a80000, 0xc1000000, 0xc1880000, 0x41a80000, 0xc1880000, 0x41880000, 0xc2000000, 0x41b80000, 0x41d00000};
static uint32_t call2_c[2];
static void call2(void) {
  float *a = place(call2_a, 264, 2240, false);
  float *b = place(call2_b, 132, 2448, false);
  float *c = place(call2_c, 8, 1368, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 2, 1, 33, -0x1p+00, a, 33, b, 33, 0x1p-20, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 264, 2240, false);
  for (int i = 0; i < 66; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 132, 2448, false);
  for (int i = 0; i < 33; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 8, 1368, false);
  for (int i = 0; i < 2; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 1, &c[1], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
