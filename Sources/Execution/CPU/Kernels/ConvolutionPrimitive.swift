import COneDNN

/// A convolution of oneDNN; it belongs to one thread at a time.
final class ConvolutionPrimitive {
    let handle: OpaquePointer

    init(_ packing: ConvolutionPacking) throws {
        var shape = packing.geometry
        // A primitive is made for the number of threads that the calling thread may use.
        onednn_use_one_thread()
        var handle: OpaquePointer?
        let status = onednn_convolution_create(&shape, Int32(packing.kind), &handle)
        guard let handle else { throw KernelError(kernel: "convolution", status: Int(status)) }
        self.handle = handle
    }

    deinit { onednn_convolution_destroy(handle) }

    /// Whether oneDNN has plain loops for it and no more.
    var isReference: Bool { onednn_convolution_is_reference(handle) != 0 }

    /// The number of floats of the weights as stored.
    var weightCount: Int { Int(onednn_convolution_weight_count(handle)) }

    /// Equal for equal layouts of the weights.
    var weightLayout: UInt64 { onednn_convolution_weight_layout(handle) }

    var scratchBytes: Int { Int(onednn_convolution_scratch_bytes(handle)) }
}

/// A member's channels of a convolution of one image.
struct ConvolutionPart {
    let primitive: ConvolutionPrimitive
    /// Elements of the divided activation that come before.
    let activationOffset: Int
    /// The channels, of the outputs, or of the image where its gradient is made.
    let channels: Range<Int>
    /// The stretch of the weights as stored.
    let weights: Range<Int>

    /// The part of one member of a team.
    ///
    /// - Returns: nil, for all members alike, where the channels of several images or their weights
    ///   are not in a row.
    static func part(
        of packing: ConvolutionPacking, _ whole: ConvolutionPrimitive, _ share: Share
    ) -> ConvolutionPart? {
        let shape = packing.geometry
        let ofImage = packing.kind == ONEDNN_INPUT_GRADIENT
        let layout = ofImage ? shape.image_layout : shape.output_layout
        guard shape.batch == 1, shape.groups == 1, Int(layout) == ONEDNN_BLOCKED else { return nil }
        let count = Int(ofImage ? shape.in_channels : shape.out_channels)
        let ranges = (0..<share.count).map {
            Share(member: $0, count: share.count).range(of: count, by: Layouts.block)
        }
        // Parts of equal width have equal layouts: one of each width speaks for all.
        let widths = Dictionary(grouping: ranges, by: \.count).values.compactMap(\.first)
        let works = widths.allSatisfy { ConvolutionPart(packing, whole, $0) != nil }
        return works ? ConvolutionPart(packing, whole, ranges[share.member]) : nil
    }

    private init?(
        _ packing: ConvolutionPacking, _ whole: ConvolutionPrimitive, _ channels: Range<Int>
    ) {
        guard !channels.isEmpty else { return nil }
        self.channels = channels
        var shape = packing.geometry
        let ofImage = packing.kind == ONEDNN_INPUT_GRADIENT
        if ofImage {
            (shape.in_channels, shape.filter_inputs) = (
                Int64(channels.count), Int64(channels.count)
            )
            activationOffset = channels.lowerBound * Int(shape.height * shape.width)
        } else {
            (shape.out_channels, shape.filter_outputs) = (
                Int64(channels.count), Int64(channels.count)
            )
            activationOffset = channels.lowerBound * Int(shape.out_height * shape.out_width)
        }
        guard
            let primitive = try? ConvolutionPrimitive(
                ConvolutionPacking(geometry: shape, kind: packing.kind)),
            primitive.scratchBytes <= whole.scratchBytes
        else { return nil }
        let offset = Int(
            onednn_convolution_weight_offset(
                whole.handle, primitive.handle, ofImage ? 1 : 0, Int64(channels.lowerBound)))
        guard offset >= 0 else { return nil }
        weights = offset..<offset + primitive.weightCount
        self.primitive = primitive
    }
}
