#include "textflag.h"

// func mxcsr() uint32
TEXT ·mxcsr(SB), NOSPLIT, $8-4
	STMXCSR x-8(SP)
	MOVL    x-8(SP), AX
	MOVL    AX, ret+0(FP)
	RET

// func setMXCSR(x uint32)
TEXT ·setMXCSR(SB), NOSPLIT, $0-4
	LDMXCSR x+0(FP)
	RET

// func Soil()
TEXT ·Soil(SB), NOSPLIT, $0-0
	PCMPEQL     X3, X3
	VINSERTF128 $1, X3, Y3, Y3
	RET

// Sets bit i of AX where the upper half of Yi is not zero.
#define UPPER(i, y, x) \
	XORL         CX, CX   \
	VEXTRACTF128 $1, y, x \
	VPTEST       x, x     \
	SETNE        CX       \
	SHLL         $i, CX   \
	ORL          CX, AX

// func upper() uint32
TEXT ·upper(SB), NOSPLIT, $0-4
	XORL AX, AX
	UPPER(0, Y0, X0)
	UPPER(1, Y1, X1)
	UPPER(2, Y2, X2)
	UPPER(3, Y3, X3)
	UPPER(4, Y4, X4)
	UPPER(5, Y5, X5)
	UPPER(6, Y6, X6)
	UPPER(7, Y7, X7)
	UPPER(8, Y8, X8)
	UPPER(9, Y9, X9)
	UPPER(10, Y10, X10)
	UPPER(11, Y11, X11)
	UPPER(12, Y12, X12)
	UPPER(13, Y13, X13)
	UPPER(14, Y14, X14)
	UPPER(15, Y15, X15)
	VZEROUPPER
	MOVL AX, ret+0(FP)
	RET
