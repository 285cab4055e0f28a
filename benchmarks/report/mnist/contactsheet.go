package mnist

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/lossglass/lossglass/benchmarks/dataset"
)

// A contact sheet has a row of images for each class; a pixel of an image is a
// square of pixelSide x pixelSide pixels.
const (
	sheetColumns = 12
	pixelSide    = 4
	imageSide    = 10 // pixels, dataset.Size in all
	sheetGap     = 4
)

// contactSheet returns a PNG of the first images of each class, with black ink on
// a white ground.
func contactSheet(set dataset.Set) ([]byte, error) {
	const cell = imageSide*pixelSide + sheetGap
	sheet := image.NewGray(image.Rect(0, 0, sheetColumns*cell+sheetGap, dataset.Classes*cell+sheetGap))
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xFF
	}
	var shown [dataset.Classes]int
	for i, label := range set.Labels {
		if shown[label] == sheetColumns {
			continue
		}
		drawImage(sheet, set.Pixels[i*dataset.Size:(i+1)*dataset.Size], sheetGap+shown[label]*cell, sheetGap+int(label)*cell)
		shown[label]++
	}
	var b bytes.Buffer
	err := png.Encode(&b, sheet)
	return b.Bytes(), err
}

// drawImage draws an image with its upper left corner at (x, y).
func drawImage(sheet *image.Gray, pixels []float32, x, y int) {
	for i, p := range pixels {
		// The ground of an image is a little darker than the sheet, so that its edge is visible.
		shade := color.Gray{uint8(0xF2 * (1 - p))}
		for k := range pixelSide * pixelSide {
			sheet.SetGray(x+i%imageSide*pixelSide+k%pixelSide, y+i/imageSide*pixelSide+k/pixelSide, shade)
		}
	}
}
