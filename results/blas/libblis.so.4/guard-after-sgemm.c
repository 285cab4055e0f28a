/* /usr/lib/x86_64-linux-gnu/libblis.so.4, guard-after: nothing after an operand is read or written: an operand may end where memory ends.
 * guard-after: panic: the library raises SIGSEGV: an access 0 bytes past the end of C, which has 620 bytes, at blas.(*Session).change (functions.go:86)
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
static uint32_t call1_a[9] = {[5] = 0x3f800000};
static uint32_t call1_b[3] = {0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call1_c[155] = {[0] = 0xbf5deba4, [1] = 0xbf0228e5, [2] = 0xbd6d8ba2, [19] = 0x3f63830d, [20] = 0x3f6376aa, [21] = 0xbef2cbd0, [38] = 0xbe7b309d, [39] = 0xbf74308a, [40] = 0x3f122e32, [57] = 0xbed2f28e, [58] = 0x3f4eebb9, [59] = 0xbf4a0657, [76] = 0x3f68ed9f, [77] = 0xbf70997c, [78] = 0x3f5f36db, [95] = 0x3eab0b38, [96] = 0xbf3596b3, [97] = 0xbebd14bd, [114] = 0xbf22f791, [115] = 0xbe6ce73e, [116] = 0x3e071623, [133] = 0x3e26bcba, [134] = 0x3f7de3fa, [135] = 0x3e7c2083, [152] = 0x3f12e60c, [153] = 0x3dc43408, [154] = 0xbf780dc7};
static void call1(void) {
  float *a = place(call1_a, 36, 4060, true);
  float *b = place(call1_b, 12, 4084, true);
  float *c = place(call1_c, 620, 3476, true);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 112, 112, 9, 3, 1, 0x1p-20, a, 25, b, 1, 0x1p-01, c, 19);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 36, 4060, true);
  for (int i = 0; i < 9; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 12, 4084, true);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 620, 3476, true);
  for (int i = 0; i < 155; i++)
    if (i % 19 >= 3 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
