/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, permuted: a row or column has the same bits wherever it lies.
 * permuted: C[5] (row 5, column 0) = 12.000000007450582 (0x4028000000400001), want 12.00000000745058 (0x4028000000400000), 1 ulp apart
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
static uint64_t call1_a[361] = {[0] = 0x3ff0000000000002, [1] = 0xbfefffffff800000, [2] = 0x3c9fffffff800000, [3] = 0x3c9fffffff800000, [4] = 0x3ff0000000000002, [5] = 0x3fefffffff800000, [6] = 0x3c9fffffff800000, [7] = 0x3ff0000000000002, [8] = 0x3ff0000000400000, [9] = 0xbff0000000400000, [39] = 0xbff0000000400000, [40] = 0x3fefffffff800000, [41] = 0x3c9fffffff800000, [42] = 0x3ff0000000000007, [43] = 0xbff0000000000002, [44] = 0x3fefffffff800000, [45] = 0xbc9fffffff800000, [46] = 0xbfefffffff800000, [47] = 0xbff0000000400000, [48] = 0x3fefffffff800000, [78] = 0xbfefffffff800000, [79] = 0x3fefffffff800000, [80] = 0x3fefffffff800000, [81] = 0x3ff0000000000007, [82] = 0xbff0000000400000, [83] = 0xbfefffffff800000, [84] = 0x3ff0000000000003, [85] = 0x3ff0000000400000, [86] = 0x3ff0000000400000, [87] = 0xbff0000000400000, [117] = 0xbc9fffffff800000, [118] = 0x3c9fffffff800000, [119] = 0xbff0000000000000, [120] = 0xbff0000000400000, [121] = 0xbff0000000400000, [122] = 0xbc9fffffff800000, [123] = 0x3ff0000000000002, [124] = 0xbff0000000000001, [125] = 0x3c9fffffff800000, [126] = 0xbc9fffffff800000, [156] = 0x3ff0000000400000, [157] = 0xbfefffffff800000, [158] = 0xbff0000000400000, [159] = 0x3fefffffff800000, [160] = 0x3ff0000000000001, [161] = 0xbff0000000000000, [162] = 0xbff0000000000005, [163] = 0xbff0000000400000, [164] = 0x3ff0000000400000, [165] = 0x3fefffffff800000, [195] = 0xbff0000000000000, [196] = 0x3c9fffffff800000, [197] = 0xbc9fffffff800000, [198] = 0xbff0000000400000, [199] = 0xbff0000000000003, [200] = 0xbff0000000400000, [201] = 0xbff0000000000003, [202] = 0x3ff0000000000003, [203] = 0xbff0000000000007, [204] = 0x3fefffffff800000, [234] = 0x3c9fffffff800000, [235] = 0x3ff0000000400000, [236] = 0x3ff0000000000005, [237] = 0xbc9fffffff800000, [238] = 0x3fefffffff800000, [239] = 0x3c9fffffff800000, [240] = 0x3ff0000000400000, [241] = 0x3ff0000000400000, [242] = 0x3c9fffffff800000, [243] = 0xbfefffffff800000, [273] = 0x3ff0000000400000, [274] = 0x3c9fffffff800000, [275] = 0x3c9fffffff800000, [276] = 0x3ff0000000400000, [277] = 0x3c9fffffff800000, [278] = 0xbc9fffffff800000, [279] = 0xbc9fffffff800000, [280] = 0x3fefffffff800000, [281] = 0xbff0000000000007, [282] = 0xbff0000000000000, [312] = 0x3ff0000000000002, [313] = 0xbfefffffff800000, [314] = 0xbff0000000000001, [315] = 0xbff0000000000007, [316] = 0x3fefffffff800000, [317] = 0x3fefffffff800000, [318] = 0x3c9fffffff800000, [319] = 0x3ff0000000000007, [320] = 0x3fefffffff800000, [321] = 0x3c9fffffff800000, [351] = 0x3ff0000000400000, [352] = 0xbfefffffff800000, [353] = 0x3ff0000000000002, [354] = 0x3ff0000000000002, [355] = 0x3ff0000000400000, [356] = 0x3c9fffffff800000, [357] = 0x3ff0000000400000, [358] = 0x3ff0000000400000, [359] = 0x3c9fffffff800000, [360] = 0x3fefffffff800000};
static uint64_t call1_b[154] = {[0] = 0x3ff0000000000000, [17] = 0x3ff0000000000000, [34] = 0x3ff0000000000000, [51] = 0x3ff0000000000000, [68] = 0x3ff0000000000000, [85] = 0x3ff0000000000000, [102] = 0x3ff0000000000000, [119] = 0x3ff0000000000000, [136] = 0x3ff0000000000000, [153] = 0x3ff0000000000000};
static uint64_t call1_c[271];
static void call1(void) {
  double *a = place(call1_a, 2888, 0, false);
  double *b = place(call1_b, 1232, 0, false);
  double *c = place(call1_c, 2168, 2816, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 10, 1, 10, 0x1p+01, a, 39, b, 17, 0x1p+01, c, 30);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 2888, 0, false);
  for (int i = 0; i < 361; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 1232, 0, false);
  for (int i = 0; i < 154; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 2168, 2816, false);
  for (int i = 0; i < 271; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 270, &c[270], 8);
}

