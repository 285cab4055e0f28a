/* /usr/lib/x86_64-linux-gnu/blas/libblas.so.3, transposed: the bits do not depend on which way an operand is stored.
 * transposed: B stored the other way: C[1] (row 0, column 1) = 3.40625 (0x405a0000), want 3.4062498 (0x4059ffff), 1 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0 -o case
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
static uint32_t call1_a[3] = {0xbf800001, 0xbf7fffff, 0xbf800000};
static uint32_t call1_b[11] = {0x3f000000, 0xc0000000, 0x3f800000, 0x00000000, 0x40000000, 0xc2000000, 0xbe800000, 0x00000000, 0xbd000000, 0xbd800000, 0xc2000000};
static uint32_t call1_c[3] = {0x3f800000, 0x00000000, 0x00000000};
static void call1(void) {
  float *a = place(call1_a, 12, 388, false);
  float *b = place(call1_b, 44, 1808, false);
  float *c = place(call1_c, 12, 688, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 1, 3, 3, 0x1.99999ap-04, a, 3, b, 4, 0x1p+00, c, 6);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 12, 388, false);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 44, 1808, false);
  for (int i = 0; i < 11; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 12, 688, false);
  for (int i = 0; i < 3; i++)
    if (i % 6 >= 3 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 1, &c[1], 4);
}

static uint32_t call2_a[3] = {0xbf800001, 0xbf7fffff, 0xbf800000};
static uint32_t call2_b[9] = {0x3f000000, 0x40000000, 0xbd000000, 0xc0000000, 0xc2000000, 0xbd800000, 0x3f800000, 0xbe800000, 0xc2000000};
static uint32_t call2_c[3] = {0x3f800000, 0x00000000, 0x00000000};
static void call2(void) {
  float *a = place(call2_a, 12, 388, false);
  float *b = place(call2_b, 36, 3920, false);
  float *c = place(call2_c, 12, 2672, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 1, 3, 3, 0x1.99999ap-04, a, 3, b, 3, 0x1p+00, c, 6);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 12, 388, false);
  for (int i = 0; i < 3; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 36, 3920, false);
  for (int i = 0; i < 9; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 12, 2672, false);
  for (int i = 0; i < 3; i++)
    if (i % 6 >= 3 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 1, &c[1], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
