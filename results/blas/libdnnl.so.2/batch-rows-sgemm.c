/* /usr/lib/x86_64-linux-gnu/libdnnl.so.2, batch-rows: a row has the same bits whether it is computed alone or among others.
 * batch-rows: row 0 of 3 alone against among the others: C[0] (row 0, column 0) = 1.1920929e-07 (0x34000000), want 0 (0x00000000), 872415232 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/libdnnl.so.2.6 -o case
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

int dnnl_sgemm(char, char, int64_t, int64_t, int64_t, float, float *, int64_t, float *, int64_t, float, float *, int64_t);
static uint32_t call1_a[12] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call1_b[8] = {0x3f800001, 0x3f7fffff, 0xbf7fffff, 0xbf7fffff, 0x3f800000, 0x3f7fffff, 0xbf800001, 0xbf7fffff};
static uint32_t call1_c[6];
static void call1(void) {
  float *a = place(call1_a, 48, 1952, false);
  float *b = place(call1_b, 32, 2048, false);
  float *c = place(call1_c, 24, 600, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  dnnl_sgemm('T', 'N', 3, 2, 4, 0x1p+00, a, 3, b, 2, -0x1.b33334p+00, c, 2);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 48, 1952, false);
  for (int i = 0; i < 12; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 32, 2048, false);
  for (int i = 0; i < 8; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 24, 600, false);
  for (int i = 0; i < 6; i++)
    if (i % 2 >= 2 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 0, &c[0], 4);
}

static uint32_t call2_a[4] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call2_b[8] = {0x3f800001, 0x3f7fffff, 0xbf7fffff, 0xbf7fffff, 0x3f800000, 0x3f7fffff, 0xbf800001, 0xbf7fffff};
static uint32_t call2_c[2];
static void call2(void) {
  float *a = place(call2_a, 16, 720, false);
  float *b = place(call2_b, 32, 2112, false);
  float *c = place(call2_c, 8, 64, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  dnnl_sgemm('T', 'N', 1, 2, 4, 0x1p+00, a, 1, b, 2, -0x1.b33334p+00, c, 2);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 16, 720, false);
  for (int i = 0; i < 4; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 32, 2112, false);
  for (int i = 0; i < 8; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 8, 64, false);
  for (int i = 0; i < 2; i++)
    if (i % 2 >= 2 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 0, &c[0], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
