/* OPENBLAS_CORETYPE=Haswell /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: result[0] = 2885.224802972015 (0x40a68a73196009b2), want 2885.2248029720167 (0x40a68a73196009b6), 4 ulp apart
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
static uint64_t call1_a[10001] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac, 0x3fdf72bc4820e4c4, 0xbfb88f6ee792e690, 0x3fe95fbb374f2c4e, 0xbfde966c8ffd5214, 0xbfee7797f007d10a, 0xbfec7822aa99f156, 0xbfe2ac7c3a7fccee, 0xbfeed1301a1a389e, 0x3fef4a60971d5486, 0xbfde187477ea4044, 0x3fda3374d041c8a4, 0xbfd3f2b96a52ddbc, 0xbfd27f4fea77fa34, 0xbfe5bf1d5b79f682, 0xbfc20a0e26f235d8, 0x3fe5125ab59ef49a, 0xbfd141ff15855fc4, 0xbfeb285f43892cee, 0x3fea6e0baf2488ce, 0x3fe034a7ad5f7876, 0xbfe743d89512e8e6, 0xbfc1ade285f0b2c8, 0xbfbd2d5a231a1970, 0x3fdbbe9aef547204, 0x3fb8fbd00c92c770, 0x3fa560b4dc446b20, 0xbfd6d5c5f053311c, 0x3fea58c3dd64f442, 0x3fe05fbe586076aa, 0x3fde1e20d1da19a4, 0x3feb86641772f94e, 0x3fe3ea7e9cc92146, 0xbfeec52eead61b5a, 0x3fc34f7096918178, 0x3faf724c2cc089e0, 0x3fc2c015a97019e8, 0xbfd9fc9e74d68a04, 0xbfc3119a9cf596e8, 0x3fdf427658bb1f3c, 0x3fea43b51d9d0eaa, 0x3fedd18575ec687e, 0x3fd159a9f827a7ac, 0xbfcc22279458e5a8, 0xbfd06cba90a4d764, 0x3fd04c75b9ea1b3c, 0x3f9eb422991e71c0, 0xbfdb569d4effde1c, 0xbfe939a50d5eec3a, 0x3fd81301a2eecf04, 0xbfd85dbad3bea234, 0xbfb6b50e46686f10, 0xbfe008544997a132, 0xbfc286bfd2e2a3a8};
static uint64_t call1_b[10001] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac, 0x3fdf72bc4820e4c4, 0xbfb88f6ee792e690, 0x3fe95fbb374f2c4e, 0xbfde966c8ffd5214, 0xbfee7797f007d10a, 0xbfec7822aa99f156, 0xbfe2ac7c3a7fccee, 0xbfeed1301a1a389e, 0x3fef4a60971d5486, 0xbfde187477ea4044, 0x3fda3374d041c8a4, 0xbfd3f2b96a52ddbc, 0xbfd27f4fea77fa34, 0xbfe5bf1d5b79f682, 0xbfc20a0e26f235d8, 0x3fe5125ab59ef49a, 0xbfd141ff15855fc4, 0xbfeb285f43892cee, 0x3fea6e0baf2488ce, 0x3fe034a7ad5f7876, 0xbfe743d89512e8e6, 0xbfc1ade285f0b2c8, 0xbfbd2d5a231a1970, 0x3fdbbe9aef547204, 0x3fb8fbd00c92c770, 0x3fa560b4dc446b20, 0xbfd6d5c5f053311c, 0x3fea58c3dd64f442, 0x3fe05fbe586076aa, 0x3fde1e20d1da19a4, 0x3feb86641772f94e, 0x3fe3ea7e9cc92146, 0xbfeec52eead61b5a, 0x3fc34f7096918178, 0x3faf724c2cc089e0, 0x3fc2c015a97019e8, 0xbfd9fc9e74d68a04, 0xbfc3119a9cf596e8, 0x3fdf427658bb1f3c, 0x3fea43b51d9d0eaa, 0x3fedd18575ec687e, 0x3fd159a9f827a7ac, 0xbfcc22279458e5a8, 0xbfd06cba90a4d764, 0x3fd04c75b9ea1b3c, 0x3f9eb422991e71c0, 0xbfdb569d4effde1c, 0xbfe939a50d5eec3a, 0x3fd81301a2eecf04, 0xbfd85dbad3bea234, 0xbfb6b50e46686f10, 0xbfe008544997a132, 0xbfc286bfd2e2a3a8};
static void call1(void) {
  for (int i = 61; i < 10001; i++) call1_a[i] = call1_a[i % 61];
  for (int i = 61; i < 10001; i++) call1_b[i] = call1_b[i % 61];
  double *a = place(call1_a, 80008, 0, false);
  double *b = place(call1_b, 80008, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  double value = cblas_ddot(10001, a, 1, b, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 80008, 0, false);
  for (int i = 0; i < 10001; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 80008, 0, false);
  for (int i = 0; i < 10001; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  show(1, 0, &value, 8);
}

static uint64_t call2_a[10001] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac, 0x3fdf72bc4820e4c4, 0xbfb88f6ee792e690, 0x3fe95fbb374f2c4e, 0xbfde966c8ffd5214, 0xbfee7797f007d10a, 0xbfec7822aa99f156, 0xbfe2ac7c3a7fccee, 0xbfeed1301a1a389e, 0x3fef4a60971d5486, 0xbfde187477ea4044, 0x3fda3374d041c8a4, 0xbfd3f2b96a52ddbc, 0xbfd27f4fea77fa34, 0xbfe5bf1d5b79f682, 0xbfc20a0e26f235d8, 0x3fe5125ab59ef49a, 0xbfd141ff15855fc4, 0xbfeb285f43892cee, 0x3fea6e0baf2488ce, 0x3fe034a7ad5f7876, 0xbfe743d89512e8e6, 0xbfc1ade285f0b2c8, 0xbfbd2d5a231a1970, 0x3fdbbe9aef547204, 0x3fb8fbd00c92c770, 0x3fa560b4dc446b20, 0xbfd6d5c5f053311c, 0x3fea58c3dd64f442, 0x3fe05fbe586076aa, 0x3fde1e20d1da19a4, 0x3feb86641772f94e, 0x3fe3ea7e9cc92146, 0xbfeec52eead61b5a, 0x3fc34f7096918178, 0x3faf724c2cc089e0, 0x3fc2c015a97019e8, 0xbfd9fc9e74d68a04, 0xbfc3119a9cf596e8, 0x3fdf427658bb1f3c, 0x3fea43b51d9d0eaa, 0x3fedd18575ec687e, 0x3fd159a9f827a7ac, 0xbfcc22279458e5a8, 0xbfd06cba90a4d764, 0x3fd04c75b9ea1b3c, 0x3f9eb422991e71c0, 0xbfdb569d4effde1c, 0xbfe939a50d5eec3a, 0x3fd81301a2eecf04, 0xbfd85dbad3bea234, 0xbfb6b50e46686f10, 0xbfe008544997a132, 0xbfc286bfd2e2a3a8};
static uint64_t call2_b[10001] = {0xbfcddf57c684e238, 0x3feb9e279aa86e5a, 0x3fab117462002520, 0xbfadd11d5e36cde0, 0x3fcb39896a51a878, 0x3fe4f2e7c31d1faa, 0x3fd6414d5f0fa29c, 0xbfdd3df6629b74ac, 0x3fdf72bc4820e4c4, 0xbfb88f6ee792e690, 0x3fe95fbb374f2c4e, 0xbfde966c8ffd5214, 0xbfee7797f007d10a, 0xbfec7822aa99f156, 0xbfe2ac7c3a7fccee, 0xbfeed1301a1a389e, 0x3fef4a60971d5486, 0xbfde187477ea4044, 0x3fda3374d041c8a4, 0xbfd3f2b96a52ddbc, 0xbfd27f4fea77fa34, 0xbfe5bf1d5b79f682, 0xbfc20a0e26f235d8, 0x3fe5125ab59ef49a, 0xbfd141ff15855fc4, 0xbfeb285f43892cee, 0x3fea6e0baf2488ce, 0x3fe034a7ad5f7876, 0xbfe743d89512e8e6, 0xbfc1ade285f0b2c8, 0xbfbd2d5a231a1970, 0x3fdbbe9aef547204, 0x3fb8fbd00c92c770, 0x3fa560b4dc446b20, 0xbfd6d5c5f053311c, 0x3fea58c3dd64f442, 0x3fe05fbe586076aa, 0x3fde1e20d1da19a4, 0x3feb86641772f94e, 0x3fe3ea7e9cc92146, 0xbfeec52eead61b5a, 0x3fc34f7096918178, 0x3faf724c2cc089e0, 0x3fc2c015a97019e8, 0xbfd9fc9e74d68a04, 0xbfc3119a9cf596e8, 0x3fdf427658bb1f3c, 0x3fea43b51d9d0eaa, 0x3fedd18575ec687e, 0x3fd159a9f827a7ac, 0xbfcc22279458e5a8, 0xbfd06cba90a4d764, 0x3fd04c75b9ea1b3c, 0x3f9eb422991e71c0, 0xbfdb569d4effde1c, 0xbfe939a50d5eec3a, 0x3fd81301a2eecf04, 0xbfd85dbad3bea234, 0xbfb6b50e46686f10, 0xbfe008544997a132, 0xbfc286bfd2e2a3a8};
static void call2(void) {
  for (int i = 61; i < 10001; i++) call2_a[i] = call2_a[i % 61];
  for (int i = 61; i < 10001; i++) call2_b[i] = call2_b[i % 61];
  double *a = place(call2_a, 80008, 0, false);
  double *b = place(call2_b, 80008, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  double value = cblas_ddot(10001, a, 1, b, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 80008, 0, false);
  for (int i = 0; i < 10001; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 80008, 0, false);
  for (int i = 0; i < 10001; i++)
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
