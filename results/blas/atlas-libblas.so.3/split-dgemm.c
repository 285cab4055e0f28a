/* /usr/lib/x86_64-linux-gnu/atlas/libblas.so.3, split: C has the same bits computed whole or in blocks.
 * split: C[0] (row 0, column 0) = 9.91886e-319 (0x0000000000031038), want 9.9189e-319 (0x0000000000031039), 1 ulp apart
 * Build: cc THIS.c /usr/lib/x86_64-linux-gnu/atlas/libblas.so.3.10.3 -o case
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
static const uint64_t call1_a[] = {0xbfbefeabb2c4aeb0, 0x3fbefeabb2c4aeb0};
static const uint64_t call1_b[] = {0x8000000000042308, 0x800000000009413d, 0x00000000000e1e59, 0x80000000000a69d7, 0x0000000000028519, 0x00000000000ab056, 0x000000000008ca07, 0x800000000008b734, 0x00000000000f23f6, 0x0000000000088396, 0x800000000007b1da, 0x80000000000b7c84, 0x00000000000f3ce5, 0x80000000000f21c2, 0x800000000006e4d7, 0x80000000000fc162, 0x00000000000c2374, 0x00000000000c46e0};
static const uint64_t call1_c[] = {0x3fd0aa0d2621aaac, 0xbfd0aa0d2621aaac, 0x3fd9506746b2a28c, 0xbfd9506746b2a28c, 0xbfdae3346fdcfc6c, 0x3fdae3346fdcfc6c, 0x3feec48f37bd35a2, 0xbfeec48f37bd35a2, 0x3fe092196b790386};
static void call1(void) {
  double *a = place(call1_a, 16, 2672, false);
  double *b = place(call1_b, 144, 3536, false);
  double *c = place(call1_c, 72, 1040, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 1, 9, 2, 0x1p+01, a, 2, b, 9, 0x0p+00, c, 9);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  show(1, 0, &c[0], 8);
}

static const uint64_t call2_a[] = {0xbfbefeabb2c4aeb0, 0x3fbefeabb2c4aeb0};
static const uint64_t call2_b[] = {0x8000000000042308, 0x800000000009413d, 0x00000000000e1e59, 0x80000000000a69d7, 0x0000000000028519, 0x00000000000ab056, 0x000000000008ca07, 0x800000000008b734, 0x00000000000f23f6, 0x80000000000776d5, 0x8000000000023ccd, 0x8000000000040169, 0x0000000000005a65, 0x000000000004ab37, 0x8000000000036902, 0x80000000000d5392, 0x8000000000044192, 0x800000000006d63a, 0x80000000000eef4e, 0x80000000000e7868, 0x80000000000baba2, 0x80000000000c5e02, 0x0000000000051b67, 0x00000000000cff3e, 0x80000000000a431c, 0x800000000004dccc, 0x00000000000cf3a2, 0x80000000000d43b1, 0x000000000003d0c7, 0x0000000000018cd2, 0x80000000000ae8df, 0x000000000005423a, 0x800000000002610c, 0x80000000000bff00, 0x800000000002e1bb, 0x8000000000050086, 0x80000000000d0590, 0x8000000000054ff5, 0x800000000005149d, 0x80000000000ce562, 0x0000000000098a12, 0x0000000000099670, 0x00000000000b4d01, 0x00000000000a52d6, 0x8000000000042d9d, 0x00000000000570fa, 0x000000000006333f, 0x80000000000509ae, 0x8000000000003661, 0x80000000000289f2, 0x0000000000088396, 0x800000000007b1da, 0x80000000000b7c84, 0x00000000000f3ce5, 0x80000000000f21c2, 0x800000000006e4d7, 0x80000000000fc162, 0x00000000000c2374, 0x00000000000c46e0, 0x0000000000007771, 0x000000000005c916, 0x800000000001d0ea, 0x800000000001a165, 0x8000000000070735, 0x80000000000c9a99, 0x00000000000b5e8e, 0x80000000000d6a92, 0x800000000009e7b6, 0x000000000002d4f3, 0x0000000000018cb5, 0x80000000000cacde, 0x0000000000061eea, 0x800000000002155b, 0x000000000001daf2, 0x000000000004db7e, 0x8000000000024a4c, 0x00000000000b9fa1, 0x00000000000320ba, 0x80000000000e54a9, 0x0000000000097a9d, 0x80000000000356a0, 0x00000000000f828e, 0x00000000000f59a7, 0x80000000000386b9, 0x0000000000089c3c, 0x00000000000ad826, 0x800000000000242e, 0x00000000000ad74b, 0x800000000004efa7, 0x00000000000b3910, 0x8000000000042d47, 0x0000000000082379, 0x8000000000018281, 0x0000000000032bca, 0x000000000009c524, 0x80000000000ccebe, 0x0000000000043e51, 0x80000000000a9687, 0x0000000000020d18, 0x00000000000ea88a};
static const uint64_t call2_c[] = {0x3fd0aa0d2621aaac, 0xbfd0aa0d2621aaac, 0x3fd9506746b2a28c, 0xbfd9506746b2a28c, 0xbfdae3346fdcfc6c, 0x3fdae3346fdcfc6c, 0x3feec48f37bd35a2, 0xbfeec48f37bd35a2, 0x3fe092196b790386, 0xbfe092196b790386, 0xbfddd0bc4c78f584, 0x3fddd0bc4c78f584, 0xbfe48a3bd44c217a, 0x3fe48a3bd44c217a, 0xbfc186d077948d38, 0x3fc186d077948d38, 0x3fdde471bc00f7e4, 0x3c93f7bc60b1cf24, 0x3c99af53bdbe4a24, 0xbfdde471bc00f7e4, 0x3caf39ff97c735b2, 0x3fdf87aae581f50c, 0xbfdf87aae581f50c, 0xbca84dd297309faa, 0x3febe25146273d62, 0xbfebe25146273d62, 0x3fa5efb74bfb9120, 0xbfa5efb74bfb9120, 0x3fdb38348ed7191c, 0xbfdb38348ed7191c, 0xbfc6d293ed2b5bd8, 0x3fc6d293ed2b5bd8, 0x3fcef0b0a67e94a8, 0xbfcef0b0a67e94a8, 0x3fe3595268849166, 0xbfe3595268849166, 0x3febc10a7dbfebc6, 0xbfebc10a7dbfebc6, 0x3fc33b3e6e9d4da8, 0x3ca7369b15f83f36, 0xbfc33b3e6e9d4da8, 0xbfb9d99ea5098cd0, 0x3fb9d99ea5098cd0, 0xbfa17aba7d67c9e0, 0x3fa17aba7d67c9e0, 0x3fdc8d17d183fec4, 0xbfdc8d17d183fec4, 0xbfcb3d0d3edd0668, 0x3fcb3d0d3edd0668, 0xbfbdc4b3cc2f4770};
static void call2(void) {
  double *a = place(call2_a, 16, 2352, false);
  double *b = place(call2_b, 800, 1792, false);
  double *c = place(call2_c, 400, 2144, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 111, 111, 1, 50, 2, 0x1p+01, a, 3, b, 50, 0x0p+00, c, 53);
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
