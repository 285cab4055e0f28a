/* /usr/lib/x86_64-linux-gnu/libblis.so.4, split: C has the same bits computed whole or in blocks.
 * split: C[6] (row 6, column 0) = -3.9999728 (0xc07fff8e), want -3.9999726 (0xc07fff8d), 1 ulp apart
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

void cblas_sgemm(int, int, int, int, int, int, float, float *, int, float *, int, float, float *, int);
static uint32_t call1_a[96] = {0x3f800080, 0x3f7fff00, 0xbf800000, 0x337fff00, 0xb37fff00, 0xbf800080, 0xbf800003, 0xbf800080, 0xbf800003, 0x3f800003, 0xbf800007, 0x3f7fff00, 0x337fff00, 0x3f800080, 0x3f800005, 0xb37fff00, 0x3f7fff00, 0x337fff00, 0x3f800080, 0x3f800080, 0x337fff00, 0xbf7fff00, 0x3f800080, 0x337fff00, 0x337fff00, 0x3f800080, 0x337fff00, 0xb37fff00, 0xb37fff00, 0x3f7fff00, 0xbf800007, 0xbf800000, 0x3f800002, 0xbf7fff00, 0xbf800001, 0xbf800007, 0x3f7fff00, 0x3f7fff00, 0x337fff00, 0x3f800007, 0x3f7fff00, 0x337fff00, 0x3f800080, 0xbf7fff00, 0x3f800002, 0x3f800002, 0x3f800080, 0x337fff00, 0x3f800080, 0x3f800080, 0x337fff00, 0x3f7fff00, 0x3f800080, 0x3f7fff00, 0x3f800004, 0xbf800004, 0x3f800005, 0xbf800002, 0x3f800004, 0xb37fff00, 0xbf800000, 0xb37fff00, 0x3f800005, 0x3f800007, 0xbf7fff00, 0xbf800004, 0xbf800001, 0x337fff00, 0x3f800080, 0xb37fff00, 0xb37fff00, 0x3f800006, 0x3f7fff00, 0x3f800001, 0xbf800080, 0xb37fff00, 0xbf7fff00, 0x3f7fff00, 0x3f800080, 0xbf800006, 0xbf800004, 0x337fff00, 0x3f800080, 0xb37fff00, 0x3f800001, 0x337fff00, 0xb37fff00, 0x3f800000, 0xb37fff00, 0xbf800007, 0x3f800007, 0x337fff00, 0x337fff00, 0xb37fff00, 0xb37fff00, 0xbf800007};
static uint32_t call1_b[12] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call1_c[8];
static void call1(void) {
  float *a = place(call1_a, 384, 3072, false);
  float *b = place(call1_b, 48, 1376, false);
  float *c = place(call1_c, 32, 672, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 8, 1, 12, 0x1p+01, a, 12, b, 1, 0x1p+01, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 384, 3072, false);
  for (int i = 0; i < 96; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 48, 1376, false);
  for (int i = 0; i < 12; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 32, 672, false);
  for (int i = 0; i < 8; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 2, &c[2], 4);
}

static uint32_t call2_a[463] = {[0] = 0x3f800002, [1] = 0xbf7fff00, [2] = 0x337fff00, [3] = 0x337fff00, [4] = 0x3f800002, [5] = 0x3f7fff00, [6] = 0x337fff00, [7] = 0x3f800002, [8] = 0x3f800080, [9] = 0xbf800080, [10] = 0xbf800080, [11] = 0x3f7fff00, [41] = 0x337fff00, [42] = 0x3f800007, [43] = 0xbf800002, [44] = 0x3f7fff00, [45] = 0xb37fff00, [46] = 0xbf7fff00, [47] = 0xbf800080, [48] = 0x3f7fff00, [49] = 0xbf7fff00, [50] = 0x3f7fff00, [51] = 0x3f7fff00, [52] = 0x3f800007, [82] = 0xbf800080, [83] = 0xbf7fff00, [84] = 0x3f800003, [85] = 0x3f800080, [86] = 0x3f800080, [87] = 0xbf800080, [88] = 0xb37fff00, [89] = 0x337fff00, [90] = 0xbf800000, [91] = 0xbf800080, [92] = 0xbf800080, [93] = 0xb37fff00, [123] = 0x3f800002, [124] = 0xbf800001, [125] = 0x337fff00, [126] = 0xb37fff00, [127] = 0x3f800080, [128] = 0xbf7fff00, [129] = 0xbf800080, [130] = 0x3f7fff00, [131] = 0x3f800001, [132] = 0xbf800000, [133] = 0xbf800005, [134] = 0xbf800080, [164] = 0x3f800080, [165] = 0x3f7fff00, [166] = 0xbf800000, [167] = 0x337fff00, [168] = 0xb37fff00, [169] = 0xbf800080, [170] = 0xbf800003, [171] = 0xbf800080, [172] = 0xbf800003, [173] = 0x3f800003, [174] = 0xbf800007, [175] = 0x3f7fff00, [205] = 0x337fff00, [206] = 0x3f800080, [207] = 0x3f800005, [208] = 0xb37fff00, [209] = 0x3f7fff00, [210] = 0x337fff00, [211] = 0x3f800080, [212] = 0x3f800080, [213] = 0x337fff00, [214] = 0xbf7fff00, [215] = 0x3f800080, [216] = 0x337fff00, [246] = 0x337fff00, [247] = 0x3f800080, [248] = 0x337fff00, [249] = 0xb37fff00, [250] = 0xb37fff00, [251] = 0x3f7fff00, [252] = 0xbf800007, [253] = 0xbf800000, [254] = 0x3f800002, [255] = 0xbf7fff00, [256] = 0xbf800001, [257] = 0xbf800007, [287] = 0x3f7fff00, [288] = 0x3f7fff00, [289] = 0x337fff00, [290] = 0x3f800007, [291] = 0x3f7fff00, [292] = 0x337fff00, [293] = 0x3f800080, [294] = 0xbf7fff00, [295] = 0x3f800002, [296] = 0x3f800002, [297] = 0x3f800080, [298] = 0x337fff00, [328] = 0x3f800080, [329] = 0x3f800080, [330] = 0x337fff00, [331] = 0x3f7fff00, [332] = 0x3f800080, [333] = 0x3f7fff00, [334] = 0x3f800004, [335] = 0xbf800004, [336] = 0x3f800005, [337] = 0xbf800002, [338] = 0x3f800004, [339] = 0xb37fff00, [369] = 0xbf800000, [370] = 0xb37fff00, [371] = 0x3f800005, [372] = 0x3f800007, [373] = 0xbf7fff00, [374] = 0xbf800004, [375] = 0xbf800001, [376] = 0x337fff00, [377] = 0x3f800080, [378] = 0xb37fff00, [379] = 0xb37fff00, [380] = 0x3f800006, [410] = 0x3f7fff00, [411] = 0x3f800001, [412] = 0xbf800080, [413] = 0xb37fff00, [414] = 0xbf7fff00, [415] = 0x3f7fff00, [416] = 0x3f800080, [417] = 0xbf800006, [418] = 0xbf800004, [419] = 0x337fff00, [420] = 0x3f800080, [421] = 0xb37fff00, [451] = 0x3f800001, [452] = 0x337fff00, [453] = 0xb37fff00, [454] = 0x3f800000, [455] = 0xb37fff00, [456] = 0xbf800007, [457] = 0x3f800007, [458] = 0x337fff00, [459] = 0x337fff00, [460] = 0xb37fff00, [461] = 0xb37fff00, [462] = 0xbf800007};
static uint32_t call2_b[188] = {[0] = 0x3f800000, [17] = 0x3f800000, [34] = 0x3f800000, [51] = 0x3f800000, [68] = 0x3f800000, [85] = 0x3f800000, [102] = 0x3f800000, [119] = 0x3f800000, [136] = 0x3f800000, [153] = 0x3f800000, [170] = 0x3f800000, [187] = 0x3f800000};
static uint32_t call2_c[331];
static void call2(void) {
  float *a = place(call2_a, 1852, 2048, false);
  float *b = place(call2_b, 752, 2048, false);
  float *c = place(call2_c, 1324, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 12, 1, 12, 0x1p+01, a, 41, b, 17, 0x1p+01, c, 30);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 1852, 2048, false);
  for (int i = 0; i < 463; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 752, 2048, false);
  for (int i = 0; i < 188; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 1324, 0, false);
  for (int i = 0; i < 331; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 180, &c[180], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
