/* OPENBLAS_CORETYPE=Sandybridge /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: result[0] = -26.678414342062805 (0xc03aadac8ff44c0f), want -26.6784143420628 (0xc03aadac8ff44c0e), 1 ulp apart
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

double cblas_ddot(int, double *, int, double *, int);
static uint64_t call1_a[10009] = {0x3fd4381d42d7b34c, 0xbfefc4092463e9ca, 0x3fe26d2f7d9c1dc6, 0xbf8076844a30a380, 0xbfcdee3fa1c6c8f8, 0xbfe8a6aeba930c7e, 0xbfdd9e7ea865365c, 0x3fe158cd7f9800b6, 0x3fef61e2da8408fe, 0xbfdb5e5291956ce4, 0x3fd0364a9e978bd4, 0x3fe26c377fe96716, 0x3fb2aa0d00991130, 0xbfe50a78d906c4e6, 0xbfcb749de36b05d8, 0x3f9f35f89e10f240, 0x3fd49a0c169516fc, 0xbfcb9791157d96e8, 0x3fd028ac53f6f734, 0x3fe04319307b4ee6, 0x3fde15b96af9ef7c, 0xbfd259c8a9aa45f4, 0x3fe28a104fcbcf72, 0xbfc725d81c49c418, 0xbfcf0323c22caec8, 0xbfd2b83c01e557b4, 0xbfe53c8a5eb965ba, 0x3fe4d00485ced88e, 0xbfdce5e57cdf2ac4, 0xbfc954adecc82b38, 0x3fcfd77bcb3997c8, 0x3fd227e2cb116004, 0x3fed962f34fd498a, 0xbfe2db29d715cc6e, 0x3fec0a4cd42fb6a2, 0x3fb4511a87aa9550, 0x3fd3b7696320ba6c, 0x3fdf8ab5b5533564, 0xbfec7bb25bc71a5a, 0xbf5ef060de1b5c00, 0x3fef33db5e0aaa2a, 0x3fd06dd7fe22fbb4, 0xbfe5107a9c731ef2, 0xbfec10f28e7f7452, 0xbfe0c74f8208682e, 0xbfef9f3aec7686c6, 0x3fd74f972421f97c, 0xbfe1b167a637420a, 0xbfe9192a66275722, 0x3fd3ac08ea97b1ec, 0xbfc8f825cd148748, 0xbfcd6d0314ea42b8, 0xbfc1b87b9973dee8, 0x3fe04124efaa0956, 0x3fc05e93b8f31928, 0x3fe7f4e44e4eb782, 0xbfe2aa58a89756d2, 0x3fd091bbddda3074, 0xbfe4a73a274ec5ae, 0xbfad9a9bf64f01a0, 0x3fe2f9f3b3d6e7be};
static uint64_t call1_b[10009] = {0x3fc3db272fc07328, 0xbfc0f772bedadad8, 0x3fd89939f1a9e1d4, 0xbfe521e0facbfd26, 0xbf9822ab273350c0, 0xbf968dcdfa72cbc0, 0x3fe9bf0013ff050e, 0xbfdfe4369d39faf4, 0x3fea50a51d5fface, 0x3fe02df8b07a653a, 0x3fe52efda645440e, 0x3fe8d54e6fafa672, 0xbfd2e55aa8ad9d04, 0xbfd54836173df604, 0xbfeedf735748c0be, 0x3fd4c47c879ddfb4, 0xbfe082fb41f696b6, 0xbfeee875006d1286, 0x3fd7f5a412ad6cdc, 0xbfcab0de66aed3b8, 0xbfe21d0b82031f5e, 0x3fec1aeec0e5590e, 0x3fc75f0ae3ab3a58, 0xbfe6d5b78581142e, 0x3fefa85d35bbb0e2, 0x3fe48171b7fb14da, 0xbfc9679995ea67d8, 0xbfbc980597b5c4b0, 0xbfe26f25da5c2f32, 0xbfebe851e44116f6, 0xbfe8671add4c9482, 0xbfe933b164e2a03a, 0xbfdeea1b5f0b505c, 0x3fee18fb55c3c8ea, 0xbfc91a421035db98, 0xbfd8cb9dbf2213cc, 0x3fe578053d93f332, 0xbfee3ffc80f2472e, 0xbfec5d5030b1c7e6, 0xbfe19d51e59581e2, 0xbfe24722dc7b1e52, 0x3fd142196a03819c, 0x3fdb57950eb37adc, 0x3fda22df50215494, 0x3fd0912b062d9994, 0x3fc55f1f37fd8b68, 0xbf99ae00f928d5c0, 0xbfce72547d45f038, 0xbfec338f39f70cba, 0x3fd94967bd4e3584, 0xbfcc8c9d489f52f8, 0x3fe947877154e09a, 0x3fe21a31ac3824fe, 0xbfec49f85010a796, 0x3fe9ae5f62a6d336, 0x3fe532d6587bc4de, 0x3fe48526cf55a14a, 0x3fed1462e7b658f2, 0xbf56bf0f1c26dc00, 0x3fe2af1091121df2, 0x3fe767e3bdc29ebe};
static void call1(void) {
  for (int i = 61; i < 10009; i++) call1_a[i] = call1_a[i % 61];
  for (int i = 61; i < 10009; i++) call1_b[i] = call1_b[i % 61];
  double *a = place(call1_a, 80072, 0, false);
  double *b = place(call1_b, 80072, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  double value = cblas_ddot(10009, a, 1, b, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 80072, 0, false);
  for (int i = 0; i < 10009; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 80072, 0, false);
  for (int i = 0; i < 10009; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  show(1, 0, &value, 8);
}

static uint64_t call2_a[10009] = {0x3fd4381d42d7b34c, 0xbfefc4092463e9ca, 0x3fe26d2f7d9c1dc6, 0xbf8076844a30a380, 0xbfcdee3fa1c6c8f8, 0xbfe8a6aeba930c7e, 0xbfdd9e7ea865365c, 0x3fe158cd7f9800b6, 0x3fef61e2da8408fe, 0xbfdb5e5291956ce4, 0x3fd0364a9e978bd4, 0x3fe26c377fe96716, 0x3fb2aa0d00991130, 0xbfe50a78d906c4e6, 0xbfcb749de36b05d8, 0x3f9f35f89e10f240, 0x3fd49a0c169516fc, 0xbfcb9791157d96e8, 0x3fd028ac53f6f734, 0x3fe04319307b4ee6, 0x3fde15b96af9ef7c, 0xbfd259c8a9aa45f4, 0x3fe28a104fcbcf72, 0xbfc725d81c49c418, 0xbfcf0323c22caec8, 0xbfd2b83c01e557b4, 0xbfe53c8a5eb965ba, 0x3fe4d00485ced88e, 0xbfdce5e57cdf2ac4, 0xbfc954adecc82b38, 0x3fcfd77bcb3997c8, 0x3fd227e2cb116004, 0x3fed962f34fd498a, 0xbfe2db29d715cc6e, 0x3fec0a4cd42fb6a2, 0x3fb4511a87aa9550, 0x3fd3b7696320ba6c, 0x3fdf8ab5b5533564, 0xbfec7bb25bc71a5a, 0xbf5ef060de1b5c00, 0x3fef33db5e0aaa2a, 0x3fd06dd7fe22fbb4, 0xbfe5107a9c731ef2, 0xbfec10f28e7f7452, 0xbfe0c74f8208682e, 0xbfef9f3aec7686c6, 0x3fd74f972421f97c, 0xbfe1b167a637420a, 0xbfe9192a66275722, 0x3fd3ac08ea97b1ec, 0xbfc8f825cd148748, 0xbfcd6d0314ea42b8, 0xbfc1b87b9973dee8, 0x3fe04124efaa0956, 0x3fc05e93b8f31928, 0x3fe7f4e44e4eb782, 0xbfe2aa58a89756d2, 0x3fd091bbddda3074, 0xbfe4a73a274ec5ae, 0xbfad9a9bf64f01a0, 0x3fe2f9f3b3d6e7be};
static uint64_t call2_b[10009] = {0x3fc3db272fc07328, 0xbfc0f772bedadad8, 0x3fd89939f1a9e1d4, 0xbfe521e0facbfd26, 0xbf9822ab273350c0, 0xbf968dcdfa72cbc0, 0x3fe9bf0013ff050e, 0xbfdfe4369d39faf4, 0x3fea50a51d5fface, 0x3fe02df8b07a653a, 0x3fe52efda645440e, 0x3fe8d54e6fafa672, 0xbfd2e55aa8ad9d04, 0xbfd54836173df604, 0xbfeedf735748c0be, 0x3fd4c47c879ddfb4, 0xbfe082fb41f696b6, 0xbfeee875006d1286, 0x3fd7f5a412ad6cdc, 0xbfcab0de66aed3b8, 0xbfe21d0b82031f5e, 0x3fec1aeec0e5590e, 0x3fc75f0ae3ab3a58, 0xbfe6d5b78581142e, 0x3fefa85d35bbb0e2, 0x3fe48171b7fb14da, 0xbfc9679995ea67d8, 0xbfbc980597b5c4b0, 0xbfe26f25da5c2f32, 0xbfebe851e44116f6, 0xbfe8671add4c9482, 0xbfe933b164e2a03a, 0xbfdeea1b5f0b505c, 0x3fee18fb55c3c8ea, 0xbfc91a421035db98, 0xbfd8cb9dbf2213cc, 0x3fe578053d93f332, 0xbfee3ffc80f2472e, 0xbfec5d5030b1c7e6, 0xbfe19d51e59581e2, 0xbfe24722dc7b1e52, 0x3fd142196a03819c, 0x3fdb57950eb37adc, 0x3fda22df50215494, 0x3fd0912b062d9994, 0x3fc55f1f37fd8b68, 0xbf99ae00f928d5c0, 0xbfce72547d45f038, 0xbfec338f39f70cba, 0x3fd94967bd4e3584, 0xbfcc8c9d489f52f8, 0x3fe947877154e09a, 0x3fe21a31ac3824fe, 0xbfec49f85010a796, 0x3fe9ae5f62a6d336, 0x3fe532d6587bc4de, 0x3fe48526cf55a14a, 0x3fed1462e7b658f2, 0xbf56bf0f1c26dc00, 0x3fe2af1091121df2, 0x3fe767e3bdc29ebe};
static void call2(void) {
  for (int i = 61; i < 10009; i++) call2_a[i] = call2_a[i % 61];
  for (int i = 61; i < 10009; i++) call2_b[i] = call2_b[i % 61];
  double *a = place(call2_a, 80072, 0, false);
  double *b = place(call2_b, 80072, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  double value = cblas_ddot(10009, a, 1, b, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 80072, 0, false);
  for (int i = 0; i < 10009; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 80072, 0, false);
  for (int i = 0; i < 10009; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  show(2, 0, &value, 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 2 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
