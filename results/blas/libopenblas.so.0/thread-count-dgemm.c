/* /usr/lib/x86_64-linux-gnu/libopenblas.so.0, thread-count: the bits do not depend on the number of threads.
 * 2 threads against one: C[15426] (row 60, column 6) = -0.026376472716205135 (0xbf9b026f1eccbc60), want -0.02637647271620519 (0xbf9b026f1eccbc70), 16 ulp apart
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
static uint64_t call1_a[46186] = {[60] = 0x3fba420ce929d290, [307] = 0xbfe26cc606909bc2, [554] = 0xbfcf9d50f76bc1a8, [801] = 0xbfde919c9267aa74, [1048] = 0xbfca2a65041f1128, [1295] = 0x3fd113289c2982e4, [1542] = 0xbfe6b00d8cceaaba, [1789] = 0xbfc3bb12375cca68, [2036] = 0x3fe2596deef8d7be, [2283] = 0xbfd50fbd30393444, [2530] = 0x3c974581b77f5084, [2777] = 0xbfbce5a101cd0ef0, [3024] = 0xbfb300eb0add0ad0, [3271] = 0x3c727471a0350110, [3518] = 0xbf9fdf36ee7e3540, [3765] = 0xbfbf20db091364b0, [4012] = 0xbfe40cbafc258dc6, [4259] = 0x3fe6375a6dfe1416, [4506] = 0x3fe974ea196a5ca2, [4753] = 0x3ca963a56a6adf42, [5000] = 0xbfdcf2186f8ff2b4, [5247] = 0xbfd477fb306f2f9c, [5494] = 0xbfd42fbee25415e4, [5741] = 0x3fbab9ec667855b0, [5988] = 0xbfc0150889001378, [6235] = 0xbfe50b5be37ba32a, [6482] = 0xbca502960dce76be, [6729] = 0xbfec0ddbdf918cf2, [6976] = 0x3feb20d0181d7e16, [7223] = 0xbfec930a1ae260de, [7470] = 0x3ca39ee0104e9f56, [7717] = 0x3fe1da3fbc7cfcf6, [7964] = 0x3fca8109c5a624a8, [8211] = 0x3fe49727ebb2acb6, [8458] = 0x3fc45909d20398e8, [8705] = 0x3fe447df394348f6, [8952] = 0xbc98870692037cd4, [9199] = 0xbfe9ac793bbfd72e, [9446] = 0xbf828a0ee54d7c80, [9693] = 0x3fc4d5dc00f6d038, [9940] = 0xbc7841f38827b8b0, [10187] = 0xbfed0c9b1460c5d6, [10434] = 0xbfcb428b41465f28, [10681] = 0xbfd33c4aab35790c, [10928] = 0x3c9092a57f5524b4, [11175] = 0xbfe3404b911acbda, [11422] = 0x3f9092b980cb8dc0, [11669] = 0xbfef81cbcb6fb64e, [11916] = 0x3fe3616c8ea9272e, [12163] = 0x3fc1f1be42ab76e8, [12410] = 0xbfb198391f0d7530, [12657] = 0xbfe866897482ea42, [12904] = 0xbca6ea1e133d1ac2, [13151] = 0x3fe004cad8f12e72, [13398] = 0xbfd6ddb26470d4f4, [13645] = 0xbfbacc23659d8d30, [13892] = 0xbfea5c49f12acd92, [14139] = 0xbfe4263c21e6234e, [14386] = 0x3fe893eff0952dd6, [14633] = 0x3fddd24c8aae6f4c, [14880] = 0x3fe1f376d5a28c4a, [15127] = 0x3fe467a1497965d2, [15374] = 0x3fecb424149d3baa, [15621] = 0xbfbc3e66e4368bb0, [15868] = 0xbfeffe2dc6eeadc2, [16115] = 0x3fe987e0c1a4af76, [16362] = 0x3fedbdbc5f68f6c6, [16609] = 0x3c9d5a1d0f38a9c4, [16856] = 0x3fd73d8942b96864, [17103] = 0xbfed55e09cb5bf4e, [17350] = 0xbca7a3feb501e50e, [17597] = 0xbc809078e900ae08, [17844] = 0xbc62f59981ca3b20, [18091] = 0x3c615b85c44222a0, [18338] = 0xbfe9a9dee07d50a2, [18585] = 0x3fd4eb7f52492ba4, [18832] = 0xbfe8f93f481cd43e, [19079] = 0x3fe8fe902fe633fe, [19326] = 0x3fd588089209bcbc, [19573] = 0x3fd6c748010c06e4, [19820] = 0x3fd31b8c21dacac4, [20067] = 0xbfefe5f14d1da23a, [20314] = 0x3fe92f7884b4ed4e, [20561] = 0x3fe0b9da552e1e52, [20808] = 0xbfcf107c7057dbe8, [21055] = 0xbfe9e551727f11b2, [21302] = 0x3fecbd19c5f1d42e, [21549] = 0x3fdf04a821db71cc, [21796] = 0xbfe6b060fd9e0156, [22043] = 0xbfe7d34da9831d2e, [22290] = 0xbfd55a88242a1564, [22537] = 0x3fdd511824da54bc, [22784] = 0xbfe914e3a179edae, [23031] = 0x3fef2515e5fff86e, [23278] = 0xbf8d003b8ed4a780, [23525] = 0xbfe9d5eb6414ecb2, [23772] = 0x3fd3e914431dc2dc, [24019] = 0xbf8e94316ea2af80, [24266] = 0xbfb4d416ff58c0b0, [24513] = 0xbfe74639bda5457e, [24760] = 0x3ca932ff746c45f6, [25007] = 0xbfef2a630d882ad2, [25254] = 0x3fc1711023f4e778, [25501] = 0x3fdc136474718884, [25748] = 0x3fe22db2247f7e8a, [25995] = 0x3fefe36c963e913a, [26242] = 0xbfb25babcc6a8770, [26489] = 0x3fe24cc537db5b66, [26736] = 0x3fe45e31c8719d8e, [26983] = 0x3fd1e072b4310aa4, [27230] = 0xbfe59e86b3e5b0d2, [27477] = 0xbfee740a5663d0fe, [27724] = 0x3fe1846460ab8662, [27971] = 0x3ca4ce9ed19911f6, [28218] = 0x3f98839e8700bfc0, [28465] = 0xbfe38f9c18e19b3e, [28712] = 0x3ca180b419fea9fa, [28959] = 0xbfe87afa030de2ee, [29206] = 0xbfbfdee2594b5fb0, [29453] = 0xbfd7e9ffd67ef9b4, [29700] = 0x3fc1b02933e641b8, [29947] = 0xbfa2fd5513bb37e0, [30194] = 0xbfe66af3cef53a06, [30441] = 0x3fb387a2c98dafb0, [30688] = 0x3fe6ededb3be084e, [30935] = 0x3fe0f07464a528d2, [31182] = 0x3fd0bfbc03ea87a4, [31429] = 0xbcaa8fedda4a7f02, [31676] = 0xbfdeb987dd1689e4, [31923] = 0xbc8585806643d988, [32170] = 0xbfe4435924412ea6, [32417] = 0xbfe81bd867afc85a, [32664] = 0x3c9f6a2a95d2d49c, [32911] = 0x3fe3866b76e1089e, [33158] = 0x3fe119577083e13e, [33405] = 0x3fdf467893dd21b4, [33652] = 0x3fda07362534902c, [33899] = 0xbfd64874f6d57e1c, [34146] = 0x3fcf83c9f6493218, [34393] = 0xbf82f8c5b80b1a80, [34640] = 0xbfe7f27fd3ffbd82, [34887] = 0xbfc9776609cccf18, [35134] = 0x3febe4589c4234e6, [35381] = 0x3fd115e31723ea3c, [35628] = 0xbfd6951929f16bfc, [35875] = 0xbfe76f76911e0f1a, [36122] = 0x3fdc12a227c94a24, [36369] = 0x3cacda042d0ab18a, [36616] = 0xbca51c5b2d0ff38e, [36863] = 0x3fef0b57058f1d4a, [37110] = 0xbfef62f2124cec52, [37357] = 0x3faf01a1d527f4a0, [37604] = 0x3fbedabe2a305250, [37851] = 0x3fe9ef059cc33d52, [38098] = 0x3fe2fc118803042e, [38345] = 0x3c9aa2149862a894, [38592] = 0x3fedeadc9343b3f2, [38839] = 0x3fda2476a60dbfec, [39086] = 0x3fdba1b60acb7ec4, [39333] = 0x3fd494e653c6821c, [39580] = 0x3fed59daac4e6956, [39827] = 0x3fef25542d3cf3de, [40074] = 0xbfe0fb170f4038be, [40321] = 0x3fd5eac81e6a8034, [40568] = 0x3ca3a377ca6a1e36, [40815] = 0x3faf85e03c589260, [41062] = 0x3fd92ddfa3aafae4, [41309] = 0xbfe022420e162a36, [41556] = 0x3c99c1d3bc0c6534, [41803] = 0xbfde50b637b5de9c, [42050] = 0xbfa54040820a2ee0, [42297] = 0x3fe4867cdb65a4b2, [42544] = 0xbfeb11042d20570a, [42791] = 0xbfbd2f8980b69570, [43038] = 0x3fc3e93c084520c8, [43285] = 0xbfebc50ca497dada, [43532] = 0x3fdb054acea87edc, [43779] = 0x3feddef2d084ced2, [44026] = 0x3fedb86cfed7f6c2, [44273] = 0x3f93b8170ae367c0, [44520] = 0x3fe9a737ee51fec6, [44767] = 0x3f9fd7643b41f0c0, [45014] = 0x3cab6eb995f84926, [45261] = 0x3fd63c8857809b34, [45508] = 0x3fa55943e7198920, [45755] = 0xbfc5451fcb160ee8, [46002] = 0xbfee8260fa59b6e2};
static uint64_t call1_b[55483] = {[1297] = 0x3febb26405fb8898, [1303] = 0x3fe22000a7d6dc16, [1304] = 0x3fef3f6934f644a3, [1307] = 0x3fef28f4b604626d, [1309] = 0x3fc92cc446e39fb5, [1312] = 0x3fe53e0f09d0582e, [1314] = 0x3fa69e74a8e7993b, [1317] = 0x3fd65edc3f836e89, [1321] = 0x3fc4b36506fc8999, [1322] = 0x3fd2130dd45c3267, [1324] = 0x3fe33500c2106e79, [1326] = 0x3fab93bd894a98f7, [1330] = 0x3fda25934a25934a, [1332] = 0x3fe9ee56d4377b67, [1334] = 0x3fe949733f004ead, [1336] = 0x3fc99113b06c8167, [1341] = 0x3fd103f447df61ff, [1342] = 0x3fe70491a14db634, [1343] = 0x3fea25e735939e11, [1344] = 0x3fb91a68c6d14435, [1346] = 0x3fe1d519041e3d96, [1347] = 0x3fc1afba2d1d7109, [1348] = 0x3fcdad59c23fa2e7, [1351] = 0x3f9c40d31c40d31c, [1352] = 0x3fd89305f649e164, [1357] = 0x3fda379adec9e403, [1360] = 0x3fdeb1f5e0fb1a73, [1361] = 0x3fc174b8a3bddd36, [1362] = 0x3fd10250aeb92c1c, [1365] = 0x3fe4b3111b8e7ed2, [1370] = 0x3fd5939e110154ec, [1374] = 0x3fe3000fbc24a205, [1379] = 0x3fe4593f1fc6f5fb, [1386] = 0x3fd47e4a0b59b7c2, [1389] = 0x3fe39ceb4953c6b7, [1391] = 0x3fe3ebebebebebec, [1398] = 0x3fe992b74992b74a, [1404] = 0x3feebc9d447378b2, [1405] = 0x3fe9b69c7d245359, [1407] = 0x3fc449d6e692fb79, [1408] = 0x3fee16bdecf22ba4, [1411] = 0x3f9d56cef8c485d4, [1420] = 0x3fbc3f836e88a801, [1422] = 0x3fd86dfb0ab71f9d, [1428] = 0x3fb972433e048c63, [1429] = 0x3fca027fe327122c, [1438] = 0x3feb7d490a58b6c1, [1439] = 0x3feb0d028f9f4bb4, [1442] = 0x3fe1854694f2fd70, [1451] = 0x3fe92707aedde31d, [1454] = 0x3fe61ec5f4fa33ac, [1458] = 0x3fda28869103f448, [1460] = 0x3fbe1f6dcbd6493a, [1463] = 0x3fe480e966ca0df9, [1464] = 0x3fe2ffe5c66d9ca2, [1467] = 0x3fe249a2736e34bd, [1470] = 0x3fcaba12e3dea52d, [1473] = 0x3fe0fc6a20fc6a21, [1476] = 0x3fe4a71a0a5df578, [1481] = 0x3fb25e1f6dcbd649};
static uint64_t call1_c[62708] = {[15426] = 0xbfc0000000000000};
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
  show(1, 15426, &c[15426], 8);
}

static uint64_t call2_a[46186] = {[60] = 0x3fba420ce929d290, [307] = 0xbfe26cc606909bc2, [554] = 0xbfcf9d50f76bc1a8, [801] = 0xbfde919c9267aa74, [1048] = 0xbfca2a65041f1128, [1295] = 0x3fd113289c2982e4, [1542] = 0xbfe6b00d8cceaaba, [1789] = 0xbfc3bb12375cca68, [2036] = 0x3fe2596deef8d7be, [2283] = 0xbfd50fbd30393444, [2530] = 0x3c974581b77f5084, [2777] = 0xbfbce5a101cd0ef0, [3024] = 0xbfb300eb0add0ad0, [3271] = 0x3c727471a0350110, [3518] = 0xbf9fdf36ee7e3540, [3765] = 0xbfbf20db091364b0, [4012] = 0xbfe40cbafc258dc6, [4259] = 0x3fe6375a6dfe1416, [4506] = 0x3fe974ea196a5ca2, [4753] = 0x3ca963a56a6adf42, [5000] = 0xbfdcf2186f8ff2b4, [5247] = 0xbfd477fb306f2f9c, [5494] = 0xbfd42fbee25415e4, [5741] = 0x3fbab9ec667855b0, [5988] = 0xbfc0150889001378, [6235] = 0xbfe50b5be37ba32a, [6482] = 0xbca502960dce76be, [6729] = 0xbfec0ddbdf918cf2, [6976] = 0x3feb20d0181d7e16, [7223] = 0xbfec930a1ae260de, [7470] = 0x3ca39ee0104e9f56, [7717] = 0x3fe1da3fbc7cfcf6, [7964] = 0x3fca8109c5a624a8, [8211] = 0x3fe49727ebb2acb6, [8458] = 0x3fc45909d20398e8, [8705] = 0x3fe447df394348f6, [8952] = 0xbc98870692037cd4, [9199] = 0xbfe9ac793bbfd72e, [9446] = 0xbf828a0ee54d7c80, [9693] = 0x3fc4d5dc00f6d038, [9940] = 0xbc7841f38827b8b0, [10187] = 0xbfed0c9b1460c5d6, [10434] = 0xbfcb428b41465f28, [10681] = 0xbfd33c4aab35790c, [10928] = 0x3c9092a57f5524b4, [11175] = 0xbfe3404b911acbda, [11422] = 0x3f9092b980cb8dc0, [11669] = 0xbfef81cbcb6fb64e, [11916] = 0x3fe3616c8ea9272e, [12163] = 0x3fc1f1be42ab76e8, [12410] = 0xbfb198391f0d7530, [12657] = 0xbfe866897482ea42, [12904] = 0xbca6ea1e133d1ac2, [13151] = 0x3fe004cad8f12e72, [13398] = 0xbfd6ddb26470d4f4, [13645] = 0xbfbacc23659d8d30, [13892] = 0xbfea5c49f12acd92, [14139] = 0xbfe4263c21e6234e, [14386] = 0x3fe893eff0952dd6, [14633] = 0x3fddd24c8aae6f4c, [14880] = 0x3fe1f376d5a28c4a, [15127] = 0x3fe467a1497965d2, [15374] = 0x3fecb424149d3baa, [15621] = 0xbfbc3e66e4368bb0, [15868] = 0xbfeffe2dc6eeadc2, [16115] = 0x3fe987e0c1a4af76, [16362] = 0x3fedbdbc5f68f6c6, [16609] = 0x3c9d5a1d0f38a9c4, [16856] = 0x3fd73d8942b96864, [17103] = 0xbfed55e09cb5bf4e, [17350] = 0xbca7a3feb501e50e, [17597] = 0xbc809078e900ae08, [17844] = 0xbc62f59981ca3b20, [18091] = 0x3c615b85c44222a0, [18338] = 0xbfe9a9dee07d50a2, [18585] = 0x3fd4eb7f52492ba4, [18832] = 0xbfe8f93f481cd43e, [19079] = 0x3fe8fe902fe633fe, [19326] = 0x3fd588089209bcbc, [19573] = 0x3fd6c748010c06e4, [19820] = 0x3fd31b8c21dacac4, [20067] = 0xbfefe5f14d1da23a, [20314] = 0x3fe92f7884b4ed4e, [20561] = 0x3fe0b9da552e1e52, [20808] = 0xbfcf107c7057dbe8, [21055] = 0xbfe9e551727f11b2, [21302] = 0x3fecbd19c5f1d42e, [21549] = 0x3fdf04a821db71cc, [21796] = 0xbfe6b060fd9e0156, [22043] = 0xbfe7d34da9831d2e, [22290] = 0xbfd55a88242a1564, [22537] = 0x3fdd511824da54bc, [22784] = 0xbfe914e3a179edae, [23031] = 0x3fef2515e5fff86e, [23278] = 0xbf8d003b8ed4a780, [23525] = 0xbfe9d5eb6414ecb2, [23772] = 0x3fd3e914431dc2dc, [24019] = 0xbf8e94316ea2af80, [24266] = 0xbfb4d416ff58c0b0, [24513] = 0xbfe74639bda5457e, [24760] = 0x3ca932ff746c45f6, [25007] = 0xbfef2a630d882ad2, [25254] = 0x3fc1711023f4e778, [25501] = 0x3fdc136474718884, [25748] = 0x3fe22db2247f7e8a, [25995] = 0x3fefe36c963e913a, [26242] = 0xbfb25babcc6a8770, [26489] = 0x3fe24cc537db5b66, [26736] = 0x3fe45e31c8719d8e, [26983] = 0x3fd1e072b4310aa4, [27230] = 0xbfe59e86b3e5b0d2, [27477] = 0xbfee740a5663d0fe, [27724] = 0x3fe1846460ab8662, [27971] = 0x3ca4ce9ed19911f6, [28218] = 0x3f98839e8700bfc0, [28465] = 0xbfe38f9c18e19b3e, [28712] = 0x3ca180b419fea9fa, [28959] = 0xbfe87afa030de2ee, [29206] = 0xbfbfdee2594b5fb0, [29453] = 0xbfd7e9ffd67ef9b4, [29700] = 0x3fc1b02933e641b8, [29947] = 0xbfa2fd5513bb37e0, [30194] = 0xbfe66af3cef53a06, [30441] = 0x3fb387a2c98dafb0, [30688] = 0x3fe6ededb3be084e, [30935] = 0x3fe0f07464a528d2, [31182] = 0x3fd0bfbc03ea87a4, [31429] = 0xbcaa8fedda4a7f02, [31676] = 0xbfdeb987dd1689e4, [31923] = 0xbc8585806643d988, [32170] = 0xbfe4435924412ea6, [32417] = 0xbfe81bd867afc85a, [32664] = 0x3c9f6a2a95d2d49c, [32911] = 0x3fe3866b76e1089e, [33158] = 0x3fe119577083e13e, [33405] = 0x3fdf467893dd21b4, [33652] = 0x3fda07362534902c, [33899] = 0xbfd64874f6d57e1c, [34146] = 0x3fcf83c9f6493218, [34393] = 0xbf82f8c5b80b1a80, [34640] = 0xbfe7f27fd3ffbd82, [34887] = 0xbfc9776609cccf18, [35134] = 0x3febe4589c4234e6, [35381] = 0x3fd115e31723ea3c, [35628] = 0xbfd6951929f16bfc, [35875] = 0xbfe76f76911e0f1a, [36122] = 0x3fdc12a227c94a24, [36369] = 0x3cacda042d0ab18a, [36616] = 0xbca51c5b2d0ff38e, [36863] = 0x3fef0b57058f1d4a, [37110] = 0xbfef62f2124cec52, [37357] = 0x3faf01a1d527f4a0, [37604] = 0x3fbedabe2a305250, [37851] = 0x3fe9ef059cc33d52, [38098] = 0x3fe2fc118803042e, [38345] = 0x3c9aa2149862a894, [38592] = 0x3fedeadc9343b3f2, [38839] = 0x3fda2476a60dbfec, [39086] = 0x3fdba1b60acb7ec4, [39333] = 0x3fd494e653c6821c, [39580] = 0x3fed59daac4e6956, [39827] = 0x3fef25542d3cf3de, [40074] = 0xbfe0fb170f4038be, [40321] = 0x3fd5eac81e6a8034, [40568] = 0x3ca3a377ca6a1e36, [40815] = 0x3faf85e03c589260, [41062] = 0x3fd92ddfa3aafae4, [41309] = 0xbfe022420e162a36, [41556] = 0x3c99c1d3bc0c6534, [41803] = 0xbfde50b637b5de9c, [42050] = 0xbfa54040820a2ee0, [42297] = 0x3fe4867cdb65a4b2, [42544] = 0xbfeb11042d20570a, [42791] = 0xbfbd2f8980b69570, [43038] = 0x3fc3e93c084520c8, [43285] = 0xbfebc50ca497dada, [43532] = 0x3fdb054acea87edc, [43779] = 0x3feddef2d084ced2, [44026] = 0x3fedb86cfed7f6c2, [44273] = 0x3f93b8170ae367c0, [44520] = 0x3fe9a737ee51fec6, [44767] = 0x3f9fd7643b41f0c0, [45014] = 0x3cab6eb995f84926, [45261] = 0x3fd63c8857809b34, [45508] = 0x3fa55943e7198920, [45755] = 0xbfc5451fcb160ee8, [46002] = 0xbfee8260fa59b6e2};
static uint64_t call2_b[55483] = {[1297] = 0x3febb26405fb8898, [1303] = 0x3fe22000a7d6dc16, [1304] = 0x3fef3f6934f644a3, [1307] = 0x3fef28f4b604626d, [1309] = 0x3fc92cc446e39fb5, [1312] = 0x3fe53e0f09d0582e, [1314] = 0x3fa69e74a8e7993b, [1317] = 0x3fd65edc3f836e89, [1321] = 0x3fc4b36506fc8999, [1322] = 0x3fd2130dd45c3267, [1324] = 0x3fe33500c2106e79, [1326] = 0x3fab93bd894a98f7, [1330] = 0x3fda25934a25934a, [1332] = 0x3fe9ee56d4377b67, [1334] = 0x3fe949733f004ead, [1336] = 0x3fc99113b06c8167, [1341] = 0x3fd103f447df61ff, [1342] = 0x3fe70491a14db634, [1343] = 0x3fea25e735939e11, [1344] = 0x3fb91a68c6d14435, [1346] = 0x3fe1d519041e3d96, [1347] = 0x3fc1afba2d1d7109, [1348] = 0x3fcdad59c23fa2e7, [1351] = 0x3f9c40d31c40d31c, [1352] = 0x3fd89305f649e164, [1357] = 0x3fda379adec9e403, [1360] = 0x3fdeb1f5e0fb1a73, [1361] = 0x3fc174b8a3bddd36, [1362] = 0x3fd10250aeb92c1c, [1365] = 0x3fe4b3111b8e7ed2, [1370] = 0x3fd5939e110154ec, [1374] = 0x3fe3000fbc24a205, [1379] = 0x3fe4593f1fc6f5fb, [1386] = 0x3fd47e4a0b59b7c2, [1389] = 0x3fe39ceb4953c6b7, [1391] = 0x3fe3ebebebebebec, [1398] = 0x3fe992b74992b74a, [1404] = 0x3feebc9d447378b2, [1405] = 0x3fe9b69c7d245359, [1407] = 0x3fc449d6e692fb79, [1408] = 0x3fee16bdecf22ba4, [1411] = 0x3f9d56cef8c485d4, [1420] = 0x3fbc3f836e88a801, [1422] = 0x3fd86dfb0ab71f9d, [1428] = 0x3fb972433e048c63, [1429] = 0x3fca027fe327122c, [1438] = 0x3feb7d490a58b6c1, [1439] = 0x3feb0d028f9f4bb4, [1442] = 0x3fe1854694f2fd70, [1451] = 0x3fe92707aedde31d, [1454] = 0x3fe61ec5f4fa33ac, [1458] = 0x3fda28869103f448, [1460] = 0x3fbe1f6dcbd6493a, [1463] = 0x3fe480e966ca0df9, [1464] = 0x3fe2ffe5c66d9ca2, [1467] = 0x3fe249a2736e34bd, [1470] = 0x3fcaba12e3dea52d, [1473] = 0x3fe0fc6a20fc6a21, [1476] = 0x3fe4a71a0a5df578, [1481] = 0x3fb25e1f6dcbd649};
static uint64_t call2_c[62708] = {[15426] = 0xbfc0000000000000};
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
  show(2, 15426, &c[15426], 8);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 2 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
