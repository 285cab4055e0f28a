/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, symmetric: A times its transpose is symmetric to the last bit.
 * symmetric: A A' against its transpose: C[9] (row 1, column 4) = -1.1443306 (0xbf92796d), want -1.1443305 (0xbf92796c), 1 ulp apart
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
static uint32_t call1_a[25] = {0xbf5deba4, 0xbf0228e5, 0xbd6d8ba2, 0x3f63830d, 0x3f6376aa, 0xbef2cbd0, 0xbe7b309d, 0xbf74308a, 0x3f122e32, 0xbed2f28e, 0x3f4eebb9, 0xbf4a0657, 0x3f68ed9f, 0xbf70997c, 0x3f5f36db, 0x3eab0b38, 0xbf3596b3, 0xbebd14bd, 0xbf22f791, 0xbe6ce73e, 0x3e071623, 0x3e26bcba, 0x3f7de3fa, 0x3e7c2083, 0x3f12e60c};
static uint32_t call1_b[25] = {0xbf5deba4, 0xbf0228e5, 0xbd6d8ba2, 0x3f63830d, 0x3f6376aa, 0xbef2cbd0, 0xbe7b309d, 0xbf74308a, 0x3f122e32, 0xbed2f28e, 0x3f4eebb9, 0xbf4a0657, 0x3f68ed9f, 0xbf70997c, 0x3f5f36db, 0x3eab0b38, 0xbf3596b3, 0xbebd14bd, 0xbf22f791, 0xbe6ce73e, 0x3e071623, 0x3e26bcba, 0x3f7de3fa, 0x3e7c2083, 0x3f12e60c};
static uint32_t call1_c[25];
static void call1(void) {
  float *a = place(call1_a, 100, 1568, false);
  float *b = place(call1_b, 100, 1568, false);
  float *c = place(call1_c, 100, 2016, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 5, 5, 5, 0x1p+00, a, 5, b, 5, 0x0p+00, c, 5);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 100, 1568, false);
  for (int i = 0; i < 25; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 100, 1568, false);
  for (int i = 0; i < 25; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 100, 2016, false);
  for (int i = 0; i < 25; i++)
    if (i % 5 >= 5 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 9, &c[9], 4);
  show(1, 21, &c[21], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
