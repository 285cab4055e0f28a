package glass

import "github.com/lossglass/lossglass/simd/access"

// Declarations returns the kernels of the table, each with its assembly function's name
// and what its calls read and write.
func (k *Kernels) Declarations() []access.Kernel {
	return []access.Kernel{
		access.Declare(&k.Interaction, "Interaction64", "rows s x w g q", k.interactionAccess),
		access.Declare(&k.Field, "Field64", "rows tiles depth first m ldm w s g q", k.fieldAccess),
		access.Declare(&k.Symv, "Symv64", "m packed w x", symvAccess),
	}
}

func (k *Kernels) interactionAccess(rows int, s, x, w, g, q []float64) access.Call {
	n := rows * k.Cols
	return access.Call{
		Regions: []access.Region{
			access.Vector("s", access.Read, k.Cols), access.Vector("x", access.Read, n), access.Vector("w", access.Read, n),
			access.Vector("g", access.Update, n), access.Vector("q", access.Update, k.Cols),
		},
		FLOPs: 2 * 2 * n, Terms: 2 * n,
	}
}

func (k *Kernels) fieldAccess(rows, tiles, depth, first int, m []float64, ldm int, w, s, g, q []float64) access.Call {
	n := rows * tiles * k.Cols
	return access.Call{
		Regions: []access.Region{
			access.Rows("m", access.Read, rows*tiles, ldm, depth), access.Vector("w", access.Read, depth*k.Cols),
			access.Vector("s", access.Read, k.Cols), access.Vector("g", access.Update, n), access.Vector("q", access.Update, k.Cols),
		},
		FLOPs: 2 * (depth + 2) * n, Terms: (depth + 2) * n,
	}
}

func symvAccess(m int, packed, w, x []float64) access.Call {
	blocks := (m + Block - 1) / Block
	padding := (blocks*Block - m) * Block // the last rows of the last block
	return access.Call{
		Regions: []access.Region{
			access.Vector("packed", access.Read, blocks*(blocks+1)/2*Block*Block-padding),
			access.Vector("w", access.Read, m), access.Vector("x", access.Write, blocks*Block),
		},
		FLOPs: 2 * m * m, Terms: m * m,
	}
}
