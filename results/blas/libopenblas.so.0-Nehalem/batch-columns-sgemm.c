/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, batch-columns: a column has the same bits whether it is computed alone or among others.
 * batch-columns: column 0 of 3 alone against among the others: C[0] (row 0, column 0) = -0.69014025 (0xbf30ad08), want -0.6901402 (0xbf30ad07), 1 ulp apart
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
static const uint32_t call1_a[] = {0xbe6efabe, 0x3f5cf13d, 0x3d588ba3, 0xbd6e88eb, 0x3e59cc4b, 0x3f27973e, 0x3eb20a6b, 0xbee9efb3, 0x3efb95e2, 0xbdc47b77, 0x3f4afdda, 0xbef4b364, 0xbf73bcc0, 0xbf63c115, 0xbf1563e2, 0xbf768981, 0x3f7a5305, 0xbef0c3a4, 0x3ed19ba7, 0xbe9f95cb, 0xbe93fa7f, 0xbf2df8eb, 0xbe105071, 0x3f2892d6, 0xbe8a0ff9, 0xbf5942fa, 0x3f53705d, 0x3f01a53d, 0xbf3a1ec5, 0xbe0d6f14, 0xbde96ad1, 0x3eddf4d7, 0x3dc7de80, 0x3d2b05a7, 0xbeb6ae30, 0x3f52c61f, 0x3f02fdf3, 0x3ef0f107, 0x3f5c3321, 0x3f1f53f5, 0xbf762977, 0x3e1a7b85, 0x3d7b9261, 0x3e1600ad, 0xbecfe4f4, 0xbe188cd5, 0x3efa13b3, 0x3f521da9, 0x3f6e8c2c, 0x3e8acd50, 0xbe61113d, 0xbe8365d5, 0x3e8263ae, 0x3cf5a115, 0xbedab4ea, 0xbf49cd28, 0x3ec0980d, 0xbec2edd7, 0xbdb5a872, 0xbf0042a2};
static const uint32_t call1_b[] = {0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000};
static const uint32_t call1_c[] = {0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000};
static void call1(void) {
  float *a = place(call1_a, 240, 3584, false);
  float *b = place(call1_b, 240, 240, false);
  float *c = place(call1_c, 36, 1152, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 111, 3, 3, 20, 0x1p+00, a, 20, b, 3, 0x1p+00, c, 3);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 0, &c[0], 4);
  show(1, 2, &c[2], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
