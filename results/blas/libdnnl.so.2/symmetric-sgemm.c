/* /usr/lib/x86_64-linux-gnu/libdnnl.so.2, symmetric: A times its transpose is symmetric to the last bit.
 * symmetric: A A' against its transpose: C[20] (row 2, column 6) = -0 (0x80000000), want 0 (0x00000000), 0 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/libdnnl.so.2.6 -o case
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

int dnnl_sgemm(char, char, int64_t, int64_t, int64_t, float, float *, int64_t, float *, int64_t, float, float *, int64_t);
static uint32_t call1_a[189] = {0x000c4f35, 0x0005dc54, 0x8005cf86, 0x8002099d, 0x000c2446, 0x00099370, 0x800fbaaa, 0x800d9fcb, 0x00078b88, 0x000d4695, 0x8001c549, 0x0004b56b, 0x000f4178, 0x00094f5a, 0x80090ebd, 0x800e9aef, 0x800c169b, 0x800187ba, 0x000e20d1, 0x0004fd39, 0x0007b84b, 0x80000ad4, 0x800732b1, 0x00076a3b, 0x8009a9f8, 0x8003456f, 0x800b4229, 0x800cb5e5, 0x0002452c, 0x000f576c, 0x00083855, 0x000ad91b, 0x8006af3f, 0x80050f8a, 0x00001cc6, 0x80010aca, 0x800e5e35, 0x80010096, 0x800e9815, 0x0003ffc0, 0x0004fed6, 0x000f2909, 0x800ee10b, 0x8006b796, 0x800368c9, 0x800e6562, 0x000e303e, 0x800b21b5, 0x000615d7, 0x0002dbbc, 0x000c7fbd, 0x00068adf, 0x000acd4b, 0x800d8a80, 0x8000eb14, 0x800b216c, 0x000e2823, 0x000c7e22, 0x000d9dba, 0x800eaed8, 0x800c96de, 0x00089589, 0x8003b94f, 0x80082e20, 0x80038c8c, 0x0004d657, 0x80075cb3, 0x800b3dc5, 0x80025955, 0x80097d1b, 0x8007ad9c, 0x00091bc3, 0x000de782, 0x800fee3b, 0x80066e7f, 0x000a528c, 0x800818e5, 0x80043659, 0x8008c10a, 0x0001430e, 0x000d98c6, 0x000a439b, 0x00024314, 0x8007318c, 0x8004afae, 0x0005e6f4, 0x800ac4f2, 0x800d6f2c, 0x0000be1f, 0x00018829, 0x8004ba6c, 0x000c76a1, 0x0002d139, 0x0004714a, 0x800eadba, 0x000c0c00, 0x000417cd, 0x0000121d, 0x000e0cb9, 0x8009ccd6, 0x00000c40, 0x800be909, 0x800ea142, 0x800d0e08, 0x00016b7c, 0x00058584, 0x800d4346, 0x00071e60, 0x0004e02e, 0x800380fd, 0x00067841, 0x8004b861, 0x8008599b, 0x80071beb, 0x8001ea29, 0x80005b41, 0x800a5f9d, 0x0008104b, 0x800ee771, 0x800eac77, 0x800e802b, 0x000fa6a5, 0x0006f7a7, 0x000112d6, 0x800e808a, 0x8004c55e, 0x800fc252, 0x800c195d, 0x00006b15, 0x00037991, 0x0007ef24, 0x800f785b, 0x0004e8a8, 0x00000a51, 0x000cf639, 0x800ea068, 0x0009183f, 0x0005d15a, 0x000558fb, 0x800a35e9, 0x000f1ba0, 0x80004789, 0x80090b03, 0x000400e0, 0x000098ff, 0x0003f3e2, 0x00012820, 0x80080153, 0x0004c847, 0x800bd983, 0x80058d35, 0x800b2e31, 0x0007f688, 0x800031cb, 0x0006cfaf, 0x80098b62, 0x80026c60, 0x000f6021, 0x800ef72a, 0x0006698d, 0x000325b8, 0x000b318c, 0x000c0acb, 0x00048736, 0x00009ad1, 0x000d3805, 0x80016df7, 0x00041d36, 0x8000b487, 0x8001843a, 0x00065761, 0x8003f2c6, 0x00040919, 0x0002f390, 0x00025213, 0x80047d35, 0x000d829a, 0x800abfcd, 0x800bcd39, 0x000b3530, 0x80048de9, 0x80073f66, 0x0003ba60, 0x800f9649, 0x8007b1af, 0x800705dd, 0x800195a5, 0x0001a986, 0x80057243};
static uint32_t call1_b[189] = {0x000c4f35, 0x0005dc54, 0x8005cf86, 0x8002099d, 0x000c2446, 0x00099370, 0x800fbaaa, 0x800d9fcb, 0x00078b88, 0x000d4695, 0x8001c549, 0x0004b56b, 0x000f4178, 0x00094f5a, 0x80090ebd, 0x800e9aef, 0x800c169b, 0x800187ba, 0x000e20d1, 0x0004fd39, 0x0007b84b, 0x80000ad4, 0x800732b1, 0x00076a3b, 0x8009a9f8, 0x8003456f, 0x800b4229, 0x800cb5e5, 0x0002452c, 0x000f576c, 0x00083855, 0x000ad91b, 0x8006af3f, 0x80050f8a, 0x00001cc6, 0x80010aca, 0x800e5e35, 0x80010096, 0x800e9815, 0x0003ffc0, 0x0004fed6, 0x000f2909, 0x800ee10b, 0x8006b796, 0x800368c9, 0x800e6562, 0x000e303e, 0x800b21b5, 0x000615d7, 0x0002dbbc, 0x000c7fbd, 0x00068adf, 0x000acd4b, 0x800d8a80, 0x8000eb14, 0x800b216c, 0x000e2823, 0x000c7e22, 0x000d9dba, 0x800eaed8, 0x800c96de, 0x00089589, 0x8003b94f, 0x80082e20, 0x80038c8c, 0x0004d657, 0x80075cb3, 0x800b3dc5, 0x80025955, 0x80097d1b, 0x8007ad9c, 0x00091bc3, 0x000de782, 0x800fee3b, 0x80066e7f, 0x000a528c, 0x800818e5, 0x80043659, 0x8008c10a, 0x0001430e, 0x000d98c6, 0x000a439b, 0x00024314, 0x8007318c, 0x8004afae, 0x0005e6f4, 0x800ac4f2, 0x800d6f2c, 0x0000be1f, 0x00018829, 0x8004ba6c, 0x000c76a1, 0x0002d139, 0x0004714a, 0x800eadba, 0x000c0c00, 0x000417cd, 0x0000121d, 0x000e0cb9, 0x8009ccd6, 0x00000c40, 0x800be909, 0x800ea142, 0x800d0e08, 0x00016b7c, 0x00058584, 0x800d4346, 0x00071e60, 0x0004e02e, 0x800380fd, 0x00067841, 0x8004b861, 0x8008599b, 0x80071beb, 0x8001ea29, 0x80005b41, 0x800a5f9d, 0x0008104b, 0x800ee771, 0x800eac77, 0x800e802b, 0x000fa6a5, 0x0006f7a7, 0x000112d6, 0x800e808a, 0x8004c55e, 0x800fc252, 0x800c195d, 0x00006b15, 0x00037991, 0x0007ef24, 0x800f785b, 0x0004e8a8, 0x00000a51, 0x000cf639, 0x800ea068, 0x0009183f, 0x0005d15a, 0x000558fb, 0x800a35e9, 0x000f1ba0, 0x80004789, 0x80090b03, 0x000400e0, 0x000098ff, 0x0003f3e2, 0x00012820, 0x80080153, 0x0004c847, 0x800bd983, 0x80058d35, 0x800b2e31, 0x0007f688, 0x800031cb, 0x0006cfaf, 0x80098b62, 0x80026c60, 0x000f6021, 0x800ef72a, 0x0006698d, 0x000325b8, 0x000b318c, 0x000c0acb, 0x00048736, 0x00009ad1, 0x000d3805, 0x80016df7, 0x00041d36, 0x8000b487, 0x8001843a, 0x00065761, 0x8003f2c6, 0x00040919, 0x0002f390, 0x00025213, 0x80047d35, 0x000d829a, 0x800abfcd, 0x800bcd39, 0x000b3530, 0x80048de9, 0x80073f66, 0x0003ba60, 0x800f9649, 0x8007b1af, 0x800705dd, 0x800195a5, 0x0001a986, 0x80057243};
static uint32_t call1_c[49];
static void call1(void) {
  float *a = place(call1_a, 756, 2304, false);
  float *b = place(call1_b, 756, 2304, false);
  float *c = place(call1_c, 196, 1040, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  dnnl_sgemm('N', 'T', 7, 7, 27, 0x1p+00, a, 27, b, 27, 0x0p+00, c, 7);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 756, 2304, false);
  for (int i = 0; i < 189; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 756, 2304, false);
  for (int i = 0; i < 189; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 196, 1040, false);
  for (int i = 0; i < 49; i++)
    if (i % 7 >= 7 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 20, &c[20], 4);
  show(1, 44, &c[44], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
