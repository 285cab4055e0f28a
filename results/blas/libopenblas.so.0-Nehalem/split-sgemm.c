/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, split: C has the same bits computed whole or in blocks.
 * split: C[1] (row 1, column 0) = 1.9999096 (0x3ffffd0a), want 1.9999098 (0x3ffffd0b), 1 ulp apart
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
static uint32_t call1_a[32] = {0x3f800002, 0xbf7fff00, 0x337fff00, 0x337fff00, 0x3f800002, 0x3f7fff00, 0x337fff00, 0x3f800002, 0x3f800080, 0xbf800080, 0xbf800080, 0x3f7fff00, 0x337fff00, 0x3f800007, 0xbf800002, 0x3f7fff00, 0xb37fff00, 0xbf7fff00, 0xbf800080, 0x3f7fff00, 0xbf7fff00, 0x3f7fff00, 0x3f7fff00, 0x3f800007, 0xbf800080, 0xbf7fff00, 0x3f800003, 0x3f800080, 0x3f800080, 0xbf800080, 0xb37fff00, 0x337fff00};
static uint32_t call1_b[8] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call1_c[4];
static void call1(void) {
  float *a = place(call1_a, 128, 3200, false);
  float *b = place(call1_b, 32, 2144, false);
  float *c = place(call1_c, 16, 736, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 4, 1, 8, 0x1p+01, a, 8, b, 1, 0x1p+01, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 128, 3200, false);
  for (int i = 0; i < 32; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 32, 2144, false);
  for (int i = 0; i < 8; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 16, 736, false);
  for (int i = 0; i < 4; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 1, &c[1], 4);
}

static uint32_t call2_a[267] = {[0] = 0x3f800002, [1] = 0xbf7fff00, [2] = 0x337fff00, [3] = 0x337fff00, [4] = 0x3f800002, [5] = 0x3f7fff00, [6] = 0x337fff00, [7] = 0x3f800002, [37] = 0x3f800080, [38] = 0xbf800080, [39] = 0xbf800080, [40] = 0x3f7fff00, [41] = 0x337fff00, [42] = 0x3f800007, [43] = 0xbf800002, [44] = 0x3f7fff00, [74] = 0xb37fff00, [75] = 0xbf7fff00, [76] = 0xbf800080, [77] = 0x3f7fff00, [78] = 0xbf7fff00, [79] = 0x3f7fff00, [80] = 0x3f7fff00, [81] = 0x3f800007, [111] = 0xbf800080, [112] = 0xbf7fff00, [113] = 0x3f800003, [114] = 0x3f800080, [115] = 0x3f800080, [116] = 0xbf800080, [117] = 0xb37fff00, [118] = 0x337fff00, [148] = 0xbf800000, [149] = 0xbf800080, [150] = 0xbf800080, [151] = 0xb37fff00, [152] = 0x3f800002, [153] = 0xbf800001, [154] = 0x337fff00, [155] = 0xb37fff00, [185] = 0x3f800080, [186] = 0xbf7fff00, [187] = 0xbf800080, [188] = 0x3f7fff00, [189] = 0x3f800001, [190] = 0xbf800000, [191] = 0xbf800005, [192] = 0xbf800080, [222] = 0x3f800080, [223] = 0x3f7fff00, [224] = 0xbf800000, [225] = 0x337fff00, [226] = 0xb37fff00, [227] = 0xbf800080, [228] = 0xbf800003, [229] = 0xbf800080, [259] = 0xbf800003, [260] = 0x3f800003, [261] = 0xbf800007, [262] = 0x3f7fff00, [263] = 0x337fff00, [264] = 0x3f800080, [265] = 0x3f800005, [266] = 0xb37fff00};
static uint32_t call2_b[120] = {[0] = 0x3f800000, [17] = 0x3f800000, [34] = 0x3f800000, [51] = 0x3f800000, [68] = 0x3f800000, [85] = 0x3f800000, [102] = 0x3f800000, [119] = 0x3f800000};
static uint32_t call2_c[211];
static void call2(void) {
  float *a = place(call2_a, 1068, 2816, false);
  float *b = place(call2_b, 480, 1664, false);
  float *c = place(call2_c, 844, 3072, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 8, 1, 8, 0x1p+01, a, 37, b, 17, 0x1p+01, c, 30);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 1068, 2816, false);
  for (int i = 0; i < 267; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 480, 1664, false);
  for (int i = 0; i < 120; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 844, 3072, false);
  for (int i = 0; i < 211; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 30, &c[30], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
