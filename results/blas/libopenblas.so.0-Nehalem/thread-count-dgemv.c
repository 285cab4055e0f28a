/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: result[44] = -5.703590906528887 (0xc016d07a227537df), want -5.703590906528886 (0xc016d07a227537de), 1 ulp apart
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

void cblas_dgemv(int, int, int, int, double, double *, int, double *, int, double, double *, int);
static uint64_t call1_a[9282] = {0x3fc3db272fc07328, 0xbfc0f772bedadad8, 0x3fd89939f1a9e1d4, 0xbfe521e0facbfd26, 0xbf9822ab273350c0, 0xbf968dcdfa72cbc0, 0x3fe9bf0013ff050e, 0xbfdfe4369d39faf4, 0x3fea50a51d5fface, 0x3fe02df8b07a653a, 0x3fe52efda645440e, 0x3fe8d54e6fafa672, 0xbfd2e55aa8ad9d04, 0xbfd54836173df604, 0xbfeedf735748c0be, 0x3fd4c47c879ddfb4, 0xbfe082fb41f696b6, 0xbfeee875006d1286, 0x3fd7f5a412ad6cdc, 0xbfcab0de66aed3b8, 0xbfe21d0b82031f5e, 0x3fec1aeec0e5590e, 0x3fc75f0ae3ab3a58, 0xbfe6d5b78581142e, 0x3fefa85d35bbb0e2, 0x3fe48171b7fb14da, 0xbfc9679995ea67d8, 0xbfbc980597b5c4b0, 0xbfe26f25da5c2f32, 0xbfebe851e44116f6, 0xbfe8671add4c9482, 0xbfe933b164e2a03a, 0xbfdeea1b5f0b505c, 0x3fee18fb55c3c8ea, 0xbfc91a421035db98, 0xbfd8cb9dbf2213cc, 0x3fe578053d93f332, 0xbfee3ffc80f2472e, 0xbfec5d5030b1c7e6, 0xbfe19d51e59581e2, 0xbfe24722dc7b1e52, 0x3fd142196a03819c, 0x3fdb57950eb37adc, 0x3fda22df50215494, 0x3fd0912b062d9994, 0x3fc55f1f37fd8b68, 0xbf99ae00f928d5c0, 0xbfce72547d45f038, 0xbfec338f39f70cba, 0x3fd94967bd4e3584, 0xbfcc8c9d489f52f8, 0x3fe947877154e09a, 0x3fe21a31ac3824fe, 0xbfec49f85010a796, 0x3fe9ae5f62a6d336, 0x3fe532d6587bc4de, 0x3fe48526cf55a14a, 0x3fed1462e7b658f2, 0xbf56bf0f1c26dc00, 0x3fe2af1091121df2, 0x3fe767e3bdc29ebe};
static uint64_t call1_b[102] = {0xbfea1955b03745f2, 0x3fdfd7529f0d0e1c, 0x3fea30069611c466, 0x3feeb1d34c436452, 0x3fc54758c138bfa8, 0xbfec76f8db3f6316, 0xbfdfcd03502b2bec, 0xbfdca8a034fa9014, 0xbfac5e4ec968ede0, 0x3fec62379ac13d0e, 0x3fc69d4430440c58, 0x3f816713a8b07080, 0xbfa51d7a0a383fa0, 0x3fe173b1326d95f6, 0xbfdd79b69b8922d4, 0xbfcd26e91d152088, 0xbfe4c35d79cdd742, 0xbfd18f69ee86e414, 0xbfc4ee29e40db028, 0x3fd2fbba8eeea78c, 0xbfb43b69378a7250, 0xbfeacd68719725de, 0xbfde4e0fc6239744, 0xbfd38a96eab30aec, 0x3fecfaa5218fe56e, 0x3fe0b138f5b8f65a, 0xbfe93dc1818bc43e, 0x3fd3e2dd16a671e4, 0xbfeb8506d5c882ee, 0x3fd4429df258a614, 0x3fe320265ec5516a, 0x3feedd621766885e, 0x3fd83a2c3fb12f1c, 0x3feba88b5cfcd0d2, 0x3feb04f04e0d0a0e, 0x3fe914e5422cfb12, 0x3fcbb234be571c68, 0xbfd8cf960d7cdb64, 0x3fec94f1c1fd0d7a, 0x3fe189f38e2626b2, 0x3fe7399f6504280a, 0xbfe714df3c784986, 0xbfe628cae975c94e, 0x3fee09b39abe7dfe, 0x3fe3dcb60b0268a2, 0x3fe05668c2a74bfe, 0x3fe674096d13388a, 0x3fd9913add4a4464, 0xbfef1d6a15ecfcda, 0xbfd4abd2513732bc, 0xbfe0dbeb3c1e444e, 0xbfef25de0ea24cae, 0x3fe3f95258bcc76a, 0x3fe4b753880fd8c6, 0x3fa6a9961cb9b060, 0xbfe5a2ee46eb1c22, 0xbfd6779173473fd4, 0xbfbddb09579f5750, 0xbfd21729ad7398c4, 0x3fea987e6f0d4306, 0x3fe25d200cc066c2, 0xbfea1955b03745f2, 0x3fdfd7529f0d0e1c, 0x3fea30069611c466, 0x3feeb1d34c436452, 0x3fc54758c138bfa8, 0xbfec76f8db3f6316, 0xbfdfcd03502b2bec, 0xbfdca8a034fa9014, 0xbfac5e4ec968ede0, 0x3fec62379ac13d0e, 0x3fc69d4430440c58, 0x3f816713a8b07080, 0xbfa51d7a0a383fa0, 0x3fe173b1326d95f6, 0xbfdd79b69b8922d4, 0xbfcd26e91d152088, 0xbfe4c35d79cdd742, 0xbfd18f69ee86e414, 0xbfc4ee29e40db028, 0x3fd2fbba8eeea78c, 0xbfb43b69378a7250, 0xbfeacd68719725de, 0xbfde4e0fc6239744, 0xbfd38a96eab30aec, 0x3fecfaa5218fe56e, 0x3fe0b138f5b8f65a, 0xbfe93dc1818bc43e, 0x3fd3e2dd16a671e4, 0xbfeb8506d5c882ee, 0x3fd4429df258a614, 0x3fe320265ec5516a, 0x3feedd621766885e, 0x3fd83a2c3fb12f1c, 0x3feba88b5cfcd0d2, 0x3feb04f04e0d0a0e, 0x3fe914e5422cfb12, 0x3fcbb234be571c68, 0xbfd8cf960d7cdb64, 0x3fec94f1c1fd0d7a, 0x3fe189f38e2626b2, 0x3fe7399f6504280a};
static uint64_t call1_c[91] = {0xbfc26a1b57ed1568, 0x3fe500d3faef25f6, 0x3fb34259134797b0, 0x3fd089574cd24c34, 0x3fa909ad67460560, 0xbfed905b45032dbe, 0xbf92d7e0f1f8d840, 0xbface8a916b02ba0, 0x3fd02cc04dc9beb4, 0x3fe9e67a2720dc12, 0x3fe6e7722469fbfe, 0x3fd1f97cc8b64fc4, 0x3fc24c726c39ee08, 0x3fd945819d158c7c, 0x3fe77ab6d7d72de2, 0xbfb386308e53def0, 0x3fe5f12caa9fa142, 0x3fc0b54b43ad36c8, 0xbfe33241dfe13f1a, 0xbfe6b8abfce3e716, 0x3fc417b7fd7890a8, 0x3fed20b868d74c0a, 0x3fc8de15535aea38, 0x3fee1190af372822, 0xbfe14c22abff94aa, 0x3fd87cf730a66b7c, 0x3fd16ff90f663afc, 0xbfd75ac4f57bed0c, 0x3fd811920bbaf95c, 0x3fc1ac85c1b0c698, 0x3fc48d0e63cf34e8, 0x3fe93e16d52e66ea, 0xbfd75abdc00f4b24, 0xbfbd84c8dee97130, 0xbfdbae0244fac7cc, 0x3fd6afc9e3d0a81c, 0x3f989fcfa2fd4340, 0x3fe639e622735a12, 0x3fef9c7ed85c623a, 0x3febcbb2698bfffa, 0x3fd7e92bb3fa85c4, 0xbfe920f79b4ff206, 0x3fb46c998fd7c390, 0x3faaf55502a04ba0, 0xbfd2cc56c4f09ef4, 0x3fe768e09e2aa43e, 0x3fecc1245266955a, 0xbfc7151a86db8eb8, 0x3fd8bd879efda044, 0x3fd65faafab7e144, 0x3fdf7ac973aa6a9c, 0x3fea4adfedfa416a, 0x3fc9a015af4c4248, 0xbfceb223ecd25158, 0xbfe24e2160ee5956, 0x3fa2945cac7b3e60, 0x3fd8089b42626444, 0xbfe22c4420c6d35e, 0xbfe5cfe73fdde886, 0xbfd2ed3f982cad64, 0x3f4f9bf8f3a8d800, 0xbfc26a1b57ed1568, 0x3fe500d3faef25f6, 0x3fb34259134797b0, 0x3fd089574cd24c34, 0x3fa909ad67460560, 0xbfed905b45032dbe, 0xbf92d7e0f1f8d840, 0xbface8a916b02ba0, 0x3fd02cc04dc9beb4, 0x3fe9e67a2720dc12, 0x3fe6e7722469fbfe, 0x3fd1f97cc8b64fc4, 0x3fc24c726c39ee08, 0x3fd945819d158c7c, 0x3fe77ab6d7d72de2, 0xbfb386308e53def0, 0x3fe5f12caa9fa142, 0x3fc0b54b43ad36c8, 0xbfe33241dfe13f1a, 0xbfe6b8abfce3e716, 0x3fc417b7fd7890a8, 0x3fed20b868d74c0a, 0x3fc8de15535aea38, 0x3fee1190af372822, 0xbfe14c22abff94aa, 0x3fd87cf730a66b7c, 0x3fd16ff90f663afc, 0xbfd75ac4f57bed0c, 0x3fd811920bbaf95c, 0x3fc1ac85c1b0c698};
static void call1(void) {
  for (int i = 61; i < 9282; i++) call1_a[i] = call1_a[i % 61];
  double *a = place(call1_a, 74256, 0, false);
  double *b = place(call1_b, 816, 0, false);
  double *c = place(call1_c, 728, 768, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemv(101, 111, 91, 102, 0x1p+00, a, 102, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 74256, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 816, 0, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 728, 768, false);
  for (int i = 0; i < 91; i++)
    if (i % 1 != 0 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 44, &c[44], 8);
}

static uint64_t call2_a[9282] = {0x3fc3db272fc07328, 0xbfc0f772bedadad8, 0x3fd89939f1a9e1d4, 0xbfe521e0facbfd26, 0xbf9822ab273350c0, 0xbf968dcdfa72cbc0, 0x3fe9bf0013ff050e, 0xbfdfe4369d39faf4, 0x3fea50a51d5fface, 0x3fe02df8b07a653a, 0x3fe52efda645440e, 0x3fe8d54e6fafa672, 0xbfd2e55aa8ad9d04, 0xbfd54836173df604, 0xbfeedf735748c0be, 0x3fd4c47c879ddfb4, 0xbfe082fb41f696b6, 0xbfeee875006d1286, 0x3fd7f5a412ad6cdc, 0xbfcab0de66aed3b8, 0xbfe21d0b82031f5e, 0x3fec1aeec0e5590e, 0x3fc75f0ae3ab3a58, 0xbfe6d5b78581142e, 0x3fefa85d35bbb0e2, 0x3fe48171b7fb14da, 0xbfc9679995ea67d8, 0xbfbc980597b5c4b0, 0xbfe26f25da5c2f32, 0xbfebe851e44116f6, 0xbfe8671add4c9482, 0xbfe933b164e2a03a, 0xbfdeea1b5f0b505c, 0x3fee18fb55c3c8ea, 0xbfc91a421035db98, 0xbfd8cb9dbf2213cc, 0x3fe578053d93f332, 0xbfee3ffc80f2472e, 0xbfec5d5030b1c7e6, 0xbfe19d51e59581e2, 0xbfe24722dc7b1e52, 0x3fd142196a03819c, 0x3fdb57950eb37adc, 0x3fda22df50215494, 0x3fd0912b062d9994, 0x3fc55f1f37fd8b68, 0xbf99ae00f928d5c0, 0xbfce72547d45f038, 0xbfec338f39f70cba, 0x3fd94967bd4e3584, 0xbfcc8c9d489f52f8, 0x3fe947877154e09a, 0x3fe21a31ac3824fe, 0xbfec49f85010a796, 0x3fe9ae5f62a6d336, 0x3fe532d6587bc4de, 0x3fe48526cf55a14a, 0x3fed1462e7b658f2, 0xbf56bf0f1c26dc00, 0x3fe2af1091121df2, 0x3fe767e3bdc29ebe};
static uint64_t call2_b[102] = {0xbfea1955b03745f2, 0x3fdfd7529f0d0e1c, 0x3fea30069611c466, 0x3feeb1d34c436452, 0x3fc54758c138bfa8, 0xbfec76f8db3f6316, 0xbfdfcd03502b2bec, 0xbfdca8a034fa9014, 0xbfac5e4ec968ede0, 0x3fec62379ac13d0e, 0x3fc69d4430440c58, 0x3f816713a8b07080, 0xbfa51d7a0a383fa0, 0x3fe173b1326d95f6, 0xbfdd79b69b8922d4, 0xbfcd26e91d152088, 0xbfe4c35d79cdd742, 0xbfd18f69ee86e414, 0xbfc4ee29e40db028, 0x3fd2fbba8eeea78c, 0xbfb43b69378a7250, 0xbfeacd68719725de, 0xbfde4e0fc6239744, 0xbfd38a96eab30aec, 0x3fecfaa5218fe56e, 0x3fe0b138f5b8f65a, 0xbfe93dc1818bc43e, 0x3fd3e2dd16a671e4, 0xbfeb8506d5c882ee, 0x3fd4429df258a614, 0x3fe320265ec5516a, 0x3feedd621766885e, 0x3fd83a2c3fb12f1c, 0x3feba88b5cfcd0d2, 0x3feb04f04e0d0a0e, 0x3fe914e5422cfb12, 0x3fcbb234be571c68, 0xbfd8cf960d7cdb64, 0x3fec94f1c1fd0d7a, 0x3fe189f38e2626b2, 0x3fe7399f6504280a, 0xbfe714df3c784986, 0xbfe628cae975c94e, 0x3fee09b39abe7dfe, 0x3fe3dcb60b0268a2, 0x3fe05668c2a74bfe, 0x3fe674096d13388a, 0x3fd9913add4a4464, 0xbfef1d6a15ecfcda, 0xbfd4abd2513732bc, 0xbfe0dbeb3c1e444e, 0xbfef25de0ea24cae, 0x3fe3f95258bcc76a, 0x3fe4b753880fd8c6, 0x3fa6a9961cb9b060, 0xbfe5a2ee46eb1c22, 0xbfd6779173473fd4, 0xbfbddb09579f5750, 0xbfd21729ad7398c4, 0x3fea987e6f0d4306, 0x3fe25d200cc066c2, 0xbfea1955b03745f2, 0x3fdfd7529f0d0e1c, 0x3fea30069611c466, 0x3feeb1d34c436452, 0x3fc54758c138bfa8, 0xbfec76f8db3f6316, 0xbfdfcd03502b2bec, 0xbfdca8a034fa9014, 0xbfac5e4ec968ede0, 0x3fec62379ac13d0e, 0x3fc69d4430440c58, 0x3f816713a8b07080, 0xbfa51d7a0a383fa0, 0x3fe173b1326d95f6, 0xbfdd79b69b8922d4, 0xbfcd26e91d152088, 0xbfe4c35d79cdd742, 0xbfd18f69ee86e414, 0xbfc4ee29e40db028, 0x3fd2fbba8eeea78c, 0xbfb43b69378a7250, 0xbfeacd68719725de, 0xbfde4e0fc6239744, 0xbfd38a96eab30aec, 0x3fecfaa5218fe56e, 0x3fe0b138f5b8f65a, 0xbfe93dc1818bc43e, 0x3fd3e2dd16a671e4, 0xbfeb8506d5c882ee, 0x3fd4429df258a614, 0x3fe320265ec5516a, 0x3feedd621766885e, 0x3fd83a2c3fb12f1c, 0x3feba88b5cfcd0d2, 0x3feb04f04e0d0a0e, 0x3fe914e5422cfb12, 0x3fcbb234be571c68, 0xbfd8cf960d7cdb64, 0x3fec94f1c1fd0d7a, 0x3fe189f38e2626b2, 0x3fe7399f6504280a};
static uint64_t call2_c[91] = {0xbfc26a1b57ed1568, 0x3fe500d3faef25f6, 0x3fb34259134797b0, 0x3fd089574cd24c34, 0x3fa909ad67460560, 0xbfed905b45032dbe, 0xbf92d7e0f1f8d840, 0xbface8a916b02ba0, 0x3fd02cc04dc9beb4, 0x3fe9e67a2720dc12, 0x3fe6e7722469fbfe, 0x3fd1f97cc8b64fc4, 0x3fc24c726c39ee08, 0x3fd945819d158c7c, 0x3fe77ab6d7d72de2, 0xbfb386308e53def0, 0x3fe5f12caa9fa142, 0x3fc0b54b43ad36c8, 0xbfe33241dfe13f1a, 0xbfe6b8abfce3e716, 0x3fc417b7fd7890a8, 0x3fed20b868d74c0a, 0x3fc8de15535aea38, 0x3fee1190af372822, 0xbfe14c22abff94aa, 0x3fd87cf730a66b7c, 0x3fd16ff90f663afc, 0xbfd75ac4f57bed0c, 0x3fd811920bbaf95c, 0x3fc1ac85c1b0c698, 0x3fc48d0e63cf34e8, 0x3fe93e16d52e66ea, 0xbfd75abdc00f4b24, 0xbfbd84c8dee97130, 0xbfdbae0244fac7cc, 0x3fd6afc9e3d0a81c, 0x3f989fcfa2fd4340, 0x3fe639e622735a12, 0x3fef9c7ed85c623a, 0x3febcbb2698bfffa, 0x3fd7e92bb3fa85c4, 0xbfe920f79b4ff206, 0x3fb46c998fd7c390, 0x3faaf55502a04ba0, 0xbfd2cc56c4f09ef4, 0x3fe768e09e2aa43e, 0x3fecc1245266955a, 0xbfc7151a86db8eb8, 0x3fd8bd879efda044, 0x3fd65faafab7e144, 0x3fdf7ac973aa6a9c, 0x3fea4adfedfa416a, 0x3fc9a015af4c4248, 0xbfceb223ecd25158, 0xbfe24e2160ee5956, 0x3fa2945cac7b3e60, 0x3fd8089b42626444, 0xbfe22c4420c6d35e, 0xbfe5cfe73fdde886, 0xbfd2ed3f982cad64, 0x3f4f9bf8f3a8d800, 0xbfc26a1b57ed1568, 0x3fe500d3faef25f6, 0x3fb34259134797b0, 0x3fd089574cd24c34, 0x3fa909ad67460560, 0xbfed905b45032dbe, 0xbf92d7e0f1f8d840, 0xbface8a916b02ba0, 0x3fd02cc04dc9beb4, 0x3fe9e67a2720dc12, 0x3fe6e7722469fbfe, 0x3fd1f97cc8b64fc4, 0x3fc24c726c39ee08, 0x3fd945819d158c7c, 0x3fe77ab6d7d72de2, 0xbfb386308e53def0, 0x3fe5f12caa9fa142, 0x3fc0b54b43ad36c8, 0xbfe33241dfe13f1a, 0xbfe6b8abfce3e716, 0x3fc417b7fd7890a8, 0x3fed20b868d74c0a, 0x3fc8de15535aea38, 0x3fee1190af372822, 0xbfe14c22abff94aa, 0x3fd87cf730a66b7c, 0x3fd16ff90f663afc, 0xbfd75ac4f57bed0c, 0x3fd811920bbaf95c, 0x3fc1ac85c1b0c698};
static void call2(void) {
  for (int i = 61; i < 9282; i++) call2_a[i] = call2_a[i % 61];
  double *a = place(call2_a, 74256, 0, false);
  double *b = place(call2_b, 816, 0, false);
  double *c = place(call2_c, 728, 3840, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemv(101, 111, 91, 102, 0x1p+00, a, 102, b, 1, 0x0p+00, c, 1);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 74256, 0, false);
  for (int i = 0; i < 9282; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 816, 0, false);
  for (int i = 0; i < 102; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 728, 3840, false);
  for (int i = 0; i < 91; i++)
    if (i % 1 != 0 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 44, &c[44], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 2 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
