/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, transposed: the bits do not depend on which way an operand is stored.
 * transposed: C' = B' A': C[0] (row 0, column 0) = 1.9999999999999987 (0x3ffffffffffffffa), want 1.9999999999999996 (0x3ffffffffffffffe), 4 ulp apart
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
static uint64_t call1_a[600] = {[0] = 0x3ff0000000000000, [1] = 0x3ff0000000000000, [2] = 0x3ff0000000000000, [3] = 0x3ff0000000000000, [4] = 0x3ff0000000000000, [5] = 0x3ff0000000000000, [6] = 0x3ff0000000000000, [7] = 0x3ff0000000000000, [37] = 0x3ff0000000000000, [38] = 0x3ff0000000000000, [39] = 0x3ff0000000000000, [40] = 0x3ff0000000000000, [41] = 0x3ff0000000000000, [42] = 0x3ff0000000000000, [43] = 0x3ff0000000000000, [44] = 0x3ff0000000000000, [74] = 0x3ff0000000000000, [75] = 0x3ff0000000000000, [76] = 0x3ff0000000000000, [77] = 0x3ff0000000000000, [78] = 0x3ff0000000000000, [79] = 0x3ff0000000000000, [80] = 0x3ff0000000000000, [81] = 0x3ff0000000000000, [111] = 0x3ff0000000000000, [112] = 0x3ff0000000000000, [113] = 0x3ff0000000000000, [114] = 0x3ff0000000000000, [115] = 0x3ff0000000000000, [116] = 0x3ff0000000000000, [117] = 0x3ff0000000000000, [118] = 0x3ff0000000000000, [148] = 0x3ff0000000000000, [149] = 0x3ff0000000000000, [150] = 0x3ff0000000000000, [151] = 0x3ff0000000000000, [152] = 0x3ff0000000000000, [153] = 0x3ff0000000000000, [154] = 0x3ff0000000000000, [155] = 0x3ff0000000000000, [185] = 0x3ff0000000000000, [186] = 0x3ff0000000000000, [187] = 0x3ff0000000000000, [188] = 0x3ff0000000000000, [189] = 0x3ff0000000000000, [190] = 0x3ff0000000000000, [191] = 0x3ff0000000000000, [192] = 0x3ff0000000000000, [222] = 0x3ff0000000000000, [223] = 0x3ff0000000000000, [224] = 0x3ff0000000000000, [225] = 0x3ff0000000000000, [226] = 0x3ff0000000000000, [227] = 0x3ff0000000000000, [228] = 0x3ff0000000000000, [229] = 0x3ff0000000000000, [259] = 0x3ff0000000000000, [260] = 0x3ff0000000000000, [261] = 0x3ff0000000000000, [262] = 0x3ff0000000000000, [263] = 0x3ff0000000000000, [264] = 0x3ff0000000000000, [265] = 0x3ff0000000000000, [266] = 0x3ff0000000000000, [296] = 0x3ff0000000000000, [297] = 0x3ff0000000000000, [298] = 0x3ff0000000000000, [299] = 0x3ff0000000000000, [300] = 0x3ff0000000000000, [301] = 0x3ff0000000000000, [302] = 0x3ff0000000000000, [303] = 0x3ff0000000000000, [333] = 0x3ff0000000000000, [334] = 0x3ff0000000000000, [335] = 0x3ff0000000000000, [336] = 0x3ff0000000000000, [337] = 0x3ff0000000000000, [338] = 0x3ff0000000000000, [339] = 0x3ff0000000000000, [340] = 0x3ff0000000000000, [370] = 0x3ff0000000000000, [371] = 0x3ff0000000000000, [372] = 0x3ff0000000000000, [373] = 0x3ff0000000000000, [374] = 0x3ff0000000000000, [375] = 0x3ff0000000000000, [376] = 0x3ff0000000000000, [377] = 0x3ff0000000000000, [407] = 0x3ff0000000000000, [408] = 0x3ff0000000000000, [409] = 0x3ff0000000000000, [410] = 0x3ff0000000000000, [411] = 0x3ff0000000000000, [412] = 0x3ff0000000000000, [413] = 0x3ff0000000000000, [414] = 0x3ff0000000000000, [444] = 0x3ff0000000000000, [445] = 0x3ff0000000000000, [446] = 0x3ff0000000000000, [447] = 0x3ff0000000000000, [448] = 0x3ff0000000000000, [449] = 0x3ff0000000000000, [450] = 0x3ff0000000000000, [451] = 0x3ff0000000000000, [481] = 0x3ff0000000000000, [482] = 0x3ff0000000000000, [483] = 0x3ff0000000000000, [484] = 0x3ff0000000000000, [485] = 0x3ff0000000000000, [486] = 0x3ff0000000000000, [487] = 0x3ff0000000000000, [488] = 0x3ff0000000000000, [518] = 0x3ff0000000000000, [519] = 0x3ff0000000000000, [520] = 0x3ff0000000000000, [521] = 0x3ff0000000000000, [522] = 0x3ff0000000000000, [523] = 0x3ff0000000000000, [524] = 0x3ff0000000000000, [525] = 0x3ff0000000000000, [555] = 0x3ff0000000000000, [556] = 0x3ff0000000000000, [557] = 0x3ff0000000000000, [558] = 0x3ff0000000000000, [559] = 0x3ff0000000000000, [560] = 0x3ff0000000000000, [561] = 0x3ff0000000000000, [562] = 0x3ff0000000000000, [592] = 0x3ff0000000000000, [593] = 0x3ff0000000000000, [594] = 0x3ff0000000000000, [595] = 0x3ff0000000000000, [596] = 0x3ff0000000000000, [597] = 0x3ff0000000000000, [598] = 0x3ff0000000000000, [599] = 0x3ff0000000000000};
static uint64_t call1_b[273] = {[0] = 0x3ff0000000000000, [17] = 0xbff0000000000000, [34] = 0x3ff0000000000001, [51] = 0x3fefffffffffffff, [68] = 0x3ff0000000000001, [85] = 0x3fefffffffffffff, [102] = 0x3ff0000000000001, [119] = 0xbfefffffffffffff, [136] = 0x3ff0000000000001, [153] = 0xbff0000000000001, [170] = 0x3ff0000000000001, [187] = 0xbff0000000000001, [204] = 0xbfefffffffffffff, [221] = 0xbff0000000000001, [238] = 0x3ff0000000000000, [255] = 0x3fefffffffffffff, [272] = 0xbfefffffffffffff};
static uint64_t call1_c[8] = {0xbff0000000000002, 0xbff0000000400000, 0x3ff0000000000004, 0xbff0000000400000, 0x3ff0000000000007, 0x3ff0000000400000, 0x3ff0000000400000, 0xbc9fffffff800000};
static void call1(void) {
  double *a = place(call1_a, 4800, 0, false);
  double *b = place(call1_b, 2184, 512, false);
  double *c = place(call1_c, 64, 128, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 111, 8, 1, 17, 0x1p+00, a, 37, b, 17, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 4800, 0, false);
  for (int i = 0; i < 600; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 2184, 512, false);
  for (int i = 0; i < 273; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 64, 128, false);
  for (int i = 0; i < 8; i++)
    if (i % 1 >= 1 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 0, &c[0], 8);
}

