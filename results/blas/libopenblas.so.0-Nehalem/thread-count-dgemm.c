/* OPENBLAS_CORETYPE=Nehalem /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: C[15291] (row 59, column 128) = -0.09495095640776957 (0xbfb84eb4b47ecb74), want -0.0949509564077696 (0xbfb84eb4b47ecb76), 2 ulp apart
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

void cblas_dgemm(int, int, int, int, int, int, double, double *, int, double *, int, double, double *, int);
static uint64_t call1_a[46186] = {[59] = 0xbfb6a5556d1867b0, [306] = 0x3c727fb476e5cdf0, [553] = 0xbfec9bf7426b6812, [800] = 0xbf9408eeaf73f0c0, [1047] = 0xbfeda14470b918ae, [1294] = 0xbfd113289c2982e4, [1541] = 0x3fdae6b7550030b4, [1788] = 0x3fc3bb12375cca68, [2035] = 0xbfe2596deef8d7be, [2282] = 0xbfd784155526d35c, [2529] = 0xbfdd49866623073c, [2776] = 0x3fbce5a101cd0ef0, [3023] = 0x3cad47e5fe3a7716, [3270] = 0x3fd28f416e5f059c, [3517] = 0x3fefa4b49c509d1a, [3764] = 0xbfe9a874f5eefdca, [4011] = 0x3fe8d1712201c70a, [4258] = 0xbfe6375a6dfe1416, [4505] = 0xbca473846b25bc0e, [4752] = 0xbfe7054488d51f02, [4999] = 0x3fefd663f4cdd84e, [5246] = 0x3fd477fb306f2f9c, [5493] = 0x3fd42fbee25415e4, [5740] = 0xbfbab9ec667855b0, [5987] = 0xbfdc7d0acfe25654, [6234] = 0x3fe50b5be37ba32a, [6481] = 0x3fec6600cc615d82, [6728] = 0x3fec0ddbdf918cf2, [6975] = 0xbfeb20d0181d7e16, [7222] = 0xbca48de0fb6d24e6, [7469] = 0xbfe65397bffc2302, [7716] = 0xbfe1da3fbc7cfcf6, [7963] = 0x3ca17c10d2bfdd52, [8210] = 0xbcadac827935d2ca, [8457] = 0xbfc45909d20398e8, [8704] = 0xbfe447df394348f6, [8951] = 0x3fd259be720893f4, [9198] = 0x3fc498d2d2e93948, [9445] = 0x3f828a0ee54d7c80, [9692] = 0x3fea54ba4f5f0ade, [9939] = 0x3fd53e239d12f764, [10186] = 0x3f92b409f9b74f40, [10433] = 0x3fd0d4c1aaa09be4, [10680] = 0xbfdeb9eea7d4ddac, [10927] = 0x3fe08befba52509e, [11174] = 0x3fe3404b911acbda, [11421] = 0xbfbb4a2f1a45ac70, [11668] = 0x3fee60eb2b81e18a, [11915] = 0xbfe3616c8ea9272e, [12162] = 0xbfe95793d643276a, [12409] = 0x3fb198391f0d7530, [12656] = 0xbcad306ba0f00aee, [12903] = 0x3fdfa2aa31e39bf4, [13150] = 0xbfec25dff08522da, [13397] = 0x3fefa927c6c1ebe2, [13644] = 0x3fbacc23659d8d30, [13891] = 0x3fea5c49f12acd92, [14138] = 0x3fe4263c21e6234e, [14385] = 0xbfe893eff0952dd6, [14632] = 0xbfddd24c8aae6f4c, [14879] = 0xbfe1f376d5a28c4a, [15126] = 0x3f97c4f3950084c0, [15373] = 0xbfecb424149d3baa, [15620] = 0xbfed90e36580c84e, [15867] = 0x3feffe2dc6eeadc2, [16114] = 0xbfe987e0c1a4af76, [16361] = 0x3c9fbd2df0f6495c, [16608] = 0xbfe669ded8284282, [16855] = 0xbfd73d8942b96864, [17102] = 0x3fed55e09cb5bf4e, [17349] = 0xbfc936c9b8555ba8, [17596] = 0x3fe4c1958b62ebfa, [17843] = 0x3feac06c3b927e02, [18090] = 0x3fe4d9982de034ae, [18337] = 0x3fe9a9dee07d50a2, [18584] = 0xbfd4eb7f52492ba4, [18831] = 0x3fe8f93f481cd43e, [19078] = 0x3fc3ab3f86379298, [19325] = 0xbfd588089209bcbc, [19572] = 0x3c9c94715d9700bc, [19819] = 0xbfd31b8c21dacac4, [20066] = 0x3fee3876a0b434b2, [20313] = 0xbfe92f7884b4ed4e, [20560] = 0x3fd75def5f50bb1c, [20807] = 0x3fe1bcc55368a972, [21054] = 0x3fea4d201846f8ea, [21301] = 0xbfecbd19c5f1d42e, [21548] = 0xbfdf04a821db71cc, [21795] = 0xbc67861dbfd0c3e0, [22042] = 0x3fe7d34da9831d2e, [22289] = 0x3fd55a88242a1564, [22536] = 0xbc9a5e81137807fc, [22783] = 0x3fe914e3a179edae, [23030] = 0xbfef2515e5fff86e, [23277] = 0x3f8d003b8ed4a780, [23524] = 0xbc96bed9ba02d7fc, [23771] = 0xbfea2cb365461e2a, [24018] = 0x3fe22bbba2486012, [24265] = 0x3fb4d416ff58c0b0, [24512] = 0x3fe74639bda5457e, [24759] = 0x3cac1de95e7dcfba, [25006] = 0xbfd391d8e87e7794, [25253] = 0xbfc1711023f4e778, [25500] = 0xbfdc136474718884, [25747] = 0x3fd8d6114765078c, [25994] = 0xbfefe36c963e913a, [26241] = 0xbfd540de3f4b8f34, [26488] = 0x3fd3b207e5a5442c, [26735] = 0xbfe9ad61f006397e, [26982] = 0xbfd1e072b4310aa4, [27229] = 0x3fe59e86b3e5b0d2, [27476] = 0x3fee740a5663d0fe, [27723] = 0xbfe1846460ab8662, [27970] = 0xbfef51a94e290f56, [28217] = 0xbf98839e8700bfc0, [28464] = 0xbc9b1885651c9094, [28711] = 0xbfe3e321d6ea1df6, [28958] = 0x3fe87afa030de2ee, [29205] = 0x3fbfdee2594b5fb0, [29452] = 0x3fe7e92629f9319a, [29699] = 0x3fb7afbb7d56e1d0, [29946] = 0x3fa2fd5513bb37e0, [30193] = 0x3fe66af3cef53a06, [30440] = 0x3fb467108abd5a10, [30687] = 0xbfe6ededb3be084e, [30934] = 0xbf8ec56fa2b40d80, [31181] = 0x3fd704fb97af13dc, [31428] = 0x3fe5bfa34bb5104e, [31675] = 0xbfe4c8ef9deffb2a, [31922] = 0x3fdb9a5c77944cdc, [32169] = 0x3fe4435924412ea6, [32416] = 0x3fe81bd867afc85a, [32663] = 0x3fe54ffc18425b1e, [32910] = 0xbfe3866b76e1089e, [33157] = 0xbfc963aba2c7f958, [33404] = 0x3fe8d7a806b4a946, [33651] = 0xbfda07362534902c, [33898] = 0x3fd64874f6d57e1c, [34145] = 0xbfe05c6325afc4fa, [34392] = 0x3f82f8c5b80b1a80, [34639] = 0x3fe7f27fd3ffbd82, [34886] = 0x3fc9776609cccf18, [35133] = 0x3caa98e97a2d4c72, [35380] = 0x3fa952de19b450a0, [35627] = 0x3fe0cd6dc9a0cee2, [35874] = 0x3fef5d0ac81674ae, [36121] = 0xbfdc12a227c94a24, [36368] = 0xbfc349741d7721d8, [36615] = 0x3fded0ead59ea95c, [36862] = 0x3fe5110e473b5b02, [37109] = 0x3fef62f2124cec52, [37356] = 0xbfaf01a1d527f4a0, [37603] = 0x3fe528e4cdfd2586, [37850] = 0x3c83100f5486faf8, [38097] = 0xbfe2fc118803042e, [38344] = 0xbfb1631fa8bc1930, [38591] = 0xbfedeadc9343b3f2, [38838] = 0xbfda2476a60dbfec, [39085] = 0x3fe1c04374484b96, [39332] = 0xbfdc0afbd510d6c4, [39579] = 0xbfe8cd736f470b8a, [39826] = 0xbfef25542d3cf3de, [40073] = 0x3fe0fb170f4038be, [40320] = 0x3fe7a75fb83c7776, [40567] = 0xbfdd256273b33824, [40814] = 0xbfaf85e03c589260, [41061] = 0xbfe4ec26ce44f7b2, [41308] = 0x3fedc74104df9aee, [41555] = 0xbfc955a9f49a0918, [41802] = 0x3fde50b637b5de9c, [42049] = 0x3fb2f53f41a8b130, [42296] = 0xbfe4867cdb65a4b2, [42543] = 0x3feb11042d20570a, [42790] = 0xbc9284c644a07614, [43037] = 0xbfc3e93c084520c8, [43284] = 0x3febc50ca497dada, [43531] = 0x3fd2868d6525f88c, [43778] = 0xbfeddef2d084ced2, [44025] = 0xbfedb86cfed7f6c2, [44272] = 0xbf93b8170ae367c0, [44519] = 0xbca56e9053587dea, [44766] = 0x3fde17e756952e14, [45013] = 0x3fb94020f7b43230, [45260] = 0x3ca28b6a83f3f9ae, [45507] = 0x3fccd3ab145bb908, [45754] = 0xbfef28ca777dd762, [46001] = 0x3fee8260fa59b6e2};
static uint64_t call1_b[55483] = {[27649] = 0x3f9abcb23f4efb64, [27653] = 0x3fe558c67d58c67d, [27655] = 0x3fe9704bb9704bb9, [27656] = 0x3fcfb1fb1fb1fb20, [27658] = 0x3fba2b25ec744a7f, [27659] = 0x3fdbd93c806b85a5, [27661] = 0x3fe1f634e6887e0b, [27666] = 0x3fedcc7e2015a2b2, [27669] = 0x3f90d75f3569a85a, [27671] = 0x3fe5b3404ffc64e2, [27675] = 0x3fd56026ae84b8f8, [27684] = 0x3fbdc8e3025b2c27, [27685] = 0x3fee279fc99556a5, [27686] = 0x3fd5ee17e3a4f351, [27688] = 0x3fd1818181818182, [27689] = 0x3fe229d63ebc1f63, [27693] = 0x3fe71adc2a889306, [27694] = 0x3fd82f5e639d153f, [27695] = 0x3fe6ff52ea6d09c6, [27696] = 0x3fd1e81c5b0caea4, [27697] = 0x3fdb3d86ab3d86ab, [27698] = 0x3fe27bca2832a596, [27699] = 0x3fd2371cfda4d3d9, [27701] = 0x3fe8371280371280, [27703] = 0x3fea9531ee02e8c9, [27704] = 0x3fe70f0f0f0f0f0f, [27705] = 0x3fcd32bfcf7be462, [27706] = 0x3fe0d028f9f4bb43, [27715] = 0x3fe6da71f4914d62, [27722] = 0x3fe51aa7b763cc4a, [27725] = 0x3fec9a2736e34bc9, [27727] = 0x3fd9da2dc547e4a1, [27729] = 0x3fddcec99017ee22, [27730] = 0x3feab96b0d028f9f, [27740] = 0x3fb98f1c2bd840be, [27741] = 0x3fe76988e1b2ad74, [27744] = 0x3fd94f83c274160c, [27746] = 0x3fe3d3fdc98ad937, [27748] = 0x3fcf0cc39f0cc39f, [27756] = 0x3fd64d7c81bb335d, [27757] = 0x3fe3bffeb05247d5, [27758] = 0x3fe16e7e2a931074, [27760] = 0x3fbad98b2d22afbf, [27761] = 0x3fee91ffb691ffb7, [27762] = 0x3fd79e79e79e79e8, [27765] = 0x3fee7550be7550be, [27767] = 0x3fc18cfab18cfab2, [27768] = 0x3fc419faa1d0d610, [27771] = 0x3fd766bf908b51da, [27772] = 0x3fd71ef5296819bc, [27776] = 0x3fc07edce75a4a9e, [27784] = 0x3fe8f4b604626ce0, [27786] = 0x3fe14d0e5cbac538, [27789] = 0x3fe9854694f2fd70, [27792] = 0x3fb0c26459e6f6a3, [27793] = 0x3fe594c3c9027aa4, [27794] = 0x3fecbd10a82ac784, [27796] = 0x3fdcbb6d0f0491a1, [27800] = 0x3fe4fca9118ef236, [27803] = 0x3fe536aed8a465b4, [27804] = 0x3fc83790615c22ab, [27806] = 0x3fe8f3904c614728, [27808] = 0x3fea04cb53295d9c, [27812] = 0x3fa5737df0e134cc, [27813] = 0x3fe35b3165a455f8, [27815] = 0x3fd21a97fb3f2a44, [27816] = 0x3fe51a29d63ebc1f, [27818] = 0x3fb0a58b6c134248, [27819] = 0x3fe1ec3559ec355a, [27821] = 0x3fe03dcada86ef6d, [27825] = 0x3fb5333db0a0f48c, [27827] = 0x3fd92e67e009d597, [27828] = 0x3fe812d961376baa, [27829] = 0x3fe625d23ab81b5f, [27832] = 0x3fc1b6f068925e1f, [27833] = 0x3fedd06d293e2405, [27834] = 0x3fcd3e8ceaf56859};
static uint64_t call1_c[62708] = {[15291] = 0x3f90000000000000};
static void call1(void) {
  double *a = place(call1_a, 369488, 0, false);
  double *b = place(call1_b, 443864, 0, false);
  double *c = place(call1_c, 501664, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 112, 244, 257, 187, 0x1.999999999999ap-04, a, 247, b, 216, 0x1p+01, c, 257);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 369488, 0, false);
  for (int i = 0; i < 46186; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 8) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 443864, 0, false);
  for (int i = 0; i < 55483; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 8) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 501664, 0, false);
  for (int i = 0; i < 62708; i++)
    if (i % 257 >= 257 && memcmp(&c[i], &call1_c[i], 8) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 15291, &c[15291], 8);
}

static uint64_t call2_a[46186] = {[59] = 0xbfb6a5556d1867b0, [306] = 0x3c727fb476e5cdf0, [553] = 0xbfec9bf7426b6812, [800] = 0xbf9408eeaf73f0c0, [1047] = 0xbfeda14470b918ae, [1294] = 0xbfd113289c2982e4, [1541] = 0x3fdae6b7550030b4, [1788] = 0x3fc3bb12375cca68, [2035] = 0xbfe2596deef8d7be, [2282] = 0xbfd784155526d35c, [2529] = 0xbfdd49866623073c, [2776] = 0x3fbce5a101cd0ef0, [3023] = 0x3cad47e5fe3a7716, [3270] = 0x3fd28f416e5f059c, [3517] = 0x3fefa4b49c509d1a, [3764] = 0xbfe9a874f5eefdca, [4011] = 0x3fe8d1712201c70a, [4258] = 0xbfe6375a6dfe1416, [4505] = 0xbca473846b25bc0e, [4752] = 0xbfe7054488d51f02, [4999] = 0x3fefd663f4cdd84e, [5246] = 0x3fd477fb306f2f9c, [5493] = 0x3fd42fbee25415e4, [5740] = 0xbfbab9ec667855b0, [5987] = 0xbfdc7d0acfe25654, [6234] = 0x3fe50b5be37ba32a, [6481] = 0x3fec6600cc615d82, [6728] = 0x3fec0ddbdf918cf2, [6975] = 0xbfeb20d0181d7e16, [7222] = 0xbca48de0fb6d24e6, [7469] = 0xbfe65397bffc2302, [7716] = 0xbfe1da3fbc7cfcf6, [7963] = 0x3ca17c10d2bfdd52, [8210] = 0xbcadac827935d2ca, [8457] = 0xbfc45909d20398e8, [8704] = 0xbfe447df394348f6, [8951] = 0x3fd259be720893f4, [9198] = 0x3fc498d2d2e93948, [9445] = 0x3f828a0ee54d7c80, [9692] = 0x3fea54ba4f5f0ade, [9939] = 0x3fd53e239d12f764, [10186] = 0x3f92b409f9b74f40, [10433] = 0x3fd0d4c1aaa09be4, [10680] = 0xbfdeb9eea7d4ddac, [10927] = 0x3fe08befba52509e, [11174] = 0x3fe3404b911acbda, [11421] = 0xbfbb4a2f1a45ac70, [11668] = 0x3fee60eb2b81e18a, [11915] = 0xbfe3616c8ea9272e, [12162] = 0xbfe95793d643276a, [12409] = 0x3fb198391f0d7530, [12656] = 0xbcad306ba0f00aee, [12903] = 0x3fdfa2aa31e39bf4, [13150] = 0xbfec25dff08522da, [13397] = 0x3fefa927c6c1ebe2, [13644] = 0x3fbacc23659d8d30, [13891] = 0x3fea5c49f12acd92, [14138] = 0x3fe4263c21e6234e, [14385] = 0xbfe893eff0952dd6, [14632] = 0xbfddd24c8aae6f4c, [14879] = 0xbfe1f376d5a28c4a, [15126] = 0x3f97c4f3950084c0, [15373] = 0xbfecb424149d3baa, [15620] = 0xbfed90e36580c84e, [15867] = 0x3feffe2dc6eeadc2, [16114] = 0xbfe987e0c1a4af76, [16361] = 0x3c9fbd2df0f6495c, [16608] = 0xbfe669ded8284282, [16855] = 0xbfd73d8942b96864, [17102] = 0x3fed55e09cb5bf4e, [17349] = 0xbfc936c9b8555ba8, [17596] = 0x3fe4c1958b62ebfa, [17843] = 0x3feac06c3b927e02, [18090] = 0x3fe4d9982de034ae, [18337] = 0x3fe9a9dee07d50a2, [18584] = 0xbfd4eb7f52492ba4, [18831] = 0x3fe8f93f481cd43e, [19078] = 0x3fc3ab3f86379298, [19325] = 0xbfd588089209bcbc, [19572] = 0x3c9c94715d9700bc, [19819] = 0xbfd31b8c21dacac4, [20066] = 0x3fee3876a0b434b2, [20313] = 0xbfe92f7884b4ed4e, [20560] = 0x3fd75def5f50bb1c, [20807] = 0x3fe1bcc55368a972, [21054] = 0x3fea4d201846f8ea, [21301] = 0xbfecbd19c5f1d42e, [21548] = 0xbfdf04a821db71cc, [21795] = 0xbc67861dbfd0c3e0, [22042] = 0x3fe7d34da9831d2e, [22289] = 0x3fd55a88242a1564, [22536] = 0xbc9a5e81137807fc, [22783] = 0x3fe914e3a179edae, [23030] = 0xbfef2515e5fff86e, [23277] = 0x3f8d003b8ed4a780, [23524] = 0xbc96bed9ba02d7fc, [23771] = 0xbfea2cb365461e2a, [24018] = 0x3fe22bbba2486012, [24265] = 0x3fb4d416ff58c0b0, [24512] = 0x3fe74639bda5457e, [24759] = 0x3cac1de95e7dcfba, [25006] = 0xbfd391d8e87e7794, [25253] = 0xbfc1711023f4e778, [25500] = 0xbfdc136474718884, [25747] = 0x3fd8d6114765078c, [25994] = 0xbfefe36c963e913a, [26241] = 0xbfd540de3f4b8f34, [26488] = 0x3fd3b207e5a5442c, [26735] = 0xbfe9ad61f006397e, [26982] = 0xbfd1e072b4310aa4, [27229] = 0x3fe59e86b3e5b0d2, [27476] = 0x3fee740a5663d0fe, [27723] = 0xbfe1846460ab8662, [27970] = 0xbfef51a94e290f56, [28217] = 0xbf98839e8700bfc0, [28464] = 0xbc9b1885651c9094, [28711] = 0xbfe3e321d6ea1df6, [28958] = 0x3fe87afa030de2ee, [29205] = 0x3fbfdee2594b5fb0, [29452] = 0x3fe7e92629f9319a, [29699] = 0x3fb7afbb7d56e1d0, [29946] = 0x3fa2fd5513bb37e0, [30193] = 0x3fe66af3cef53a06, [30440] = 0x3fb467108abd5a10, [30687] = 0xbfe6ededb3be084e, [30934] = 0xbf8ec56fa2b40d80, [31181] = 0x3fd704fb97af13dc, [31428] = 0x3fe5bfa34bb5104e, [31675] = 0xbfe4c8ef9deffb2a, [31922] = 0x3fdb9a5c77944cdc, [32169] = 0x3fe4435924412ea6, [32416] = 0x3fe81bd867afc85a, [32663] = 0x3fe54ffc18425b1e, [32910] = 0xbfe3866b76e1089e, [33157] = 0xbfc963aba2c7f958, [33404] = 0x3fe8d7a806b4a946, [33651] = 0xbfda07362534902c, [33898] = 0x3fd64874f6d57e1c, [34145] = 0xbfe05c6325afc4fa, [34392] = 0x3f82f8c5b80b1a80, [34639] = 0x3fe7f27fd3ffbd82, [34886] = 0x3fc9776609cccf18, [35133] = 0x3caa98e97a2d4c72, [35380] = 0x3fa952de19b450a0, [35627] = 0x3fe0cd6dc9a0cee2, [35874] = 0x3fef5d0ac81674ae, [36121] = 0xbfdc12a227c94a24, [36368] = 0xbfc349741d7721d8, [36615] = 0x3fded0ead59ea95c, [36862] = 0x3fe5110e473b5b02, [37109] = 0x3fef62f2124cec52, [37356] = 0xbfaf01a1d527f4a0, [37603] = 0x3fe528e4cdfd2586, [37850] = 0x3c83100f5486faf8, [38097] = 0xbfe2fc118803042e, [38344] = 0xbfb1631fa8bc1930, [38591] = 0xbfedeadc9343b3f2, [38838] = 0xbfda2476a60dbfec, [39085] = 0x3fe1c04374484b96, [39332] = 0xbfdc0afbd510d6c4, [39579] = 0xbfe8cd736f470b8a, [39826] = 0xbfef25542d3cf3de, [40073] = 0x3fe0fb170f4038be, [40320] = 0x3fe7a75fb83c7776, [40567] = 0xbfdd256273b33824, [40814] = 0xbfaf85e03c589260, [41061] = 0xbfe4ec26ce44f7b2, [41308] = 0x3fedc74104df9aee, [41555] = 0xbfc955a9f49a0918, [41802] = 0x3fde50b637b5de9c, [42049] = 0x3fb2f53f41a8b130, [42296] = 0xbfe4867cdb65a4b2, [42543] = 0x3feb11042d20570a, [42790] = 0xbc9284c644a07614, [43037] = 0xbfc3e93c084520c8, [43284] = 0x3febc50ca497dada, [43531] = 0x3fd2868d6525f88c, [43778] = 0xbfeddef2d084ced2, [44025] = 0xbfedb86cfed7f6c2, [44272] = 0xbf93b8170ae367c0, [44519] = 0xbca56e9053587dea, [44766] = 0x3fde17e756952e14, [45013] = 0x3fb94020f7b43230, [45260] = 0x3ca28b6a83f3f9ae, [45507] = 0x3fccd3ab145bb908, [45754] = 0xbfef28ca777dd762, [46001] = 0x3fee8260fa59b6e2};
static uint64_t call2_b[55483] = {[27649] = 0x3f9abcb23f4efb64, [27653] = 0x3fe558c67d58c67d, [27655] = 0x3fe9704bb9704bb9, [27656] = 0x3fcfb1fb1fb1fb20, [27658] = 0x3fba2b25ec744a7f, [27659] = 0x3fdbd93c806b85a5, [27661] = 0x3fe1f634e6887e0b, [27666] = 0x3fedcc7e2015a2b2, [27669] = 0x3f90d75f3569a85a, [27671] = 0x3fe5b3404ffc64e2, [27675] = 0x3fd56026ae84b8f8, [27684] = 0x3fbdc8e3025b2c27, [27685] = 0x3fee279fc99556a5, [27686] = 0x3fd5ee17e3a4f351, [27688] = 0x3fd1818181818182, [27689] = 0x3fe229d63ebc1f63, [27693] = 0x3fe71adc2a889306, [27694] = 0x3fd82f5e639d153f, [27695] = 0x3fe6ff52ea6d09c6, [27696] = 0x3fd1e81c5b0caea4, [27697] = 0x3fdb3d86ab3d86ab, [27698] = 0x3fe27bca2832a596, [27699] = 0x3fd2371cfda4d3d9, [27701] = 0x3fe8371280371280, [27703] = 0x3fea9531ee02e8c9, [27704] = 0x3fe70f0f0f0f0f0f, [27705] = 0x3fcd32bfcf7be462, [27706] = 0x3fe0d028f9f4bb43, [27715] = 0x3fe6da71f4914d62, [27722] = 0x3fe51aa7b763cc4a, [27725] = 0x3fec9a2736e34bc9, [27727] = 0x3fd9da2dc547e4a1, [27729] = 0x3fddcec99017ee22, [27730] = 0x3feab96b0d028f9f, [27740] = 0x3fb98f1c2bd840be, [27741] = 0x3fe76988e1b2ad74, [27744] = 0x3fd94f83c274160c, [27746] = 0x3fe3d3fdc98ad937, [27748] = 0x3fcf0cc39f0cc39f, [27756] = 0x3fd64d7c81bb335d, [27757] = 0x3fe3bffeb05247d5, [27758] = 0x3fe16e7e2a931074, [27760] = 0x3fbad98b2d22afbf, [27761] = 0x3fee91ffb691ffb7, [27762] = 0x3fd79e79e79e79e8, [27765] = 0x3fee7550be7550be, [27767] = 0x3fc18cfab18cfab2, [27768] = 0x3fc419faa1d0d610, [27771] = 0x3fd766bf908b51da, [27772] = 0x3fd71ef5296819bc, [27776] = 0x3fc07edce75a4a9e, [27784] = 0x3fe8f4b604626ce0, [27786] = 0x3fe14d0e5cbac538, [27789] = 0x3fe9854694f2fd70, [27792] = 0x3fb0c26459e6f6a3, [27793] = 0x3fe594c3c9027aa4, [27794] = 0x3fecbd10a82ac784, [27796] = 0x3fdcbb6d0f0491a1, [27800] = 0x3fe4fca9118ef236, [27803] = 0x3fe536aed8a465b4, [27804] = 0x3fc83790615c22ab, [27806] = 0x3fe8f3904c614728, [27808] = 0x3fea04cb53295d9c, [27812] = 0x3fa5737df0e134cc, [27813] = 0x3fe35b3165a455f8, [27815] = 0x3fd21a97fb3f2a44, [27816] = 0x3fe51a29d63ebc1f, [27818] = 0x3fb0a58b6c134248, [27819] = 0x3fe1ec3559ec355a, [27821] = 0x3fe03dcada86ef6d, [27825] = 0x3fb5333db0a0f48c, [27827] = 0x3fd92e67e009d597, [27828] = 0x3fe812d961376baa, [27829] = 0x3fe625d23ab81b5f, [27832] = 0x3fc1b6f068925e1f, [27833] = 0x3fedd06d293e2405, [27834] = 0x3fcd3e8ceaf56859};
static uint64_t call2_c[62708] = {[15291] = 0x3f90000000000000};
static void call2(void) {
  double *a = place(call2_a, 369488, 0, false);
  double *b = place(call2_b, 443864, 0, false);
  double *c = place(call2_c, 501664, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  cblas_dgemm(101, 112, 112, 244, 257, 187, 0x1.999999999999ap-04, a, 247, b, 216, 0x1p+01, c, 257);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 369488, 0, false);
  for (int i = 0; i < 46186; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 8) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 443864, 0, false);
  for (int i = 0; i < 55483; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 8) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 501664, 0, false);
  for (int i = 0; i < 62708; i++)
    if (i % 257 >= 257 && memcmp(&c[i], &call2_c[i], 8) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 15291, &c[15291], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 2 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
