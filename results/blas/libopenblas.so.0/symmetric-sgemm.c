/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, symmetric: A times its transpose is symmetric to the last bit.
 * symmetric: A A' against its transpose: C[6] (row 0, column 6) = -0.44311613 (0xbee2e01e), want -0.4431161 (0xbee2e01d), 1 ulp apart
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

void cblas_sgemm(int, int, int, int, int, int, float, float *, int, float *, int, float, float *, int);
static uint32_t call1_a[191] = {0xbe32674f, 0x3f2d7b92, 0x3f173aeb, 0x3f333f44, 0xbf58093d, 0xbf2e07c2, 0xbea7cd5f, 0xbf2f506b, 0xbeb516ad, 0x3f5f0063, 0xbefbf254, 0x00000000, 0x3e992ca5, 0xbf4d3134, 0x3eac909f, 0xbe552b80, 0x3f45efec, 0x3e7f5168, 0x3f5b7f39, 0x3ecb239b, 0x3e5fba41, 0xbef63754, 0xbeb03a18, 0x00000000, 0x3d618f51, 0x3f1898a9, 0x3f1bae56, 0xbf569417, 0xbf00cbbd, 0xbf70bff2, 0xbf541dc4, 0x3e2c8af0, 0x3de99e66, 0x3ea07349, 0xbe651323, 0x00000000, 0x3f6db9a0, 0xbf0a4592, 0x3ee35bb2, 0x3e94e707, 0xbc880d86, 0x3eced436, 0xbf2ce3f9, 0xbe883a37, 0xbe909b2a, 0xbda8cffd, 0xbf08dd26, 0x00000000, 0xbf2f38e2, 0x3edcc3da, 0x3c98e2d2, 0xbf5c024c, 0xbf2fdb0b, 0xbf39450c, 0x3ebc5922, 0xbea75b45, 0x3f45ea05, 0x3e93f0e9, 0x3de02498, 0x00000000, 0x3e53c20f, 0x3d1a4882, 0x3cd4e3ae, 0xbf681325, 0x3e9ac48b, 0x3e989c6d, 0x3efcca4a, 0xbe2cfe98, 0x3e5548d5, 0x3f4ffabf, 0xbf01a777, 0x00000000, 0x3f1de870, 0xbf488538, 0x3f77b899, 0xbf0a056b, 0xbebdf9cb, 0x3be56932, 0xbf27b0ae, 0x3ebde447, 0x3f3a5ce4, 0x3ea4483a, 0x3f16e756, 0x00000000, 0xbf3ea6e8, 0x3db84db6, 0x3f5a79fe, 0x3e2cfec8, 0xbe27b872, 0xbe99d5eb, 0x3f3aa5b3, 0xbf6cc73c, 0xbf2c7c6e, 0xbf6ff573, 0x3ef8c2dc, 0x00000000, 0xbec4a907, 0xbf59705c, 0x3eb58873, 0x3f6ebe28, 0x3eae924f, 0x3e8289dd, 0x3f0c519b, 0xbf33c4cf, 0x3efb6297, 0xbf188215, 0x3e4c9553, 0x00000000, 0x3e93d73e, 0xbcde3b0d, 0xbe17c493, 0x3eb2bd87, 0xbf18b107, 0x3e47ffa8, 0xbf734ec7, 0xbf7e7ac1, 0x3f623e89, 0x3ea63fc2, 0xbe45f45f, 0x00000000, 0xbf407a47, 0x3e97e9e3, 0x3e0a9b7c, 0x3f12b465, 0x3f1d4af5, 0x3f7ad1fc, 0x3e463a92, 0xbe3953f8, 0xbf7aef41, 0x3f4a1d25, 0x3f4906b9, 0x00000000, 0xbf358e36, 0x3f02c1c8, 0xbf66a23c, 0xbef4ad58, 0xbe30cd67, 0x3f741d45, 0xbf4414b6, 0xbf6ad725, 0x3f77b4ef, 0x3ebb3175, 0xbf204290, 0x00000000, 0xbed07114, 0x3efb6bb3, 0xbe579b3e, 0x3ed50aeb, 0xbf14ee3c, 0x3e618a2e, 0xbe180862, 0xbec30def, 0xbee27272, 0x3f23e7ea, 0x3ebead27, 0x00000000, 0x3ec84af6, 0xbde56b75, 0x3e77191c, 0xbf506090, 0x3e163044, 0x3dc60578, 0xbd905cf3, 0x3f2c4d4d, 0xbefd3670, 0x3efe0a61, 0x3f59f676, 0x00000000, 0xbea471f1, 0xbf3133eb, 0xbe96532c, 0x3f0b18d5, 0x3f5489ff, 0xbeba566f, 0xbe99d258, 0x3f49f15b, 0x3f67ce9e, 0xbdae09d9, 0xbed23f5e, 0x00000000, 0x3e0f5220, 0x3e3963f9, 0xbf1714b8, 0x3dcc524e, 0x3f5af125, 0xbf4341e0, 0x3f2f573a, 0xbe169fcf, 0x3e20a330, 0xbec39130, 0x394e01d3};
static uint32_t call1_b[191] = {0xbe32674f, 0x3f2d7b92, 0x3f173aeb, 0x3f333f44, 0xbf58093d, 0xbf2e07c2, 0xbea7cd5f, 0xbf2f506b, 0xbeb516ad, 0x3f5f0063, 0xbefbf254, 0x00000000, 0x3e992ca5, 0xbf4d3134, 0x3eac909f, 0xbe552b80, 0x3f45efec, 0x3e7f5168, 0x3f5b7f39, 0x3ecb239b, 0x3e5fba41, 0xbef63754, 0xbeb03a18, 0x00000000, 0x3d618f51, 0x3f1898a9, 0x3f1bae56, 0xbf569417, 0xbf00cbbd, 0xbf70bff2, 0xbf541dc4, 0x3e2c8af0, 0x3de99e66, 0x3ea07349, 0xbe651323, 0x00000000, 0x3f6db9a0, 0xbf0a4592, 0x3ee35bb2, 0x3e94e707, 0xbc880d86, 0x3eced436, 0xbf2ce3f9, 0xbe883a37, 0xbe909b2a, 0xbda8cffd, 0xbf08dd26, 0x00000000, 0xbf2f38e2, 0x3edcc3da, 0x3c98e2d2, 0xbf5c024c, 0xbf2fdb0b, 0xbf39450c, 0x3ebc5922, 0xbea75b45, 0x3f45ea05, 0x3e93f0e9, 0x3de02498, 0x00000000, 0x3e53c20f, 0x3d1a4882, 0x3cd4e3ae, 0xbf681325, 0x3e9ac48b, 0x3e989c6d, 0x3efcca4a, 0xbe2cfe98, 0x3e5548d5, 0x3f4ffabf, 0xbf01a777, 0x00000000, 0x3f1de870, 0xbf488538, 0x3f77b899, 0xbf0a056b, 0xbebdf9cb, 0x3be56932, 0xbf27b0ae, 0x3ebde447, 0x3f3a5ce4, 0x3ea4483a, 0x3f16e756, 0x00000000, 0xbf3ea6e8, 0x3db84db6, 0x3f5a79fe, 0x3e2cfec8, 0xbe27b872, 0xbe99d5eb, 0x3f3aa5b3, 0xbf6cc73c, 0xbf2c7c6e, 0xbf6ff573, 0x3ef8c2dc, 0x00000000, 0xbec4a907, 0xbf59705c, 0x3eb58873, 0x3f6ebe28, 0x3eae924f, 0x3e8289dd, 0x3f0c519b, 0xbf33c4cf, 0x3efb6297, 0xbf188215, 0x3e4c9553, 0x00000000, 0x3e93d73e, 0xbcde3b0d, 0xbe17c493, 0x3eb2bd87, 0xbf18b107, 0x3e47ffa8, 0xbf734ec7, 0xbf7e7ac1, 0x3f623e89, 0x3ea63fc2, 0xbe45f45f, 0x00000000, 0xbf407a47, 0x3e97e9e3, 0x3e0a9b7c, 0x3f12b465, 0x3f1d4af5, 0x3f7ad1fc, 0x3e463a92, 0xbe3953f8, 0xbf7aef41, 0x3f4a1d25, 0x3f4906b9, 0x00000000, 0xbf358e36, 0x3f02c1c8, 0xbf66a23c, 0xbef4ad58, 0xbe30cd67, 0x3f741d45, 0xbf4414b6, 0xbf6ad725, 0x3f77b4ef, 0x3ebb3175, 0xbf204290, 0x00000000, 0xbed07114, 0x3efb6bb3, 0xbe579b3e, 0x3ed50aeb, 0xbf14ee3c, 0x3e618a2e, 0xbe180862, 0xbec30def, 0xbee27272, 0x3f23e7ea, 0x3ebead27, 0x00000000, 0x3ec84af6, 0xbde56b75, 0x3e77191c, 0xbf506090, 0x3e163044, 0x3dc60578, 0xbd905cf3, 0x3f2c4d4d, 0xbefd3670, 0x3efe0a61, 0x3f59f676, 0x00000000, 0xbea471f1, 0xbf3133eb, 0xbe96532c, 0x3f0b18d5, 0x3f5489ff, 0xbeba566f, 0xbe99d258, 0x3f49f15b, 0x3f67ce9e, 0xbdae09d9, 0xbed23f5e, 0x00000000, 0x3e0f5220, 0x3e3963f9, 0xbf1714b8, 0x3dcc524e, 0x3f5af125, 0xbf4341e0, 0x3f2f573a, 0xbe169fcf, 0x3e20a330, 0xbec39130, 0x394e01d3};
static uint32_t call1_c[256];
static void call1(void) {
  float *a = place(call1_a, 764, 2304, false);
  float *b = place(call1_b, 764, 2304, false);
  float *c = place(call1_c, 1024, 2048, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 16, 16, 11, 0x1p+00, a, 12, b, 12, 0x0p+00, c, 16);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 764, 2304, false);
  for (int i = 0; i < 191; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 764, 2304, false);
  for (int i = 0; i < 191; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 1024, 2048, false);
  for (int i = 0; i < 256; i++)
    if (i % 16 >= 16 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 6, &c[6], 4);
  show(1, 96, &c[96], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  if (only == 0 || only == 1) call1();
  return 0;
}
