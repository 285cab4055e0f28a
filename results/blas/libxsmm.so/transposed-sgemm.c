/* bin/libxsmm.so, transposed: the bits do not depend on which way an operand is stored.
 * transposed: B stored the other way: C[0] (row 0, column 0) = -2.081576e-39 (0x8016aa96), want -2.081574e-39 (0x8016aa95), 1 ulp apart
 * Build: cc THIS.c bin/libxsmm.so -o case
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

void libxsmm_sgemm(const char *, const char *, const int *, const int *, const int *, const float *, float *, const int *, float *, const int *, const float *, float *, const int *);
static uint32_t call1_a[10] = {0x80059cd4, 0x800fc5f8, 0x800a69e8, 0x8004e5ef, 0x80063871, 0x8004d7a5, 0x000865b0, 0x800a1309, 0x800b13a6, 0x000f2e8b};
static uint32_t call1_b[271] = {[0] = 0x3f800000, [30] = 0x3f800000, [60] = 0x3f800000, [90] = 0x3f800000, [120] = 0x3f800000, [150] = 0x3f800000, [180] = 0x3f800000, [210] = 0x3f800000, [240] = 0x3f800000, [270] = 0x3f800000};
static uint32_t call1_c[1];
static void call1(void) {
  float *a = place(call1_a, 40, 1248, false);
  float *b = place(call1_b, 1084, 1664, false);
  float *c = place(call1_c, 4, 1376, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_sgemm("N", "N", (int[]){1}, (int[]){1}, (int[]){10}, (float[]){0x1p-01}, b, (int[]){30}, a, (int[]){10}, (float[]){0x1p+00}, c, (int[]){30});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 40, 1248, false);
  for (int i = 0; i < 10; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 1084, 1664, false);
  for (int i = 0; i < 271; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 4, 1376, false);
  for (int i = 0; i < 1; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 0, &c[0], 4);
}

static uint32_t call2_a[10] = {0x80059cd4, 0x800fc5f8, 0x800a69e8, 0x8004e5ef, 0x80063871, 0x8004d7a5, 0x000865b0, 0x800a1309, 0x800b13a6, 0x000f2e8b};
static uint32_t call2_b[10] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static uint32_t call2_c[1];
static void call2(void) {
  float *a = place(call2_a, 40, 1248, false);
  float *b = place(call2_b, 40, 1680, false);
  float *c = place(call2_c, 4, 1464, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_sgemm("T", "N", (int[]){1}, (int[]){1}, (int[]){10}, (float[]){0x1p-01}, b, (int[]){10}, a, (int[]){10}, (float[]){0x1p+00}, c, (int[]){30});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 40, 1248, false);
  for (int i = 0; i < 10; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 40, 1680, false);
  for (int i = 0; i < 10; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 4, 1464, false);
  for (int i = 0; i < 1; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 0, &c[0], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