static uint64_t call2_a[100] = {0x3ff0000000400000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0x3ff0000000000001, 0xbff0000000000000, 0xbff0000000000005, 0xbff0000000400000, 0x3ff0000000400000, 0x3fefffffff800000, 0xbff0000000000000, 0x3c9fffffff800000, 0xbc9fffffff800000, 0xbff0000000400000, 0xbff0000000000003, 0xbff0000000400000, 0xbff0000000000003, 0x3ff0000000000003, 0xbff0000000000007, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3ff0000000000005, 0xbc9fffffff800000, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3ff0000000400000, 0x3c9fffffff800000, 0xbfefffffff800000, 0x3ff0000000400000, 0x3c9fffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3c9fffffff800000, 0xbc9fffffff800000, 0xbc9fffffff800000, 0x3fefffffff800000, 0xbff0000000000007, 0xbff0000000000000, 0x3ff0000000000002, 0xbfefffffff800000, 0xbff0000000000001, 0xbff0000000000007, 0x3fefffffff800000, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000007, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000400000, 0xbfefffffff800000, 0x3ff0000000000002, 0x3ff0000000000002, 0x3ff0000000400000, 0x3c9fffffff800000, 0x3ff0000000400000, 0x3ff0000000400000, 0x3c9fffffff800000, 0x3fefffffff800000, 0x3ff0000000000002, 0xbfefffffff800000, 0x3c9fffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000002, 0x3ff0000000400000, 0xbff0000000400000, 0xbff0000000400000, 0x3fefffffff800000, 0x3c9fffffff800000, 0x3ff0000000000007, 0xbff0000000000002, 0x3fefffffff800000, 0xbc9fffffff800000, 0xbfefffffff800000, 0xbff0000000400000, 0x3fefffffff800000, 0xbfefffffff800000, 0x3fefffffff800000, 0x3fefffffff800000, 0x3ff0000000000007, 0xbff0000000400000, 0xbfefffffff800000, 0x3ff0000000000003, 0x3ff0000000400000, 0x3ff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3c9fffffff800000, 0xbff0000000000000, 0xbff0000000400000, 0xbff0000000400000, 0xbc9fffffff800000, 0x3ff0000000000002, 0xbff0000000000001, 0x3c9fffffff800000, 0xbc9fffffff800000};
static uint64_t call2_b[10] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static uint64_t call2_c[10];
static void call2(void) {
  double *a = place(call2_a, 800, 3072, false);
  double *b = place(call2_b, 80, 3440, false);
  double *c = place(call2_c, 80, 3680, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 10, 1, 10, 0x1p+01, a, 10, b, 1, 0x1p+01, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 800, 3072, false);
  for (int i = 0; i < 100; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 80, 3440, false);
  for (int i = 0; i < 10; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 80, 3680, false);
  for (int i = 0; i < 10; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 5, &c[5], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
