/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, transposed: the bits do not depend on which way an operand is stored.
 * transposed: C' = B' A': C[2] (row 0, column 2) = 2.373249 (0x4017e350), want 2.3732495 (0x4017e352), 2 ulp apart
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

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
static const uint32_t call1_a[] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static const uint32_t call1_b[] = {0x00000000, 0x00000000, 0x3f626502, 0x00000000, 0x00000000, 0x3f572195, 0x00000000, 0x3e46a210, 0x00000000, 0x00000000, 0x3e26094d, 0x00000000, 0x3e89d058, 0x00000000, 0x3f5981ff, 0x3e465363, 0x3d0b66d5, 0x3f29de1d, 0x00000000, 0x00000000, 0x3f21e1e2, 0x00000000, 0x3eb508a0, 0x00000000, 0x00000000, 0x00000000, 0x3f652d03, 0x00000000, 0x00000000, 0x00000000, 0x3f7267f5, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3e61bd2b, 0x00000000, 0x00000000, 0x00000000, 0x3f024242, 0x00000000};
static const uint32_t call1_c[] = {0x800fb25b, 0x80039d81, 0x000d3b5b, 0x0007e0eb, 0x800270ef, 0x8002b2e0, 0x80027ec4};
static void call1(void) {
  float *a = place(call1_a, 28, 832, false);
  float *b = place(call1_b, 196, 480, false);
  float *c = place(call1_c, 28, 1056, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 1, 7, 7, 0x1p+00, a, 7, b, 7, 0x1p+00, c, 10);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 2, &c[2], 4);
}

static const uint32_t call2_a[] = {0x00000000, 0x00000000, 0x3f626502, 0x00000000, 0x00000000, 0x3f572195, 0x00000000, 0x3e46a210, 0x00000000, 0x00000000, 0x3e26094d, 0x00000000, 0x3e89d058, 0x00000000, 0x3f5981ff, 0x3e465363, 0x3d0b66d5, 0x3f29de1d, 0x00000000, 0x00000000, 0x3f21e1e2, 0x00000000, 0x3eb508a0, 0x00000000, 0x00000000, 0x00000000, 0x3f652d03, 0x00000000, 0x00000000, 0x00000000, 0x3f7267f5, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x3e61bd2b, 0x00000000, 0x00000000, 0x00000000, 0x3f024242, 0x00000000};
static const uint32_t call2_b[] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static const uint32_t call2_c[] = {0x800fb25b, 0x80039d81, 0x000d3b5b, 0x0007e0eb, 0x800270ef, 0x8002b2e0, 0x80027ec4};
static void call2(void) {
  float *a = place(call2_a, 196, 480, false);
  float *b = place(call2_b, 28, 832, false);
  float *c = place(call2_c, 28, 1856, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 7, 1, 7, 0x1p+00, a, 7, b, 7, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(2, 2, &c[2], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
