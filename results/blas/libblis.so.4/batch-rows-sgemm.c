/* /usr/lib/x86_64-linux-gnu/libblis.so.4, batch-rows: a row has the same bits whether it is computed alone or among others.
 * batch-rows: row 0 of 3 alone against among the others: C[0] (row 0, column 0) = 1.13502e-40 (0x00013c66), want 1.13504e-40 (0x00013c67), 1 ulp apart
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

static void show(int call, int element, const void *at, int size) {
  uint32_t bits32; uint64_t bits64; float f; double d;
  if (size == 4) { memcpy(&bits32, at, 4); memcpy(&f, at, 4); printf("call %d, element %d: %.9g (0x%08x)\n", call, element, f, bits32); }
  else { memcpy(&bits64, at, 8); memcpy(&d, at, 8); printf("call %d, element %d: %.17g (0x%016llx)\n", call, element, d, (unsigned long long)bits64); }
}

void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
static const uint32_t call1_a[] = {0x000c4f35, 0x0005dc54, 0x8005cf86, 0x8002099d, 0x000c2446, 0x00099370, 0x800fbaaa, 0x800d9fcb, 0x00078b88};
static const uint32_t call1_b[] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static const uint32_t call1_c[] = {0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000};
static void call1(void) {
  float *a = place(call1_a, 36, 2480, false);
  float *b = place(call1_b, 24, 3104, false);
  float *c = place(call1_c, 24, 3272, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 3, 2, 3, 0x1.99999ap-04, a, 3, b, 2, 0x1p+00, c, 2);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 0, &c[0], 4);
}

static const uint32_t call2_a[] = {0x000c4f35, 0x0005dc54, 0x8005cf86};
static const uint32_t call2_b[] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static const uint32_t call2_c[] = {0x00000000, 0x00000000};
static void call2(void) {
  float *a = place(call2_a, 12, 304, false);
  float *b = place(call2_b, 24, 3248, false);
  float *c = place(call2_c, 8, 352, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 1, 2, 3, 0x1.99999ap-04, a, 3, b, 2, 0x1p+00, c, 2);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(2, 0, &c[0], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  if (only == 0 || only == 2) call2();
  return 0;
}
