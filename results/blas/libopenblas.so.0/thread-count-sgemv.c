/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: result[45] = -3.1623006 (0xc04a6322), want -3.1623 (0xc04a6320), 2 ulp apart
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
static uint32_t call1_a[9282] = {0x3e1ed939, 0xbe07bb96, 0x3ec4c9d0, 0xbf290f08, 0xbcc11559, 0xbcb46e70, 0x3f4df801, 0xbeff21b5, 0x3f528529, 0x3f016fc6, 0x3f2977ed, 0x3f46aa73, 0xbe972ad5, 0xbeaa41b1, 0xbf76fb9b, 0x3ea623e4, 0xbf0417da, 0xbf7743a8, 0x3ebfad21, 0xbe5586f3, 0xbf10e85c, 0x3f60d776, 0x3e3af857, 0xbf36adbc, 0x3f7d42ea, 0x3f240b8e, 0xbe4b3ccd, 0xbde4c02d, 0xbf13792f, 0xbf5f428f, 0xbf4338d7, 0xbf499d8b, 0xbef750db, 0x3f70c7db, 0xbe48d211, 0xbec65cee, 0x3f2bc02a, 0xbf71ffe4, 0xbf62ea82, 0xbf0cea8f, 0xbf123917, 0x3e8a10cb, 0x3edabca8, 0x3ed116fb, 0x3e848958, 0x3e2af8fa, 0xbccd7008, 0xbe7392a4, 0xbf619c7a, 0x3eca4b3e, 0xbe6464ea, 0x3f4a3c3c, 0x3f10d18d, 0xbf624fc3, 0x3f4d72fb, 0x3f2996b3, 0x3f242936, 0x3f68a317, 0xbab5f879, 0x3f157885, 0x3f3b3f1e};
static uint32_t call1_b[102] = {0xbf50caae, 0x3efeba95, 0x3f518035, 0x3f758e9a, 0x3e2a3ac6, 0xbf63b7c7, 0xbefe681b, 0xbee54502, 0xbd62f276, 0x3f6311bd, 0x3e34ea22, 0x3c0b389d, 0xbd28ebd0, 0x3f0b9d8a, 0xbeebcdb5, 0xbe693749, 0xbf261aec, 0xbe8c7b4f, 0xbe27714f, 0x3e97ddd4, 0xbda1db4a, 0xbf566b44, 0xbef2707e, 0xbe9c54b7, 0x3f67d529, 0x3f0589c8, 0xbf49ee0c, 0x3e9f16e9, 0xbf5c2837, 0x3ea214f0, 0x3f190133, 0x3f76eb11, 0x3ec1d162, 0x3f5d445b, 0x3f582782, 0x3f48a72a, 0x3e5d91a6, 0xbec67cb0, 0x3f64a78e, 0x3f0c4f9c, 0x3f39ccfb, 0xbf38a6fa, 0xbf314657, 0x3f704d9d, 0x3f1ee5b0, 0x3f02b346, 0x3f33a04b, 0x3ecc89d7, 0xbf78eb51, 0xbea55e93, 0xbf06df5a, 0xbf792ef0, 0x3f1fca93, 0x3f25ba9c, 0x3d354cb1, 0xbf2d1772, 0xbeb3bc8c, 0xbdeed84b, 0xbe90b94d, 0x3f54c3f3, 0x3f12e900, 0xbf50caae, 0x3efeba95, 0x3f518035, 0x3f758e9a, 0x3e2a3ac6, 0xbf63b7c7, 0xbefe681b, 0xbee54502, 0xbd62f276, 0x3f6311bd, 0x3e34ea22, 0x3c0b389d, 0xbd28ebd0, 0x3f0b9d8a, 0xbeebcdb5, 0xbe693749, 0xbf261aec, 0xbe8c7b4f, 0xbe27714f, 0x3e97ddd4, 0xbda1db4a, 0xbf566b44, 0xbef2707e, 0xbe9c54b7, 0x3f67d529, 0x3f0589c8, 0xbf49ee0c, 0x3e9f16e9, 0xbf5c2837, 0x3ea214f0, 0x3f190133, 0x3f76eb11, 0x3ec1d162, 0x3f5d445b, 0x3f582782, 0x3f48a72a, 0x3e5d91a6, 0xbec67cb0, 0x3f64a78e, 0x3f0c4f9c, 0x3f39ccfb};
static uint32_t call1_c[91] = {0xbe1350db, 0x3f2806a0, 0x3d9a12c9, 0x3e844aba, 0x3d484d6b, 0xbf6c82da, 0xbc96bf08, 0xbd674549, 0x3e816602, 0x3f4f33d1, 0x3f373b91, 0x3e8fcbe6, 0x3e126393, 0x3eca2c0d, 0x3f3bd5b7, 0xbd9c3184, 0x3f2f8965, 0x3e05aa5a, 0xbf19920f, 0xbf35c560, 0x3e20bdc0, 0x3f6905c3, 0x3e46f0ab, 0x3f708c85, 0xbf0a6115, 0x3ec3e7ba, 0x3e8b7fc8, 0xbebad628, 0x3ec08c90, 0x3e0d642e, 0x3e246873, 0x3f49f0b7, 0xbebad5ee, 0xbdec2647, 0xbedd7012, 0x3eb57e4f, 0x3cc4fe7d, 0x3f31cf31, 0x3f7ce3f7, 0x3f5e5d93, 0x3ebf495e, 0xbf4907bd, 0x3da364cc, 0x3d57aaa8, 0xbe9662b6, 0x3f3b4705, 0x3f660923, 0xbe38a8d4, 0x3ec5ec3d, 0x3eb2fd58, 0x3efbd64c, 0x3f5256ff, 0x3e4d00ad, 0xbe75911f, 0xbf12710b, 0x3d14a2e5, 0x3ec044da, 0xbf116221, 0xbf2e7f3a, 0xbe9769fd, 0x3a7cdfc8, 0xbe1350db, 0x3f2806a0, 0x3d9a12c9, 0x3e844aba, 0x3d484d6b, 0xbf6c82da, 0xbc96bf08, 0xbd674549, 0x3e816602, 0x3f4f33d1, 0x3f373b91, 0x3e8fcbe6, 0x3e126393, 0x3eca2c0d, 0x3f3bd5b7, 0xbd9c3184, 0x3f2f8965, 0x3e05aa5a, 0xbf19920f, 0xbf35c560, 0x3e20bdc0, 0x3f6905c3, 0x3e46f0ab, 0x3f708c85, 0xbf0a6115, 0x3ec3e7ba, 0x3e8b7fc8, 0xbebad628, 0x3ec08c90, 0x3e0d642e};
static void call1(void) {
  for (int i = 61; i < 9282; i++) call1_a[i] = call1_a[i % 61];
  float *a = place(call1_a, 37128, 0, false);
  float *b = place(call1_b, 408, 1024, false);
  float *c = place(call1_c, 364, 2304, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemv(101, 111, 91, 102, 0x1p+00, a, 102, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 37128, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 408, 1024, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 364, 2304, false);
  for (int i = 0; i < 91; i++)
    if (i % 1 != 0 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 45, &c[45], 4);
}

static uint32_t call2_a[9282] = {0x3e1ed939, 0xbe07bb96, 0x3ec4c9d0, 0xbf290f08, 0xbcc11559, 0xbcb46e70, 0x3f4df801, 0xbeff21b5, 0x3f528529, 0x3f016fc6, 0x3f2977ed, 0x3f46aa73, 0xbe972ad5, 0xbeaa41b1, 0xbf76fb9b, 0x3ea623e4, 0xbf0417da, 0xbf7743a8, 0x3ebfad21, 0xbe5586f3, 0xbf10e85c, 0x3f60d776, 0x3e3af857, 0xbf36adbc, 0x3f7d42ea, 0x3f240b8e, 0xbe4b3ccd, 0xbde4c02d, 0xbf13792f, 0xbf5f428f, 0xbf4338d7, 0xbf499d8b, 0xbef750db, 0x3f70c7db, 0xbe48d211, 0xbec65cee, 0x3f2bc02a, 0xbf71ffe4, 0xbf62ea82, 0xbf0cea8f, 0xbf123917, 0x3e8a10cb, 0x3edabca8, 0x3ed116fb, 0x3e848958, 0x3e2af8fa, 0xbccd7008, 0xbe7392a4, 0xbf619c7a, 0x3eca4b3e, 0xbe6464ea, 0x3f4a3c3c, 0x3f10d18d, 0xbf624fc3, 0x3f4d72fb, 0x3f2996b3, 0x3f242936, 0x3f68a317, 0xbab5f879, 0x3f157885, 0x3f3b3f1e};
static uint32_t call2_b[102] = {0xbf50caae, 0x3efeba95, 0x3f518035, 0x3f758e9a, 0x3e2a3ac6, 0xbf63b7c7, 0xbefe681b, 0xbee54502, 0xbd62f276, 0x3f6311bd, 0x3e34ea22, 0x3c0b389d, 0xbd28ebd0, 0x3f0b9d8a, 0xbeebcdb5, 0xbe693749, 0xbf261aec, 0xbe8c7b4f, 0xbe27714f, 0x3e97ddd4, 0xbda1db4a, 0xbf566b44, 0xbef2707e, 0xbe9c54b7, 0x3f67d529, 0x3f0589c8, 0xbf49ee0c, 0x3e9f16e9, 0xbf5c2837, 0x3ea214f0, 0x3f190133, 0x3f76eb11, 0x3ec1d162, 0x3f5d445b, 0x3f582782, 0x3f48a72a, 0x3e5d91a6, 0xbec67cb0, 0x3f64a78e, 0x3f0c4f9c, 0x3f39ccfb, 0xbf38a6fa, 0xbf314657, 0x3f704d9d, 0x3f1ee5b0, 0x3f02b346, 0x3f33a04b, 0x3ecc89d7, 0xbf78eb51, 0xbea55e93, 0xbf06df5a, 0xbf792ef0, 0x3f1fca93, 0x3f25ba9c, 0x3d354cb1, 0xbf2d1772, 0xbeb3bc8c, 0xbdeed84b, 0xbe90b94d, 0x3f54c3f3, 0x3f12e900, 0xbf50caae, 0x3efeba95, 0x3f518035, 0x3f758e9a, 0x3e2a3ac6, 0xbf63b7c7, 0xbefe681b, 0xbee54502, 0xbd62f276, 0x3f6311bd, 0x3e34ea22, 0x3c0b389d, 0xbd28ebd0, 0x3f0b9d8a, 0xbeebcdb5, 0xbe693749, 0xbf261aec, 0xbe8c7b4f, 0xbe27714f, 0x3e97ddd4, 0xbda1db4a, 0xbf566b44, 0xbef2707e, 0xbe9c54b7, 0x3f67d529, 0x3f0589c8, 0xbf49ee0c, 0x3e9f16e9, 0xbf5c2837, 0x3ea214f0, 0x3f190133, 0x3f76eb11, 0x3ec1d162, 0x3f5d445b, 0x3f582782, 0x3f48a72a, 0x3e5d91a6, 0xbec67cb0, 0x3f64a78e, 0x3f0c4f9c, 0x3f39ccfb};
static uint32_t call2_c[91] = {0xbe1350db, 0x3f2806a0, 0x3d9a12c9, 0x3e844aba, 0x3d484d6b, 0xbf6c82da, 0xbc96bf08, 0xbd674549, 0x3e816602, 0x3f4f33d1, 0x3f373b91, 0x3e8fcbe6, 0x3e126393, 0x3eca2c0d, 0x3f3bd5b7, 0xbd9c3184, 0x3f2f8965, 0x3e05aa5a, 0xbf19920f, 0xbf35c560, 0x3e20bdc0, 0x3f6905c3, 0x3e46f0ab, 0x3f708c85, 0xbf0a6115, 0x3ec3e7ba, 0x3e8b7fc8, 0xbebad628, 0x3ec08c90, 0x3e0d642e, 0x3e246873, 0x3f49f0b7, 0xbebad5ee, 0xbdec2647, 0xbedd7012, 0x3eb57e4f, 0x3cc4fe7d, 0x3f31cf31, 0x3f7ce3f7, 0x3f5e5d93, 0x3ebf495e, 0xbf4907bd, 0x3da364cc, 0x3d57aaa8, 0xbe9662b6, 0x3f3b4705, 0x3f660923, 0xbe38a8d4, 0x3ec5ec3d, 0x3eb2fd58, 0x3efbd64c, 0x3f5256ff, 0x3e4d00ad, 0xbe75911f, 0xbf12710b, 0x3d14a2e5, 0x3ec044da, 0xbf116221, 0xbf2e7f3a, 0xbe9769fd, 0x3a7cdfc8, 0xbe1350db, 0x3f2806a0, 0x3d9a12c9, 0x3e844aba, 0x3d484d6b, 0xbf6c82da, 0xbc96bf08, 0xbd674549, 0x3e816602, 0x3f4f33d1, 0x3f373b91, 0x3e8fcbe6, 0x3e126393, 0x3eca2c0d, 0x3f3bd5b7, 0xbd9c3184, 0x3f2f8965, 0x3e05aa5a, 0xbf19920f, 0xbf35c560, 0x3e20bdc0, 0x3f6905c3, 0x3e46f0ab, 0x3f708c85, 0xbf0a6115, 0x3ec3e7ba, 0x3e8b7fc8, 0xbebad628, 0x3ec08c90, 0x3e0d642e};
static void call2(void) {
  for (int i = 61; i < 9282; i++) call2_a[i] = call2_a[i % 61];
  float *a = place(call2_a, 37128, 0, false);
  float *b = place(call2_b, 408, 1024, false);
  float *c = place(call2_c, 364, 3840, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_sgemv(101, 111, 91, 102, 0x1p+00, a, 102, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 37128, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 408, 1024, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 364, 3840, false);
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