static uint64_t call2_a[273] = {[0] = 0x3ff0000000000000, [17] = 0xbff0000000000000, [34] = 0x3ff0000000000001, [51] = 0x3fefffffffffffff, [68] = 0x3ff0000000000001, [85] = 0x3fefffffffffffff, [102] = 0x3ff0000000000001, [119] = 0xbfefffffffffffff, [136] = 0x3ff0000000000001, [153] = 0xbff0000000000001, [170] = 0x3ff0000000000001, [187] = 0xbff0000000000001, [204] = 0xbfefffffffffffff, [221] = 0xbff0000000000001, [238] = 0x3ff0000000000000, [255] = 0x3fefffffffffffff, [272] = 0xbfefffffffffffff};
static uint64_t call2_b[600] = {[0] = 0x3ff0000000000000, [1] = 0x3ff0000000000000, [2] = 0x3ff0000000000000, [3] = 0x3ff0000000000000, [4] = 0x3ff0000000000000, [5] = 0x3ff0000000000000, [6] = 0x3ff0000000000000, [7] = 0x3ff0000000000000, [37] = 0x3ff0000000000000, [38] = 0x3ff0000000000000, [39] = 0x3ff0000000000000, [40] = 0x3ff0000000000000, [41] = 0x3ff0000000000000, [42] = 0x3ff0000000000000, [43] = 0x3ff0000000000000, [44] = 0x3ff0000000000000, [74] = 0x3ff0000000000000, [75] = 0x3ff0000000000000, [76] = 0x3ff0000000000000, [77] = 0x3ff0000000000000, [78] = 0x3ff0000000000000, [79] = 0x3ff0000000000000, [80] = 0x3ff0000000000000, [81] = 0x3ff0000000000000, [111] = 0x3ff0000000000000, [112] = 0x3ff0000000000000, [113] = 0x3ff0000000000000, [114] = 0x3ff0000000000000, [115] = 0x3ff0000000000000, [116] = 0x3ff0000000000000, [117] = 0x3ff0000000000000, [118] = 0x3ff0000000000000, [148] = 0x3ff0000000000000, [149] = 0x3ff0000000000000, [150] = 0x3ff0000000000000, [151] = 0x3ff0000000000000, [152] = 0x3ff0000000000000, [153] = 0x3ff0000000000000, [154] = 0x3ff0000000000000, [155] = 0x3ff0000000000000, [185] = 0x3ff0000000000000, [186] = 0x3ff0000000000000, [187] = 0x3ff0000000000000, [188] = 0x3ff0000000000000, [189] = 0x3ff0000000000000, [190] = 0x3ff0000000000000, [191] = 0x3ff0000000000000, [192] = 0x3ff0000000000000, [222] = 0x3ff0000000000000, [223] = 0x3ff0000000000000, [224] = 0x3ff0000000000000, [225] = 0x3ff0000000000000, [226] = 0x3ff0000000000000, [227] = 0x3ff0000000000000, [228] = 0x3ff0000000000000, [229] = 0x3ff0000000000000, [259] = 0x3ff0000000000000, [260] = 0x3ff0000000000000, [261] = 0x3ff0000000000000, [262] = 0x3ff0000000000000, [263] = 0x3ff0000000000000, [264] = 0x3ff0000000000000, [265] = 0x3ff0000000000000, [266] = 0x3ff0000000000000, [296] = 0x3ff0000000000000, [297] = 0x3ff0000000000000, [298] = 0x3ff0000000000000, [299] = 0x3ff0000000000000, [300] = 0x3ff0000000000000, [301] = 0x3ff0000000000000, [302] = 0x3ff0000000000000, [303] = 0x3ff0000000000000, [333] = 0x3ff0000000000000, [334] = 0x3ff0000000000000, [335] = 0x3ff0000000000000, [336] = 0x3ff0000000000000, [337] = 0x3ff0000000000000, [338] = 0x3ff0000000000000, [339] = 0x3ff0000000000000, [340] = 0x3ff0000000000000, [370] = 0x3ff0000000000000, [371] = 0x3ff0000000000000, [372] = 0x3ff0000000000000, [373] = 0x3ff0000000000000, [374] = 0x3ff0000000000000, [375] = 0x3ff0000000000000, [376] = 0x3ff0000000000000, [377] = 0x3ff0000000000000, [407] = 0x3ff0000000000000, [408] = 0x3ff0000000000000, [409] = 0x3ff0000000000000, [410] = 0x3ff0000000000000, [411] = 0x3ff0000000000000, [412] = 0x3ff0000000000000, [413] = 0x3ff0000000000000, [414] = 0x3ff0000000000000, [444] = 0x3ff0000000000000, [445] = 0x3ff0000000000000, [446] = 0x3ff0000000000000, [447] = 0x3ff0000000000000, [448] = 0x3ff0000000000000, [449] = 0x3ff0000000000000, [450] = 0x3ff0000000000000, [451] = 0x3ff0000000000000, [481] = 0x3ff0000000000000, [482] = 0x3ff0000000000000, [483] = 0x3ff0000000000000, [484] = 0x3ff0000000000000, [485] = 0x3ff0000000000000, [486] = 0x3ff0000000000000, [487] = 0x3ff0000000000000, [488] = 0x3ff0000000000000, [518] = 0x3ff0000000000000, [519] = 0x3ff0000000000000, [520] = 0x3ff0000000000000, [521] = 0x3ff0000000000000, [522] = 0x3ff0000000000000, [523] = 0x3ff0000000000000, [524] = 0x3ff0000000000000, [525] = 0x3ff0000000000000, [555] = 0x3ff0000000000000, [556] = 0x3ff0000000000000, [557] = 0x3ff0000000000000, [558] = 0x3ff0000000000000, [559] = 0x3ff0000000000000, [560] = 0x3ff0000000000000, [561] = 0x3ff0000000000000, [562] = 0x3ff0000000000000, [592] = 0x3ff0000000000000, [593] = 0x3ff0000000000000, [594] = 0x3ff0000000000000, [595] = 0x3ff0000000000000, [596] = 0x3ff0000000000000, [597] = 0x3ff0000000000000, [598] = 0x3ff0000000000000, [599] = 0x3ff0000000000000};
static uint64_t call2_c[8] = {0xbff0000000000002, 0xbff0000000400000, 0x3ff0000000000004, 0xbff0000000400000, 0x3ff0000000000007, 0x3ff0000000400000, 0x3ff0000000400000, 0xbc9fffffff800000};
static void call2(void) {
  double *a = place(call2_a, 2184, 512, false);
  double *b = place(call2_b, 4800, 0, false);
  double *c = place(call2_c, 64, 1088, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 111, 1, 8, 17, 0x1p+00, a, 17, b, 37, 0x1p+00, c, 8);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 2184, 512, false);
  for (int i = 0; i < 273; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 4800, 0, false);
  for (int i = 0; i < 600; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 64, 1088, false);
  for (int i = 0; i < 8; i++)
    if (i % 8 >= 8 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 0, &c[0], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
