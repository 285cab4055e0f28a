/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, symmetric: A times its transpose is symmetric to the last bit.
 * symmetric: A A' against its transpose: C[6] (row 0, column 6) = 0.30525923 (0x3e9c4af0), want 0.30525926 (0x3e9c4af1), 1 ulp apart
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
static uint32_t call1_a[128] = {0xbe6efabe, 0x3f5cf13d, 0x3d588ba3, 0xbd6e88eb, 0x3e59cc4b, 0x3f27973e, 0x3eb20a6b, 0xbee9efb3, 0x3efb95e2, 0xbdc47b77, 0x3f4afdda, 0xbef4b364, 0xbf73bcc0, 0xbf63c115, 0xbf1563e2, 0xbf768981, 0x3f7a5305, 0xbef0c3a4, 0x3ed19ba7, 0xbe9f95cb, 0xbe93fa7f, 0xbf2df8eb, 0xbe105071, 0x3f2892d6, 0xbe8a0ff9, 0xbf5942fa, 0x3f53705d, 0x3f01a53d, 0xbf3a1ec5, 0xbe0d6f14, 0xbde96ad1, 0x3eddf4d7, 0x3dc7de80, 0x3d2b05a7, 0xbeb6ae30, 0x3f52c61f, 0x3f02fdf3, 0x3ef0f107, 0x3f5c3321, 0x3f1f53f5, 0xbf762977, 0x3e1a7b85, 0x3d7b9261, 0x3e1600ad, 0xbecfe4f4, 0xbe188cd5, 0x3efa13b3, 0x3f521da9, 0x3f6e8c2c, 0x3e8acd50, 0xbe61113d, 0xbe8365d5, 0x3e8263ae, 0x3cf5a115, 0xbedab4ea, 0xbf49cd28, 0x3ec0980d, 0xbec2edd7, 0xbdb5a872, 0xbf0042a2, 0xbe1435ff, 0x3f2be0e1, 0x3ef8028d, 0xbe6d526e, 0x3ea9ed9f, 0x3f0cdabd, 0x3f046eb9, 0xbf66ebc2, 0x3ecbf2ad, 0xbf433f8d, 0xbe0bb199, 0xbe93f7aa, 0x3f399bcf, 0xbde43439, 0xbe07d582, 0xbe81f7fb, 0x3ea4959c, 0xbeec8b3f, 0xbe9e837a, 0x3f544fff, 0xbf52b518, 0x3f0d53fb, 0x3ef74492, 0x3f0a3ca4, 0x3f2dc873, 0x3f76fb84, 0xbee61848, 0xbf5ae522, 0x3e59c4ca, 0xbf7ef25d, 0x3e871b8a, 0xbe988cd5, 0xbf5c6538, 0x3f6ff8c1, 0x3d37157c, 0x3e17b21b, 0x3f492a48, 0xbe0b9ea3, 0xbe8ece7b, 0x3ed416de, 0xbf7d124a, 0xbf684e01, 0x3e53b252, 0xbf0365d5, 0xbf2f43c2, 0x3f2ceb35, 0xbdc56432, 0x3ed96c54, 0x3e7bd225, 0x3ed48759, 0x3f54ef5f, 0x3e3cb217, 0x3f3de205, 0xbdae3afc, 0xbee9ef60, 0xbd24e077, 0xbec1e5f4, 0x3f7c3677, 0xbf4da44f, 0x3f7f7abb, 0x3edc1657, 0xbf1d8da5, 0xbf402b04, 0x3f016256, 0xbf3cdaa0, 0xbedee236, 0x3f5e2709, 0x3e1682e2};
static uint32_t call1_b[128] = {0xbe6efabe, 0x3f5cf13d, 0x3d588ba3, 0xbd6e88eb, 0x3e59cc4b, 0x3f27973e, 0x3eb20a6b, 0xbee9efb3, 0x3efb95e2, 0xbdc47b77, 0x3f4afdda, 0xbef4b364, 0xbf73bcc0, 0xbf63c115, 0xbf1563e2, 0xbf768981, 0x3f7a5305, 0xbef0c3a4, 0x3ed19ba7, 0xbe9f95cb, 0xbe93fa7f, 0xbf2df8eb, 0xbe105071, 0x3f2892d6, 0xbe8a0ff9, 0xbf5942fa, 0x3f53705d, 0x3f01a53d, 0xbf3a1ec5, 0xbe0d6f14, 0xbde96ad1, 0x3eddf4d7, 0x3dc7de80, 0x3d2b05a7, 0xbeb6ae30, 0x3f52c61f, 0x3f02fdf3, 0x3ef0f107, 0x3f5c3321, 0x3f1f53f5, 0xbf762977, 0x3e1a7b85, 0x3d7b9261, 0x3e1600ad, 0xbecfe4f4, 0xbe188cd5, 0x3efa13b3, 0x3f521da9, 0x3f6e8c2c, 0x3e8acd50, 0xbe61113d, 0xbe8365d5, 0x3e8263ae, 0x3cf5a115, 0xbedab4ea, 0xbf49cd28, 0x3ec0980d, 0xbec2edd7, 0xbdb5a872, 0xbf0042a2, 0xbe1435ff, 0x3f2be0e1, 0x3ef8028d, 0xbe6d526e, 0x3ea9ed9f, 0x3f0cdabd, 0x3f046eb9, 0xbf66ebc2, 0x3ecbf2ad, 0xbf433f8d, 0xbe0bb199, 0xbe93f7aa, 0x3f399bcf, 0xbde43439, 0xbe07d582, 0xbe81f7fb, 0x3ea4959c, 0xbeec8b3f, 0xbe9e837a, 0x3f544fff, 0xbf52b518, 0x3f0d53fb, 0x3ef74492, 0x3f0a3ca4, 0x3f2dc873, 0x3f76fb84, 0xbee61848, 0xbf5ae522, 0x3e59c4ca, 0xbf7ef25d, 0x3e871b8a, 0xbe988cd5, 0xbf5c6538, 0x3f6ff8c1, 0x3d37157c, 0x3e17b21b, 0x3f492a48, 0xbe0b9ea3, 0xbe8ece7b, 0x3ed416de, 0xbf7d124a, 0xbf684e01, 0x3e53b252, 0xbf0365d5, 0xbf2f43c2, 0x3f2ceb35, 0xbdc56432, 0x3ed96c54, 0x3e7bd225, 0x3ed48759, 0x3f54ef5f, 0x3e3cb217, 0x3f3de205, 0xbdae3afc, 0xbee9ef60, 0xbd24e077, 0xbec1e5f4, 0x3f7c3677, 0xbf4da44f, 0x3f7f7abb, 0x3edc1657, 0xbf1d8da5, 0xbf402b04, 0x3f016256, 0xbf3cdaa0, 0xbedee236, 0x3f5e2709, 0x3e1682e2};
static uint32_t call1_c[256];
static void call1(void) {
  float *a = place(call1_a, 512, 2048, false);
  float *b = place(call1_b, 512, 2048, false);
  float *c = place(call1_c, 1024, 3072, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemm(101, 111, 112, 16, 16, 8, 0x1p+00, a, 8, b, 8, 0x0p+00, c, 16);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 512, 2048, false);
  for (int i = 0; i < 128; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 512, 2048, false);
  for (int i = 0; i < 128; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 1024, 3072, false);
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
