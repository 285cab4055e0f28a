/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, permuted: a row or column has the same bits wherever it lies.
 * permuted: C[9] (row 9, column 0) = 3.9999385 (0x407ffefe), want 3.999938 (0x407ffefc), 2 ulp apart
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
static uint32_t call1_a[411] = {[0] = 0x3f800002, [1] = 0xbf7fff00, [2] = 0x337fff00, [3] = 0x337fff00, [4] = 0x3f800002, [5] = 0x3f7fff00, [6] = 0x337fff00, [7] = 0x3f800002, [8] = 0x3f800080, [9] = 0xbf800080, [10] = 0xbf800080, [40] = 0x3f7fff00, [41] = 0x337fff00, [42] = 0x3f800007, [43] = 0xbf800002, [44] = 0x3f7fff00, [45] = 0xb37fff00, [46] = 0xbf7fff00, [47] = 0xbf800080, [48] = 0x3f7fff00, [49] = 0xbf7fff00, [50] = 0x3f7fff00, [80] = 0x3f7fff00, [81] = 0x3f800007, [82] = 0xbf800080, [83] = 0xbf7fff00, [84] = 0x3f800003, [85] = 0x3f800080, [86] = 0x3f800080, [87] = 0xbf800080, [88] = 0xb37fff00, [89] = 0x337fff00, [90] = 0xbf800000, [120] = 0xbf800080, [121] = 0xbf800080, [122] = 0xb37fff00, [123] = 0x3f800002, [124] = 0xbf800001, [125] = 0x337fff00, [126] = 0xb37fff00, [127] = 0x3f800080, [128] = 0xbf7fff00, [129] = 0xbf800080, [130] = 0x3f7fff00, [160] = 0x3f800001, [161] = 0xbf800000, [162] = 0xbf800005, [163] = 0xbf800080, [164] = 0x3f800080, [165] = 0x3f7fff00, [166] = 0xbf800000, [167] = 0x337fff00, [168] = 0xb37fff00, [169] = 0xbf800080, [170] = 0xbf800003, [200] = 0xbf800080, [201] = 0xbf800003, [202] = 0x3f800003, [203] = 0xbf800007, [204] = 0x3f7fff00, [205] = 0x337fff00, [206] = 0x3f800080, [207] = 0x3f800005, [208] = 0xb37fff00, [209] = 0x3f7fff00, [210] = 0x337fff00, [240] = 0x3f800080, [241] = 0x3f800080, [242] = 0x337fff00, [243] = 0xbf7fff00, [244] = 0x3f800080, [245] = 0x337fff00, [246] = 0x337fff00, [247] = 0x3f800080, [248] = 0x337fff00, [249] = 0xb37fff00, [250] = 0xb37fff00, [280] = 0x3f7fff00, [281] = 0xbf800007, [282] = 0xbf800000, [283] = 0x3f800002, [284] = 0xbf7fff00, [285] = 0xbf800001, [286] = 0xbf800007, [287] = 0x3f7fff00, [288] = 0x3f7fff00, [289] = 0x337fff00, [290] = 0x3f800007, [320] = 0x3f7fff00, [321] = 0x337fff00, [322] = 0x3f800080, [323] = 0xbf7fff00, [324] = 0x3f800002, [325] = 0x3f800002, [326] = 0x3f800080, [327] = 0x337fff00, [328] = 0x3f800080, [329] = 0x3f800080, [330] = 0x337fff00, [360] = 0x3f7fff00, [361] = 0x3f800080, [362] = 0x3f7fff00, [363] = 0x3f800004, [364] = 0xbf800004, [365] = 0x3f800005, [366] = 0xbf800002, [367] = 0x3f800004, [368] = 0xb37fff00, [369] = 0xbf800000, [370] = 0xb37fff00, [400] = 0x3f800005, [401] = 0x3f800007, [402] = 0xbf7fff00, [403] = 0xbf800004, [404] = 0xbf800001, [405] = 0x337fff00, [406] = 0x3f800080, [407] = 0xb37fff00, [408] = 0xb37fff00, [409] = 0x3f800006, [410] = 0x3f7fff00};
static uint32_t call1_b[171] = {[0] = 0x3f800000, [17] = 0x3f800000, [34] = 0x3f800000, [51] = 0x3f800000, [68] = 0x3f800000, [85] = 0x3f800000, [102] = 0x3f800000, [119] = 0x3f800000, [136] = 0x3f800000, [153] = 0x3f800000, [170] = 0x3f800000};
static uint32_t call1_c[301];
static void call1(void) {
  float *a = place(call1_a, 1644, 3072, false);
  float *b = place(call1_b, 684, 1408, false);
  float *c = place(call1_c, 1204, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 11, 1, 11, 0x1p+01, a, 40, b, 17, 0x1p+01, c, 30);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 1644, 3072, false);
  for (int i = 0; i < 411; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 684, 1408, false);
  for (int i = 0; i < 171; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 1204, 0, false);
  for (int i = 0; i < 301; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 150, &c[150], 4);
}

