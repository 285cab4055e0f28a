/* OPENBLAS_CORETYPE=Haswell /usr/lib/x86_64-linux-gnu/libopenblas.so.0, symmetric: A times its transpose is symmetric to the last bit.
 * symmetric: A A' against its transpose: C[8] (row 0, column 8) = -9.313225746154781e-10 (0xbe0ffffffffffffc), want -9.313225746154785e-10 (0xbe10000000000000), 4 ulp apart
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
static uint64_t call1_a[313] = {[0] = 0x3ff0000000000002, [1] = 0xbfefffffff800000, [2] = 0x3c9fffffff800000, [3] = 0x3c9fffffff800000, [4] = 0x3ff0000000000002, [5] = 0x3fefffffff800000, [6] = 0x3c9fffffff800000, [7] = 0x3ff0000000000002, [8] = 0x3ff0000000400000, [38] = 0xbff0000000400000, [39] = 0xbff0000000400000, [40] = 0x3fefffffff800000, [41] = 0x3c9fffffff800000, [42] = 0x3ff0000000000007, [43] = 0xbff0000000000002, [44] = 0x3fefffffff800000, [45] = 0xbc9fffffff800000, [46] = 0xbfefffffff800000, [76] = 0xbff0000000400000, [77] = 0x3fefffffff800000, [78] = 0xbfefffffff800000, [79] = 0x3fefffffff800000, [80] = 0x3fefffffff800000, [81] = 0x3ff0000000000007, [82] = 0xbff0000000400000, [83] = 0xbfefffffff800000, [84] = 0x3ff0000000000003, [114] = 0x3ff0000000400000, [115] = 0x3ff0000000400000, [116] = 0xbff0000000400000, [117] = 0xbc9fffffff800000, [118] = 0x3c9fffffff800000, [119] = 0xbff0000000000000, [120] = 0xbff0000000400000, [121] = 0xbff0000000400000, [122] = 0xbc9fffffff800000, [152] = 0x3ff0000000000002, [153] = 0xbff0000000000001, [154] = 0x3c9fffffff800000, [155] = 0xbc9fffffff800000, [156] = 0x3ff0000000400000, [157] = 0xbfefffffff800000, [158] = 0xbff0000000400000, [159] = 0x3fefffffff800000, [160] = 0x3ff0000000000001, [190] = 0xbff0000000000000, [191] = 0xbff0000000000005, [192] = 0xbff0000000400000, [193] = 0x3ff0000000400000, [194] = 0x3fefffffff800000, [195] = 0xbff0000000000000, [196] = 0x3c9fffffff800000, [197] = 0xbc9fffffff800000, [198] = 0xbff0000000400000, [228] = 0xbff0000000000003, [229] = 0xbff0000000400000, [230] = 0xbff0000000000003, [231] = 0x3ff0000000000003, [232] = 0xbff0000000000007, [233] = 0x3fefffffff800000, [234] = 0x3c9fffffff800000, [235] = 0x3ff0000000400000, [236] = 0x3ff0000000000005, [266] = 0xbc9fffffff800000, [267] = 0x3fefffffff800000, [268] = 0x3c9fffffff800000, [269] = 0x3ff0000000400000, [270] = 0x3ff0000000400000, [271] = 0x3c9fffffff800000, [272] = 0xbfefffffff800000, [273] = 0x3ff0000000400000, [274] = 0x3c9fffffff800000, [304] = 0x3c9fffffff800000, [305] = 0x3ff0000000400000, [306] = 0x3c9fffffff800000, [307] = 0xbc9fffffff800000, [308] = 0xbc9fffffff800000, [309] = 0x3fefffffff800000, [310] = 0xbff0000000000007, [311] = 0xbff0000000000000, [312] = 0x3ff0000000000002};
static uint64_t call1_b[313] = {[0] = 0x3ff0000000000002, [1] = 0xbfefffffff800000, [2] = 0x3c9fffffff800000, [3] = 0x3c9fffffff800000, [4] = 0x3ff0000000000002, [5] = 0x3fefffffff800000, [6] = 0x3c9fffffff800000, [7] = 0x3ff0000000000002, [8] = 0x3ff0000000400000, [38] = 0xbff0000000400000, [39] = 0xbff0000000400000, [40] = 0x3fefffffff800000, [41] = 0x3c9fffffff800000, [42] = 0x3ff0000000000007, [43] = 0xbff0000000000002, [44] = 0x3fefffffff800000, [45] = 0xbc9fffffff800000, [46] = 0xbfefffffff800000, [76] = 0xbff0000000400000, [77] = 0x3fefffffff800000, [78] = 0xbfefffffff800000, [79] = 0x3fefffffff800000, [80] = 0x3fefffffff800000, [81] = 0x3ff0000000000007, [82] = 0xbff0000000400000, [83] = 0xbfefffffff800000, [84] = 0x3ff0000000000003, [114] = 0x3ff0000000400000, [115] = 0x3ff0000000400000, [116] = 0xbff0000000400000, [117] = 0xbc9fffffff800000, [118] = 0x3c9fffffff800000, [119] = 0xbff0000000000000, [120] = 0xbff0000000400000, [121] = 0xbff0000000400000, [122] = 0xbc9fffffff800000, [152] = 0x3ff0000000000002, [153] = 0xbff0000000000001, [154] = 0x3c9fffffff800000, [155] = 0xbc9fffffff800000, [156] = 0x3ff0000000400000, [157] = 0xbfefffffff800000, [158] = 0xbff0000000400000, [159] = 0x3fefffffff800000, [160] = 0x3ff0000000000001, [190] = 0xbff0000000000000, [191] = 0xbff0000000000005, [192] = 0xbff0000000400000, [193] = 0x3ff0000000400000, [194] = 0x3fefffffff800000, [195] = 0xbff0000000000000, [196] = 0x3c9fffffff800000, [197] = 0xbc9fffffff800000, [198] = 0xbff0000000400000, [228] = 0xbff0000000000003, [229] = 0xbff0000000400000, [230] = 0xbff0000000000003, [231] = 0x3ff0000000000003, [232] = 0xbff0000000000007, [233] = 0x3fefffffff800000, [234] = 0x3c9fffffff800000, [235] = 0x3ff0000000400000, [236] = 0x3ff0000000000005, [266] = 0xbc9fffffff800000, [267] = 0x3fefffffff800000, [268] = 0x3c9fffffff800000, [269] = 0x3ff0000000400000, [270] = 0x3ff0000000400000, [271] = 0x3c9fffffff800000, [272] = 0xbfefffffff800000, [273] = 0x3ff0000000400000, [274] = 0x3c9fffffff800000, [304] = 0x3c9fffffff800000, [305] = 0x3ff0000000400000, [306] = 0x3c9fffffff800000, [307] = 0xbc9fffffff800000, [308] = 0xbc9fffffff800000, [309] = 0x3fefffffff800000, [310] = 0xbff0000000000007, [311] = 0xbff0000000000000, [312] = 0x3ff0000000000002};
static uint64_t call1_c[81];
static void call1(void) {
  double *a = place(call1_a, 2504, 1280, false);
  double *b = place(call1_b, 2504, 1280, false);
  double *c = place(call1_c, 648, 2240, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 112, 9, 9, 9, 0x1p+00, a, 38, b, 38, 0x0p+00, c, 9);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 2504, 1280, false);
  for (int i = 0; i < 313; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 2504, 1280, false);
  for (int i = 0; i < 313; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 648, 2240, false);
  for (int i = 0; i < 81; i++)
    if (i % 9 >= 9 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 8, &c[8], 8);
  show(1, 72, &c[72], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
