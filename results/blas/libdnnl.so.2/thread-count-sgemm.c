/* /usr/lib/x86_64-linux-gnu/libdnnl.so.2, thread-count: the bits do not depend on the number of threads.
 * 3 threads against one: C[14364] (row 84, column 0) = -1.0000111 (0xbf80005d), want -1.0000105 (0xbf800058), 5 ulp apart
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
static uint32_t call1_a[29583] = {[14364] = 0x3f7fff00, [14365] = 0xbf800007, [14366] = 0x3f800005, [14367] = 0xbf800004, [14368] = 0x337fff00, [14369] = 0xb37fff00, [14370] = 0xbf800080, [14371] = 0xbf800080, [14372] = 0xbf7fff00, [14373] = 0x3f800080, [14374] = 0xbf7fff00, [14375] = 0xbf800080, [14376] = 0x3f800080, [14377] = 0xb37fff00, [14378] = 0x3f7fff00, [14379] = 0x3f7fff00, [14380] = 0x3f7fff00, [14381] = 0x3f800080, [14382] = 0xbf7fff00, [14383] = 0xbf800006, [14384] = 0x3f7fff00, [14385] = 0x3f7fff00, [14386] = 0x3f800005, [14387] = 0x3f800004, [14388] = 0xbf7fff00, [14389] = 0xb37fff00, [14390] = 0xbf800080, [14391] = 0xbf800080, [14392] = 0x337fff00, [14393] = 0x3f800080, [14394] = 0xbf800080, [14395] = 0xb37fff00, [14396] = 0xbf800080, [14397] = 0xbf800007, [14398] = 0x3f800080, [14399] = 0x3f800004, [14400] = 0xbf7fff00, [14401] = 0x3f7fff00, [14402] = 0x337fff00, [14403] = 0xbf800001, [14404] = 0xb37fff00, [14405] = 0xbf7fff00, [14406] = 0xbf7fff00, [14407] = 0x3f800003, [14408] = 0xb37fff00, [14409] = 0xbf800080, [14410] = 0x3f800080, [14411] = 0x3f7fff00, [14412] = 0xbf800080, [14413] = 0xbf7fff00, [14414] = 0xbf7fff00, [14415] = 0x3f800005, [14416] = 0xbf800000, [14417] = 0x337fff00, [14418] = 0x337fff00, [14419] = 0xbf800003, [14420] = 0xbf800000, [14421] = 0xb37fff00, [14422] = 0xb37fff00, [14423] = 0x3f800002, [14424] = 0x3f800002, [14425] = 0xbf7fff00, [14426] = 0x3f800002, [14427] = 0x3f800007, [14428] = 0xbf7fff00, [14429] = 0xbf7fff00, [14430] = 0x3f7fff00, [14431] = 0xbf7fff00, [14432] = 0x3f7fff00, [14433] = 0xbf800080, [14434] = 0x3f7fff00, [14435] = 0x3f7fff00, [14436] = 0xbf800080, [14437] = 0x3f800007, [14438] = 0x3f800000, [14439] = 0xb37fff00, [14440] = 0xbf800004, [14441] = 0xb37fff00, [14442] = 0x337fff00, [14443] = 0x3f800080, [14444] = 0xbf7fff00, [14445] = 0x3f7fff00, [14446] = 0xbf800005, [14447] = 0x3f7fff00, [14448] = 0xbf7fff00, [14449] = 0x3f7fff00, [14450] = 0x3f7fff00, [14451] = 0xbf7fff00, [14452] = 0xb37fff00, [14453] = 0x3f7fff00, [14454] = 0xb37fff00, [14455] = 0x3f800080, [14456] = 0x3f7fff00, [14457] = 0x3f800080, [14458] = 0x3f800080, [14459] = 0xb37fff00, [14460] = 0xbf7fff00, [14461] = 0xbf7fff00, [14462] = 0xb37fff00, [14463] = 0x337fff00, [14464] = 0xbf800080, [14465] = 0xb37fff00, [14466] = 0x337fff00, [14467] = 0x3f7fff00, [14468] = 0xbf800080, [14469] = 0xbf7fff00, [14470] = 0xbf800007, [14471] = 0x3f800080, [14472] = 0xbf800001, [14473] = 0x3f800080, [14474] = 0x3f7fff00, [14475] = 0xb37fff00, [14476] = 0xbf800080, [14477] = 0xbf7fff00, [14478] = 0xbf7fff00, [14479] = 0x3f800002, [14480] = 0x3f7fff00, [14481] = 0xb37fff00, [14482] = 0xb37fff00, [14483] = 0x3f800005, [14484] = 0x337fff00, [14485] = 0xb37fff00, [14486] = 0xb37fff00, [14487] = 0x3f7fff00, [14488] = 0x3f7fff00, [14489] = 0xbf800080, [14490] = 0x337fff00, [14491] = 0xbf7fff00, [14492] = 0x3f7fff00, [14493] = 0xbf800000, [14494] = 0x3f800000, [14495] = 0x337fff00, [14496] = 0x3f800003, [14497] = 0xbf7fff00, [14498] = 0x3f800080, [14499] = 0x3f800080, [14500] = 0x3f7fff00, [14501] = 0xb37fff00, [14502] = 0x3f7fff00, [14503] = 0x3f800080, [14504] = 0x3f800003, [14505] = 0xbf800007, [14506] = 0x3f800080, [14507] = 0xbf800080, [14508] = 0x3f800004, [14509] = 0x337fff00, [14510] = 0xbf800001, [14511] = 0xb37fff00, [14512] = 0x337fff00, [14513] = 0x3f7fff00, [14514] = 0xbf800080, [14515] = 0xbf800007, [14516] = 0xbf800001, [14517] = 0xbf800080, [14518] = 0xb37fff00, [14519] = 0xbf800080, [14520] = 0xbf800080, [14521] = 0xbf7fff00, [14522] = 0xbf800005, [14523] = 0xbf800080, [14524] = 0xb37fff00, [14525] = 0x3f7fff00, [14526] = 0xbf800080, [14527] = 0xbf800080, [14528] = 0x3f800002, [14529] = 0xbf800004, [14530] = 0x3f7fff00, [14531] = 0x3f7fff00, [14532] = 0xb37fff00, [14533] = 0x3f7fff00, [14534] = 0xbf7fff00};
static uint32_t call1_b[29411] = {[0] = 0x3f800001, [1] = 0xbf800001, [2] = 0x3f7fffff, [3] = 0x3f800000, [4] = 0xbf800000, [5] = 0xbf800000, [6] = 0xbf7fffff, [7] = 0xbf7fffff, [8] = 0xbf800001, [9] = 0xbf800000, [10] = 0x3f800001, [11] = 0x3f800000, [12] = 0xbf7fffff, [13] = 0xbf800001, [14] = 0x3f800001, [15] = 0x3f800001, [16] = 0xbf800001, [17] = 0x3f7fffff, [18] = 0xbf7fffff, [19] = 0xbf800001, [20] = 0xbf800000, [21] = 0xbf800000, [22] = 0x3f800000, [23] = 0xbf800001, [24] = 0x3f7fffff, [25] = 0x3f7fffff, [26] = 0xbf800000, [27] = 0xbf800000, [28] = 0x3f7fffff, [29] = 0xbf800001, [30] = 0x3f7fffff, [31] = 0xbf800000, [32] = 0x3f7fffff, [33] = 0xbf800001, [34] = 0x3f7fffff, [35] = 0xbf800001, [36] = 0x3f7fffff, [37] = 0xbf800000, [38] = 0x3f800000, [39] = 0x3f800000, [40] = 0x3f7fffff, [41] = 0x3f7fffff, [42] = 0x3f800000, [43] = 0x3f800001, [44] = 0x3f7fffff, [45] = 0xbf800001, [46] = 0xbf800000, [47] = 0x3f800001, [48] = 0x3f7fffff, [49] = 0xbf800000, [50] = 0x3f800001, [51] = 0xbf800000, [52] = 0xbf7fffff, [53] = 0x3f7fffff, [54] = 0xbf800000, [55] = 0x3f800000, [56] = 0xbf7fffff, [57] = 0xbf800001, [58] = 0xbf7fffff, [59] = 0xbf7fffff, [60] = 0x3f7fffff, [61] = 0xbf800000, [62] = 0x3f7fffff, [63] = 0xbf800000, [64] = 0x3f7fffff, [65] = 0x3f800000, [66] = 0x3f7fffff, [67] = 0xbf800001, [68] = 0x3f800001, [69] = 0xbf7fffff, [70] = 0x3f800000, [71] = 0xbf800000, [72] = 0x3f800001, [73] = 0x3f800000, [74] = 0x3f800001, [75] = 0xbf800000, [76] = 0xbf800000, [77] = 0xbf800000, [78] = 0xbf800000, [79] = 0x3f800001, [80] = 0x3f7fffff, [81] = 0xbf7fffff, [82] = 0xbf800001, [83] = 0x3f800000, [84] = 0x3f800001, [85] = 0xbf800001, [86] = 0xbf7fffff, [87] = 0x3f800000, [88] = 0xbf800000, [89] = 0xbf800001, [90] = 0xbf7fffff, [91] = 0xbf800001, [92] = 0x3f7fffff, [93] = 0xbf7fffff, [94] = 0x3f7fffff, [95] = 0xbf800000, [96] = 0xbf800000, [97] = 0xbf7fffff, [98] = 0xbf7fffff, [99] = 0xbf800001, [100] = 0x3f7fffff, [101] = 0xbf800000, [102] = 0xbf7fffff, [103] = 0xbf800000, [104] = 0x3f800001, [105] = 0xbf800001, [106] = 0xbf7fffff, [107] = 0xbf800000, [108] = 0x3f800000, [109] = 0xbf7fffff, [110] = 0xbf800001, [111] = 0xbf7fffff, [112] = 0x3f800000, [113] = 0x3f800001, [114] = 0xbf800000, [115] = 0x3f800001, [116] = 0x3f800001, [117] = 0x3f7fffff, [118] = 0xbf800000, [119] = 0xbf7fffff, [120] = 0x3f800000, [121] = 0x3f800001, [122] = 0x3f800001, [123] = 0x3f800001, [124] = 0xbf7fffff, [125] = 0xbf800001, [126] = 0x3f800001, [127] = 0xbf7fffff, [128] = 0xbf800000, [129] = 0xbf7fffff, [130] = 0xbf800001, [131] = 0xbf800001, [132] = 0x3f800000, [133] = 0xbf800001, [134] = 0x3f800001, [135] = 0xbf7fffff, [136] = 0xbf7fffff, [137] = 0x3f7fffff, [138] = 0xbf800000, [139] = 0xbf7fffff, [140] = 0x3f7fffff, [141] = 0x3f7fffff, [142] = 0xbf800000, [143] = 0x3f800001, [144] = 0x3f800001, [145] = 0xbf800000, [146] = 0x3f800001, [147] = 0x3f800001, [148] = 0xbf7fffff, [149] = 0x3f7fffff, [150] = 0x3f7fffff, [151] = 0xbf800000, [152] = 0xbf800000, [153] = 0xbf7fffff, [154] = 0x3f800000, [155] = 0xbf800000, [156] = 0x3f800000, [157] = 0x3f7fffff, [158] = 0x3f800000, [159] = 0xbf800001, [160] = 0xbf800001, [161] = 0xbf7fffff, [162] = 0xbf800000, [163] = 0xbf800000, [164] = 0x3f800001, [165] = 0x3f800001, [166] = 0x3f7fffff, [167] = 0x3f800001, [168] = 0xbf800001, [169] = 0x3f7fffff, [170] = 0x3f7fffff};
static uint32_t call1_c[29583];
static void call1(void) {
  for (int i = 1; i < 29583; i++) call1_c[i] = call1_c[i % 1];
  float *a = place(call1_a, 118332, 0, false);
  float *b = place(call1_b, 117644, 0, false);
  float *c = place(call1_c, 118332, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  dnnl_sgemm('N', 'T', 173, 171, 171, 0x1p+00, a, 171, b, 172, 0x1p-20, c, 171);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(1, 'a', a, 118332, 0, false);
  for (int i = 0; i < 29583; i++)
    if (1 && memcmp(&a[i], &call1_a[i], 4) != 0) { printf("call 1 changed element %d of a\n", i); break; }
  outside(1, 'b', b, 117644, 0, false);
  for (int i = 0; i < 29411; i++)
    if (1 && memcmp(&b[i], &call1_b[i], 4) != 0) { printf("call 1 changed element %d of b\n", i); break; }
  outside(1, 'c', c, 118332, 0, false);
  for (int i = 0; i < 29583; i++)
    if (i % 171 >= 171 && memcmp(&c[i], &call1_c[i], 4) != 0) { printf("call 1 changed element %d of c\n", i); break; }
  show(1, 14364, &c[14364], 4);
}

static uint32_t call2_a[29583] = {[14364] = 0x3f7fff00, [14365] = 0xbf800007, [14366] = 0x3f800005, [14367] = 0xbf800004, [14368] = 0x337fff00, [14369] = 0xb37fff00, [14370] = 0xbf800080, [14371] = 0xbf800080, [14372] = 0xbf7fff00, [14373] = 0x3f800080, [14374] = 0xbf7fff00, [14375] = 0xbf800080, [14376] = 0x3f800080, [14377] = 0xb37fff00, [14378] = 0x3f7fff00, [14379] = 0x3f7fff00, [14380] = 0x3f7fff00, [14381] = 0x3f800080, [14382] = 0xbf7fff00, [14383] = 0xbf800006, [14384] = 0x3f7fff00, [14385] = 0x3f7fff00, [14386] = 0x3f800005, [14387] = 0x3f800004, [14388] = 0xbf7fff00, [14389] = 0xb37fff00, [14390] = 0xbf800080, [14391] = 0xbf800080, [14392] = 0x337fff00, [14393] = 0x3f800080, [14394] = 0xbf800080, [14395] = 0xb37fff00, [14396] = 0xbf800080, [14397] = 0xbf800007, [14398] = 0x3f800080, [14399] = 0x3f800004, [14400] = 0xbf7fff00, [14401] = 0x3f7fff00, [14402] = 0x337fff00, [14403] = 0xbf800001, [14404] = 0xb37fff00, [14405] = 0xbf7fff00, [14406] = 0xbf7fff00, [14407] = 0x3f800003, [14408] = 0xb37fff00, [14409] = 0xbf800080, [14410] = 0x3f800080, [14411] = 0x3f7fff00, [14412] = 0xbf800080, [14413] = 0xbf7fff00, [14414] = 0xbf7fff00, [14415] = 0x3f800005, [14416] = 0xbf800000, [14417] = 0x337fff00, [14418] = 0x337fff00, [14419] = 0xbf800003, [14420] = 0xbf800000, [14421] = 0xb37fff00, [14422] = 0xb37fff00, [14423] = 0x3f800002, [14424] = 0x3f800002, [14425] = 0xbf7fff00, [14426] = 0x3f800002, [14427] = 0x3f800007, [14428] = 0xbf7fff00, [14429] = 0xbf7fff00, [14430] = 0x3f7fff00, [14431] = 0xbf7fff00, [14432] = 0x3f7fff00, [14433] = 0xbf800080, [14434] = 0x3f7fff00, [14435] = 0x3f7fff00, [14436] = 0xbf800080, [14437] = 0x3f800007, [14438] = 0x3f800000, [14439] = 0xb37fff00, [14440] = 0xbf800004, [14441] = 0xb37fff00, [14442] = 0x337fff00, [14443] = 0x3f800080, [14444] = 0xbf7fff00, [14445] = 0x3f7fff00, [14446] = 0xbf800005, [14447] = 0x3f7fff00, [14448] = 0xbf7fff00, [14449] = 0x3f7fff00, [14450] = 0x3f7fff00, [14451] = 0xbf7fff00, [14452] = 0xb37fff00, [14453] = 0x3f7fff00, [14454] = 0xb37fff00, [14455] = 0x3f800080, [14456] = 0x3f7fff00, [14457] = 0x3f800080, [14458] = 0x3f800080, [14459] = 0xb37fff00, [14460] = 0xbf7fff00, [14461] = 0xbf7fff00, [14462] = 0xb37fff00, [14463] = 0x337fff00, [14464] = 0xbf800080, [14465] = 0xb37fff00, [14466] = 0x337fff00, [14467] = 0x3f7fff00, [14468] = 0xbf800080, [14469] = 0xbf7fff00, [14470] = 0xbf800007, [14471] = 0x3f800080, [14472] = 0xbf800001, [14473] = 0x3f800080, [14474] = 0x3f7fff00, [14475] = 0xb37fff00, [14476] = 0xbf800080, [14477] = 0xbf7fff00, [14478] = 0xbf7fff00, [14479] = 0x3f800002, [14480] = 0x3f7fff00, [14481] = 0xb37fff00, [14482] = 0xb37fff00, [14483] = 0x3f800005, [14484] = 0x337fff00, [14485] = 0xb37fff00, [14486] = 0xb37fff00, [14487] = 0x3f7fff00, [14488] = 0x3f7fff00, [14489] = 0xbf800080, [14490] = 0x337fff00, [14491] = 0xbf7fff00, [14492] = 0x3f7fff00, [14493] = 0xbf800000, [14494] = 0x3f800000, [14495] = 0x337fff00, [14496] = 0x3f800003, [14497] = 0xbf7fff00, [14498] = 0x3f800080, [14499] = 0x3f800080, [14500] = 0x3f7fff00, [14501] = 0xb37fff00, [14502] = 0x3f7fff00, [14503] = 0x3f800080, [14504] = 0x3f800003, [14505] = 0xbf800007, [14506] = 0x3f800080, [14507] = 0xbf800080, [14508] = 0x3f800004, [14509] = 0x337fff00, [14510] = 0xbf800001, [14511] = 0xb37fff00, [14512] = 0x337fff00, [14513] = 0x3f7fff00, [14514] = 0xbf800080, [14515] = 0xbf800007, [14516] = 0xbf800001, [14517] = 0xbf800080, [14518] = 0xb37fff00, [14519] = 0xbf800080, [14520] = 0xbf800080, [14521] = 0xbf7fff00, [14522] = 0xbf800005, [14523] = 0xbf800080, [14524] = 0xb37fff00, [14525] = 0x3f7fff00, [14526] = 0xbf800080, [14527] = 0xbf800080, [14528] = 0x3f800002, [14529] = 0xbf800004, [14530] = 0x3f7fff00, [14531] = 0x3f7fff00, [14532] = 0xb37fff00, [14533] = 0x3f7fff00, [14534] = 0xbf7fff00};
static uint32_t call2_b[29411] = {[0] = 0x3f800001, [1] = 0xbf800001, [2] = 0x3f7fffff, [3] = 0x3f800000, [4] = 0xbf800000, [5] = 0xbf800000, [6] = 0xbf7fffff, [7] = 0xbf7fffff, [8] = 0xbf800001, [9] = 0xbf800000, [10] = 0x3f800001, [11] = 0x3f800000, [12] = 0xbf7fffff, [13] = 0xbf800001, [14] = 0x3f800001, [15] = 0x3f800001, [16] = 0xbf800001, [17] = 0x3f7fffff, [18] = 0xbf7fffff, [19] = 0xbf800001, [20] = 0xbf800000, [21] = 0xbf800000, [22] = 0x3f800000, [23] = 0xbf800001, [24] = 0x3f7fffff, [25] = 0x3f7fffff, [26] = 0xbf800000, [27] = 0xbf800000, [28] = 0x3f7fffff, [29] = 0xbf800001, [30] = 0x3f7fffff, [31] = 0xbf800000, [32] = 0x3f7fffff, [33] = 0xbf800001, [34] = 0x3f7fffff, [35] = 0xbf800001, [36] = 0x3f7fffff, [37] = 0xbf800000, [38] = 0x3f800000, [39] = 0x3f800000, [40] = 0x3f7fffff, [41] = 0x3f7fffff, [42] = 0x3f800000, [43] = 0x3f800001, [44] = 0x3f7fffff, [45] = 0xbf800001, [46] = 0xbf800000, [47] = 0x3f800001, [48] = 0x3f7fffff, [49] = 0xbf800000, [50] = 0x3f800001, [51] = 0xbf800000, [52] = 0xbf7fffff, [53] = 0x3f7fffff, [54] = 0xbf800000, [55] = 0x3f800000, [56] = 0xbf7fffff, [57] = 0xbf800001, [58] = 0xbf7fffff, [59] = 0xbf7fffff, [60] = 0x3f7fffff, [61] = 0xbf800000, [62] = 0x3f7fffff, [63] = 0xbf800000, [64] = 0x3f7fffff, [65] = 0x3f800000, [66] = 0x3f7fffff, [67] = 0xbf800001, [68] = 0x3f800001, [69] = 0xbf7fffff, [70] = 0x3f800000, [71] = 0xbf800000, [72] = 0x3f800001, [73] = 0x3f800000, [74] = 0x3f800001, [75] = 0xbf800000, [76] = 0xbf800000, [77] = 0xbf800000, [78] = 0xbf800000, [79] = 0x3f800001, [80] = 0x3f7fffff, [81] = 0xbf7fffff, [82] = 0xbf800001, [83] = 0x3f800000, [84] = 0x3f800001, [85] = 0xbf800001, [86] = 0xbf7fffff, [87] = 0x3f800000, [88] = 0xbf800000, [89] = 0xbf800001, [90] = 0xbf7fffff, [91] = 0xbf800001, [92] = 0x3f7fffff, [93] = 0xbf7fffff, [94] = 0x3f7fffff, [95] = 0xbf800000, [96] = 0xbf800000, [97] = 0xbf7fffff, [98] = 0xbf7fffff, [99] = 0xbf800001, [100] = 0x3f7fffff, [101] = 0xbf800000, [102] = 0xbf7fffff, [103] = 0xbf800000, [104] = 0x3f800001, [105] = 0xbf800001, [106] = 0xbf7fffff, [107] = 0xbf800000, [108] = 0x3f800000, [109] = 0xbf7fffff, [110] = 0xbf800001, [111] = 0xbf7fffff, [112] = 0x3f800000, [113] = 0x3f800001, [114] = 0xbf800000, [115] = 0x3f800001, [116] = 0x3f800001, [117] = 0x3f7fffff, [118] = 0xbf800000, [119] = 0xbf7fffff, [120] = 0x3f800000, [121] = 0x3f800001, [122] = 0x3f800001, [123] = 0x3f800001, [124] = 0xbf7fffff, [125] = 0xbf800001, [126] = 0x3f800001, [127] = 0xbf7fffff, [128] = 0xbf800000, [129] = 0xbf7fffff, [130] = 0xbf800001, [131] = 0xbf800001, [132] = 0x3f800000, [133] = 0xbf800001, [134] = 0x3f800001, [135] = 0xbf7fffff, [136] = 0xbf7fffff, [137] = 0x3f7fffff, [138] = 0xbf800000, [139] = 0xbf7fffff, [140] = 0x3f7fffff, [141] = 0x3f7fffff, [142] = 0xbf800000, [143] = 0x3f800001, [144] = 0x3f800001, [145] = 0xbf800000, [146] = 0x3f800001, [147] = 0x3f800001, [148] = 0xbf7fffff, [149] = 0x3f7fffff, [150] = 0x3f7fffff, [151] = 0xbf800000, [152] = 0xbf800000, [153] = 0xbf7fffff, [154] = 0x3f800000, [155] = 0xbf800000, [156] = 0x3f800000, [157] = 0x3f7fffff, [158] = 0x3f800000, [159] = 0xbf800001, [160] = 0xbf800001, [161] = 0xbf7fffff, [162] = 0xbf800000, [163] = 0xbf800000, [164] = 0x3f800001, [165] = 0x3f800001, [166] = 0x3f7fffff, [167] = 0x3f800001, [168] = 0xbf800001, [169] = 0x3f7fffff, [170] = 0x3f7fffff};
static uint32_t call2_c[29583];
static void call2(void) {
  for (int i = 1; i < 29583; i++) call2_c[i] = call2_c[i % 1];
  float *a = place(call2_a, 118332, 0, false);
  float *b = place(call2_b, 117644, 0, false);
  float *c = place(call2_c, 118332, 0, false);
#if defined __x86_64__
  unsigned before = _mm_getcsr() & 0xffc0;
#endif
  dnnl_sgemm('N', 'T', 173, 171, 171, 0x1p+00, a, 171, b, 172, 0x1p-20, c, 171);
#if defined __x86_64__
  if ((_mm_getcsr() & 0xffc0) != before) puts("the call changed rounding mode or flush-to-zero");
#endif
  outside(2, 'a', a, 118332, 0, false);
  for (int i = 0; i < 29583; i++)
    if (1 && memcmp(&a[i], &call2_a[i], 4) != 0) { printf("call 2 changed element %d of a\n", i); break; }
  outside(2, 'b', b, 117644, 0, false);
  for (int i = 0; i < 29411; i++)
    if (1 && memcmp(&b[i], &call2_b[i], 4) != 0) { printf("call 2 changed element %d of b\n", i); break; }
  outside(2, 'c', c, 118332, 0, false);
  for (int i = 0; i < 29583; i++)
    if (i % 171 >= 171 && memcmp(&c[i], &call2_c[i], 4) != 0) { printf("call 2 changed element %d of c\n", i); break; }
  show(2, 14364, &c[14364], 4);
}

int main(int argc, char **argv) {
  int only = argc > 1 ? atoi(argv[1]) : 0;
  /* call 1: with the library's environment variable for 1 threads */
  if (only == 0 || only == 1) call1();
  /* call 2: with the library's environment variable for 3 threads */
  if (only == 0 || only == 2) call2();
  return 0;
}
