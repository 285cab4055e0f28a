/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, alignment: the bits do not depend on where in memory the operands lie.
 * alignment: result[0] = 1.2621757 (0x3fa18ef9), want 1.2621758 (0x3fa18efa), 1 ulp apart
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

float cblas_sasum(int, float *, int);
static uint32_t call1_a[4] = {0xbf0228e5, 0x3f0228e5, 0x33e376aa, 0xbe7b309d};
static void call1(void) {
  float *a = place(call1_a, 16, 12, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  float value = cblas_sasum(4, a, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 16, 12, false);
  for (int i = 0; i < 4; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  show(1, 0, &value, 4);
}

static uint32_t call2_a[4] = {0xbf0228e5, 0x3f0228e5, 0x33e376aa, 0xbe7b309d};
static void call2(void) {
  float *a = place(call2_a, 16, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  float value = cblas_sasum(4, a, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 16, 0, false);
  for (int i = 0; i < 4; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  show(2, 0, &value, 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
