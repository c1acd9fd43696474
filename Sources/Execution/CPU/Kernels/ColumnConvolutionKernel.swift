import Autodiff
import COneDNN
import CVector

/// A convolution as products over unrolled images, for what nothing else serves.
final class ColumnConvolutionKernel<Scalar: CPUScalar>: Kernel {
    private let kind: Int
    private let image: (shape: Shape, slot: Slot)
    private let weight: (shape: Shape, slot: Slot)
    private let output: (shape: Shape, slot: Slot)
    private let groups: Int
    private let columns: Slot
    private var window: cv_window

    init(
        kind: Int, image: (Shape, Slot), weight: (Shape, Slot), output: (Shape, Slot),
        geometry: ConvolutionGeometry, columns: Slot
    ) {
        self.kind = kind
        (self.image, self.weight, self.output) = (image, weight, output)
        groups = geometry.groups
        self.columns = columns
        window = cv_window(image.0, weight.0, output.0, geometry)
    }

    func run(_ frame: Frame) {
        let x = frame.pointer(image.slot, Scalar.self)
        let w = frame.pointer(weight.slot, Scalar.self)
        let y = frame.pointer(output.slot, Scalar.self)
        let unrolled = frame.pointer(columns, Scalar.self)
        let channels = weight.shape[1]
        let filters = weight.shape[0] / groups
        let taps = channels * weight.shape[2] * weight.shape[3]
        let pixels = output.shape[2] * output.shape[3]
        let plane = image.shape[2] * image.shape[3]
        if kind == ONEDNN_INPUT_GRADIENT { Scalar.fill(Int64(image.shape.count), 0, x) }
        for example in 0..<image.shape[0] {
            for group in 0..<groups {
                let from = x + (example * image.shape[1] + group * channels) * plane
                let to = y + (example * output.shape[1] + group * filters) * pixels
                let bank = w + group * filters * taps
                switch kind {
                case ONEDNN_FORWARD:
                    Scalar.imageToColumns(&window, Int64(channels), from, unrolled)
                    Scalar.product(
                        false, false, filters, pixels, taps, bank, taps, unrolled, pixels, 0, to,
                        pixels)
                case ONEDNN_INPUT_GRADIENT:
                    Scalar.product(
                        true, false, taps, pixels, filters, bank, taps, to, pixels, 0, unrolled,
                        pixels)
                    Scalar.columnsToImage(&window, Int64(channels), unrolled, from)
                default:
                    Scalar.imageToColumns(&window, Int64(channels), from, unrolled)
                    Scalar.product(
                        false, true, filters, taps, pixels, to, pixels, unrolled, pixels,
                        example == 0 ? 0 : 1, bank, taps)
                }
            }
        }
    }
}