static uint32_t call2_a[121] = {0x3f7fff00, 0xbf800007, 0xbf800000, 0x3f800002, 0xbf7fff00, 0xbf800001, 0xbf800007, 0x3f7fff00, 0x3f7fff00, 0x337fff00, 0x3f800007, 0x3f7fff00, 0x337fff00, 0x3f800080, 0xbf7fff00, 0x3f800002, 0x3f800002, 0x3f800080, 0x337fff00, 0x3f800080, 0x3f800080, 0x337fff00, 0x3f7fff00, 0x3f800080, 0x3f7fff00, 0x3f800004, 0xbf800004, 0x3f800005, 0xbf800002, 0x3f800004, 0xb37fff00, 0xbf800000, 0xb37fff00, 0x3f800005, 0x3f800007, 0xbf7fff00, 0xbf800004, 0xbf800001, 0x337fff00, 0x3f800080, 0xb37fff00, 0xb37fff00, 0x3f800006, 0x3f7fff00, 0x3f800002, 0xbf7fff00, 0x337fff00, 0x337fff00, 0x3f800002, 0x3f7fff00, 0x337fff00, 0x3f800002, 0x3f800080, 0xbf800080, 0xbf800080, 0x3f7fff00, 0x337fff00, 0x3f800007, 0xbf800002, 0x3f7fff00, 0xb37fff00, 0xbf7fff00, 0xbf800080, 0x3f7fff00, 0xbf7fff00, 0x3f7fff00, 0x3f7fff00, 0x3f800007, 0xbf800080, 0xbf7fff00, 0x3f800003, 0x3f800080, 0x3f800080, 0xbf800080, 0xb37fff00, 0x337fff00, 0xbf800000, 0xbf800080, 0xbf800080, 0xb37fff00, 0x3f800002, 0xbf800001, 0x337fff00, 0xb37fff00, 0x3f800080, 0xbf7fff00, 0xbf800080, 0x3f7fff00, 0x3f800001, 0xbf800000, 0xbf800005, 0xbf800080, 0x3f800080, 0x3f7fff00, 0xbf800000, 0x337fff00, 0xb37fff00, 0xbf800080, 0xbf800003, 0xbf800080, 0xbf800003, 0x3f800003, 0xbf800007, 0x3f7fff00, 0x337fff00, 0x3f800080, 0x3f800005, 0xb37fff00, 0x3f7fff00, 0x337fff00, 0x3f800080, 0x3f800080, 0x337fff00, 0xbf7fff00, 0x3f800080, 0x337fff00, 0x337fff00, 0x3f800080, 0x337fff00, 0xb37fff00, 0xb37fff00};
static uint32_t call2_b[11] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call2_c[11];
static void call2(void) {
  float *a = place(call2_a, 484, 2560, false);
  float *b = place(call2_b, 44, 2544, false);
  float *c = place(call2_c, 44, 2736, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 11, 1, 11, 0x1p+01, a, 11, b, 1, 0x1p+01, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 484, 2560, false);
  for (int i = 0; i < 121; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 44, 2544, false);
  for (int i = 0; i < 11; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 44, 2736, false);
  for (int i = 0; i < 11; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 9, &c[9], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
