/* bin/libxsmm.so, transposed: the bits do not depend on which way an operand is stored.
 * transposed: B stored the other way: C[0] (row 0, column 0) = -1.546445e-318 (0x800000000004c6ac), want -1.54645e-318 (0x800000000004c6ad), 1 ulp apart
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

void libxsmm_dgemm(const char *, const char *, const int *, const int *, const int *, const double *, double *, const int *, double *, const int *, const double *, double *, const int *);
static uint64_t call1_a[6] = {0x8000000000059cd4, 0x80000000000fc5f8, 0x80000000000a69e8, 0x800000000004e5ef, 0x8000000000063871, 0x800000000004d7a5};
static uint64_t call1_b[151] = {[0] = 0x3ff0000000000000, [30] = 0x3ff0000000000000, [60] = 0x3ff0000000000000, [90] = 0x3ff0000000000000, [120] = 0x3ff0000000000000, [150] = 0x3ff0000000000000};
static uint64_t call1_c[1];
static void call1(void) {
  double *a = place(call1_a, 48, 2816, false);
  double *b = place(call1_b, 1208, 1280, false);
  double *c = place(call1_c, 8, 1656, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_dgemm("N", "N", (int[]){1}, (int[]){1}, (int[]){6}, (double[]){0x1.999999999999ap-04}, b, (int[]){30}, a, (int[]){35}, (double[]){0x1p+00}, c, (int[]){30});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 48, 2816, false);
  for (int i = 0; i < 6; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 1208, 1280, false);
  for (int i = 0; i < 151; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 8, 1656, false);
  for (int i = 0; i < 1; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 0, &c[0], 8);
}

static uint64_t call2_a[6] = {0x8000000000059cd4, 0x80000000000fc5f8, 0x80000000000a69e8, 0x800000000004e5ef, 0x8000000000063871, 0x800000000004d7a5};
static uint64_t call2_b[6] = {0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000, 0x3ff0000000000000};
static uint64_t call2_c[1];
static void call2(void) {
  double *a = place(call2_a, 48, 2816, false);
  double *b = place(call2_b, 48, 3440, false);
  double *c = place(call2_c, 8, 1896, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  libxsmm_dgemm("T", "N", (int[]){1}, (int[]){1}, (int[]){6}, (double[]){0x1.999999999999ap-04}, b, (int[]){6}, a, (int[]){35}, (double[]){0x1p+00}, c, (int[]){30});
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 48, 2816, false);
  for (int i = 0; i < 6; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 48, 3440, false);
  for (int i = 0; i < 6; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 8, 1896, false);
  for (int i = 0; i < 1; i++)
    if (i % 30 >= 1 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 0, &c[0], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
