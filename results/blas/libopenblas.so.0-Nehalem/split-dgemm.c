/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, split: C has the same bits computed whole or in blocks.
 * split: C[0] (row 0, column 0) = 17.417381440495312 (0x40316ad98294e27e), want 17.41738144049532 (0x40316ad98294e280), 2 ulp apart
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

void cblas_dgemm(int, int, int, int, int, int, double, const double *, int, const double *, int, double, double *, int);
static const uint64_t call1_a[] = {0xc03f000000000000, 0xc028000000000000, 0x403d000000000000, 0x4035000000000000, 0x4008000000000000, 0x403e000000000000, 0x402a000000000000, 0x4024000000000000};
static const uint64_t call1_b[] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac};
static const uint64_t call1_c[] = {0x0000000000000000};
static void call1(void) {
  double *a = place(call1_a, 64, 1216, false);
  double *b = place(call1_b, 64, 1280, false);
  double *c = place(call1_c, 8, 1392, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 1, 1, 8, 0x1p+00, a, 8, b, 1, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 0, &c[0], 8);
}

static const uint64_t call2_a[] = {0xc03f000000000000, 0xc028000000000000, 0x403d000000000000, 0x4035000000000000, 0x4008000000000000, 0x403e000000000000, 0x402a000000000000, 0x4024000000000000, 0xc02e000000000000, 0xc035000000000000, 0xc030000000000000, 0xc024000000000000, 0x4030000000000000, 0xc022000000000000, 0x403f000000000000, 0x4010000000000000};
static const uint64_t call2_b[] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac};
static const uint64_t call2_c[] = {0x0000000000000000, 0x0000000000000000};
static void call2(void) {
  double *a = place(call2_a, 128, 896, false);
  double *b = place(call2_b, 64, 1088, false);
  double *c = place(call2_c, 16, 1568, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 2, 1, 8, 0x1p+00, a, 8, b, 1, 0x1p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(2, 0, &c[0], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
