/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: result[45] = -6.7791057 (0xc0d8ee6f), want -6.779108 (0xc0d8ee74), 5 ulp apart
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

void cblas_sgemv(int, int, int, int, float, float *, int, float *, int, float, float *, int);
static uint32_t call1_a[9282] = {0xbf5deba4, 0xbf0228e5, 0xbd6d8ba2, 0x3f63830d, 0x3f6376aa, 0xbef2cbd0, 0xbe7b309d, 0xbf74308a, 0x3f122e32, 0xbed2f28e, 0x3f4eebb9, 0xbf4a0657, 0x3f68ed9f, 0xbf70997c, 0x3f5f36db, 0x3eab0b38, 0xbf3596b3, 0xbebd14bd, 0xbf22f791, 0xbe6ce73e, 0x3e071623, 0x3e26bcba, 0x3f7de3fa, 0x3e7c2083, 0x3f12e60c, 0x3dc43408, 0xbf780dc7, 0xbf128ca2, 0x3db33164, 0xbb939818, 0xbf4de652, 0xbf53a9cd, 0x3f4b59c5, 0x3f60c2de, 0x3f01ad05, 0xbf70c3a4, 0xbf69a3fb, 0xbf00e74d, 0xbeba556d, 0xbf29b0bd, 0xbe8d7ce3, 0xbf156987, 0x3ef2087f, 0xbf3001e6, 0xbe863cbc, 0xbea48655, 0x3f261c1d, 0x3ea2ffe8, 0xbe59367e, 0xbe32cf80, 0x3f1a8ce8, 0x3e86be34, 0x3f26c002, 0xbdf50c32, 0x3f498e16, 0x3e33ac39, 0xbf4930c7, 0x3e9f357e, 0xbdaaabf5, 0xbe7ebd6b, 0xbf72745d};
static uint32_t call1_b[102] = {0x3f5ce7c7, 0xbe5c59cd, 0xbe904398, 0x3f7bc9d6, 0x3f4a0674, 0xbf5399a7, 0xbe22728f, 0x3f65c128, 0x3eba260c, 0xbf6cb659, 0xbed2e51d, 0xbf1b3c01, 0xbf69dec8, 0xbf23ba46, 0xbe985894, 0xbed27357, 0xbf48c762, 0x3ead0be4, 0xbef43afe, 0x3e89a13c, 0x3f3b69e3, 0x3cb2b40e, 0xbf45c7d6, 0x3e87e0de, 0xbf6d0ef5, 0xbe3e2aeb, 0xbf5f22e3, 0xbe8559b5, 0x3effb931, 0xbf2c7ca2, 0xbe030c18, 0x3dda5709, 0x3f299350, 0x3ebba772, 0xbe6780ed, 0xbe8831b3, 0xbf45e1ec, 0xbcef3dab, 0xbea46aef, 0x3ecbfe40, 0xbf02196e, 0xbd3200e7, 0x3baa9d69, 0x3f05741c, 0x3ea59c97, 0xbf7dafdf, 0xbd84f3dc, 0x3f625745, 0xbe27659f, 0x3f3bf849, 0xbeef64c6, 0x3f6d5ab8, 0xbf730e00, 0x3f072b28, 0xbf0ea9a8, 0xbe9d745b, 0xbe657932, 0xbf247f3a, 0x3e8e752b, 0x3eaf39c7, 0xbf6b33f1, 0x3f5ce7c7, 0xbe5c59cd, 0xbe904398, 0x3f7bc9d6, 0x3f4a0674, 0xbf5399a7, 0xbe22728f, 0x3f65c128, 0x3eba260c, 0xbf6cb659, 0xbed2e51d, 0xbf1b3c01, 0xbf69dec8, 0xbf23ba46, 0xbe985894, 0xbed27357, 0xbf48c762, 0x3ead0be4, 0xbef43afe, 0x3e89a13c, 0x3f3b69e3, 0x3cb2b40e, 0xbf45c7d6, 0x3e87e0de, 0xbf6d0ef5, 0xbe3e2aeb, 0xbf5f22e3, 0xbe8559b5, 0x3effb931, 0xbf2c7ca2, 0xbe030c18, 0x3dda5709, 0x3f299350, 0x3ebba772, 0xbe6780ed, 0xbe8831b3, 0xbf45e1ec, 0xbcef3dab, 0xbea46aef, 0x3ecbfe40, 0xbf02196e};
static uint32_t call1_c[91] = {0xbf0536b4, 0x3f64833b, 0x3de6c7d0, 0x3e5824c1, 0xbf66051e, 0xbeb48b21, 0x3ec53e3f, 0x3ecf85f7, 0x3e7169d8, 0xbe3ae3ea, 0x3e7ed2bd, 0x3f7f048a, 0x3ecb967a, 0xbe66754d, 0x3f519877, 0x3d8aed19, 0xbf45294e, 0xbf79c76d, 0xbe47f8c3, 0x3eead9c1, 0xbc015086, 0xbf2ba1cc, 0xbf286583, 0x3cbdd24b, 0x3f21b080, 0x3f578767, 0xbf486ccb, 0xbf1254e4, 0xbe2fc001, 0x3c812450, 0xbf664f11, 0xbef9c0c6, 0xbdcc578e, 0xbd85cfd1, 0x3f6e1152, 0x3e7d6508, 0x3de4eb1d, 0xbf360482, 0xbe0cbf0e, 0xbf7dcd10, 0x3f4cdf83, 0x3ee6d9cc, 0xbf06a893, 0xbec816e5, 0x3eb03197, 0xbec292d3, 0xbcc5e2e7, 0x3eb65210, 0xbf7c4cc2, 0x3f650beb, 0x3f310224, 0x3eb018d6, 0xbe114904, 0x3eef9dd9, 0xbf0b82d6, 0xbe6d25d1, 0x3e96dc33, 0x3f30c6f6, 0xbd0bbc07, 0x3f669f63, 0x3d041b99, 0xbf0536b4, 0x3f64833b, 0x3de6c7d0, 0x3e5824c1, 0xbf66051e, 0xbeb48b21, 0x3ec53e3f, 0x3ecf85f7, 0x3e7169d8, 0xbe3ae3ea, 0x3e7ed2bd, 0x3f7f048a, 0x3ecb967a, 0xbe66754d, 0x3f519877, 0x3d8aed19, 0xbf45294e, 0xbf79c76d, 0xbe47f8c3, 0x3eead9c1, 0xbc015086, 0xbf2ba1cc, 0xbf286583, 0x3cbdd24b, 0x3f21b080, 0x3f578767, 0xbf486ccb, 0xbf1254e4, 0xbe2fc001, 0x3c812450};
static void call1(void) {
  for (int i = 61; i < 9282; i++) call1_a[i] = call1_a[i % 61];
  float *a = place(call1_a, 37128, 0, false);
  float *b = place(call1_b, 408, 3584, false);
  float *c = place(call1_c, 364, 3072, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemv(101, 112, 102, 91, 0x1p+00, a, 91, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 37128, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 408, 3584, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 364, 3072, false);
  for (int i = 0; i < 91; i++)
    if (i % 1 != 0 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 45, &c[45], 4);
}

static uint32_t call2_a[9282] = {0xbf5deba4, 0xbf0228e5, 0xbd6d8ba2, 0x3f63830d, 0x3f6376aa, 0xbef2cbd0, 0xbe7b309d, 0xbf74308a, 0x3f122e32, 0xbed2f28e, 0x3f4eebb9, 0xbf4a0657, 0x3f68ed9f, 0xbf70997c, 0x3f5f36db, 0x3eab0b38, 0xbf3596b3, 0xbebd14bd, 0xbf22f791, 0xbe6ce73e, 0x3e071623, 0x3e26bcba, 0x3f7de3fa, 0x3e7c2083, 0x3f12e60c, 0x3dc43408, 0xbf780dc7, 0xbf128ca2, 0x3db33164, 0xbb939818, 0xbf4de652, 0xbf53a9cd, 0x3f4b59c5, 0x3f60c2de, 0x3f01ad05, 0xbf70c3a4, 0xbf69a3fb, 0xbf00e74d, 0xbeba556d, 0xbf29b0bd, 0xbe8d7ce3, 0xbf156987, 0x3ef2087f, 0xbf3001e6, 0xbe863cbc, 0xbea48655, 0x3f261c1d, 0x3ea2ffe8, 0xbe59367e, 0xbe32cf80, 0x3f1a8ce8, 0x3e86be34, 0x3f26c002, 0xbdf50c32, 0x3f498e16, 0x3e33ac39, 0xbf4930c7, 0x3e9f357e, 0xbdaaabf5, 0xbe7ebd6b, 0xbf72745d};
static uint32_t call2_b[102] = {0x3f5ce7c7, 0xbe5c59cd, 0xbe904398, 0x3f7bc9d6, 0x3f4a0674, 0xbf5399a7, 0xbe22728f, 0x3f65c128, 0x3eba260c, 0xbf6cb659, 0xbed2e51d, 0xbf1b3c01, 0xbf69dec8, 0xbf23ba46, 0xbe985894, 0xbed27357, 0xbf48c762, 0x3ead0be4, 0xbef43afe, 0x3e89a13c, 0x3f3b69e3, 0x3cb2b40e, 0xbf45c7d6, 0x3e87e0de, 0xbf6d0ef5, 0xbe3e2aeb, 0xbf5f22e3, 0xbe8559b5, 0x3effb931, 0xbf2c7ca2, 0xbe030c18, 0x3dda5709, 0x3f299350, 0x3ebba772, 0xbe6780ed, 0xbe8831b3, 0xbf45e1ec, 0xbcef3dab, 0xbea46aef, 0x3ecbfe40, 0xbf02196e, 0xbd3200e7, 0x3baa9d69, 0x3f05741c, 0x3ea59c97, 0xbf7dafdf, 0xbd84f3dc, 0x3f625745, 0xbe27659f, 0x3f3bf849, 0xbeef64c6, 0x3f6d5ab8, 0xbf730e00, 0x3f072b28, 0xbf0ea9a8, 0xbe9d745b, 0xbe657932, 0xbf247f3a, 0x3e8e752b, 0x3eaf39c7, 0xbf6b33f1, 0x3f5ce7c7, 0xbe5c59cd, 0xbe904398, 0x3f7bc9d6, 0x3f4a0674, 0xbf5399a7, 0xbe22728f, 0x3f65c128, 0x3eba260c, 0xbf6cb659, 0xbed2e51d, 0xbf1b3c01, 0xbf69dec8, 0xbf23ba46, 0xbe985894, 0xbed27357, 0xbf48c762, 0x3ead0be4, 0xbef43afe, 0x3e89a13c, 0x3f3b69e3, 0x3cb2b40e, 0xbf45c7d6, 0x3e87e0de, 0xbf6d0ef5, 0xbe3e2aeb, 0xbf5f22e3, 0xbe8559b5, 0x3effb931, 0xbf2c7ca2, 0xbe030c18, 0x3dda5709, 0x3f299350, 0x3ebba772, 0xbe6780ed, 0xbe8831b3, 0xbf45e1ec, 0xbcef3dab, 0xbea46aef, 0x3ecbfe40, 0xbf02196e};
static uint32_t call2_c[91] = {0xbf0536b4, 0x3f64833b, 0x3de6c7d0, 0x3e5824c1, 0xbf66051e, 0xbeb48b21, 0x3ec53e3f, 0x3ecf85f7, 0x3e7169d8, 0xbe3ae3ea, 0x3e7ed2bd, 0x3f7f048a, 0x3ecb967a, 0xbe66754d, 0x3f519877, 0x3d8aed19, 0xbf45294e, 0xbf79c76d, 0xbe47f8c3, 0x3eead9c1, 0xbc015086, 0xbf2ba1cc, 0xbf286583, 0x3cbdd24b, 0x3f21b080, 0x3f578767, 0xbf486ccb, 0xbf1254e4, 0xbe2fc001, 0x3c812450, 0xbf664f11, 0xbef9c0c6, 0xbdcc578e, 0xbd85cfd1, 0x3f6e1152, 0x3e7d6508, 0x3de4eb1d, 0xbf360482, 0xbe0cbf0e, 0xbf7dcd10, 0x3f4cdf83, 0x3ee6d9cc, 0xbf06a893, 0xbec816e5, 0x3eb03197, 0xbec292d3, 0xbcc5e2e7, 0x3eb65210, 0xbf7c4cc2, 0x3f650beb, 0x3f310224, 0x3eb018d6, 0xbe114904, 0x3eef9dd9, 0xbf0b82d6, 0xbe6d25d1, 0x3e96dc33, 0x3f30c6f6, 0xbd0bbc07, 0x3f669f63, 0x3d041b99, 0xbf0536b4, 0x3f64833b, 0x3de6c7d0, 0x3e5824c1, 0xbf66051e, 0xbeb48b21, 0x3ec53e3f, 0x3ecf85f7, 0x3e7169d8, 0xbe3ae3ea, 0x3e7ed2bd, 0x3f7f048a, 0x3ecb967a, 0xbe66754d, 0x3f519877, 0x3d8aed19, 0xbf45294e, 0xbf79c76d, 0xbe47f8c3, 0x3eead9c1, 0xbc015086, 0xbf2ba1cc, 0xbf286583, 0x3cbdd24b, 0x3f21b080, 0x3f578767, 0xbf486ccb, 0xbf1254e4, 0xbe2fc001, 0x3c812450};
static void call2(void) {
  for (int i = 61; i < 9282; i++) call2_a[i] = call2_a[i % 61];
  float *a = place(call2_a, 37128, 0, false);
  float *b = place(call2_b, 408, 3584, false);
  float *c = place(call2_c, 364, 896, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemv(101, 112, 102, 91, 0x1p+00, a, 91, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 37128, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 408, 3584, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 364, 896, false);
  for (int i = 0; i < 91; i++)
    if (i % 1 != 0 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 45, &c[45], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 2 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
