extension ExampleSet {
    /// Makes the examples at a range of positions.
    ///
    /// - Returns: images `[positions, channels, height, width]` and labels `[positions, classes]`.
    public func minibatch<Scalar: BinaryFloatingPoint & Sendable>(
        _ positions: Range<Int>, as _: Scalar.Type = Float.self
    ) -> Minibatch<Scalar> {
        var result = Minibatch<Scalar>(images: [], labels: [], indices: [], draws: [])
        fill(&result, positions)
        return result
    }

    /// Makes the examples at a range of positions in the storage of an earlier minibatch.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func fill<Scalar: BinaryFloatingPoint & Sendable>(
        _ result: inout Minibatch<Scalar>, _ positions: Range<Int>
    ) {
        fill(&result, positions, mixture: mixture(of:))
    }

    /// The work of `fill` with the mixture of each minibatch given.
    func fill<Scalar: BinaryFloatingPoint & Sendable>(
        _ result: inout Minibatch<Scalar>, _ positions: Range<Int>,
        mixture: (Range<Int>) -> Mixture
    ) {
        // The normalised value of each grey level; empty for images that are normalised already.
        let table = normalization?.table(as: Scalar.self) ?? []
        precondition(positions.lowerBound >= 0 && positions.upperBound <= count)
        result.resize(positions.count, imageSize: images.imageSize, classes: classCount)
        var partnerImage: [Scalar] = []
        var group = 0..<0
        var mixed = Mixture.none
        for (place, position) in positions.enumerated() {
            if !group.contains(position) {
                group = minibatch(around: position)
                mixed = mixture(group)
            }
            let example = example(position)
            result.indices[place] = example.index
            result.draws[place] = example.draw
            render(example, table, into: &result.images, at: place * images.imageSize)
            let partner = partner(of: position, in: group)
            if mixed != .none, partner != example {
                if partnerImage.isEmpty {
                    partnerImage = [Scalar](repeating: 0, count: images.imageSize)
                }
                render(partner, table, into: &partnerImage, at: 0)
                blend(&result.images, at: place * images.imageSize, partnerImage, mixed)
            }
            write(label(example, partner, mixed), into: &result.labels, at: place)
        }
    }

    /// The soft labels of the examples at a range of positions, row-major `[positions, classes]`,
    /// rounded as programs of the given type take them; no image is rendered.
    public func labels<Scalar: BinaryFloatingPoint>(
        _ positions: Range<Int>, as _: Scalar.Type
    ) -> [Double] {
        var result = [Double](repeating: 0, count: positions.count * classCount)
        var group = 0..<0
        var mixed = Mixture.none
        for (place, position) in positions.enumerated() {
            if !group.contains(position) {
                group = minibatch(around: position)
                mixed = mixture(of: group)
            }
            let values = label(example(position), partner(of: position, in: group), mixed)
            write(values.map { Double(Scalar($0)) }, into: &result, at: place)
        }
        return result
    }

    /// The example at the mirrored place of the minibatch.
    private func partner(of position: Int, in minibatch: Range<Int>) -> Example {
        example(minibatch.lowerBound + minibatch.upperBound - 1 - position)
    }

    private func label(_ own: Example, _ partner: Example, _ mixture: Mixture) -> [Double] {
        var label = [Double](repeating: 0, count: classCount)
        addLabel(own.index, weight: mixture.weight, to: &label)
        if mixture.weight != 1 {
            addLabel(partner.index, weight: 1 - mixture.weight, to: &label)
        }
        return label
    }

    private func write<Scalar: BinaryFloatingPoint>(
        _ label: [Double], into labels: inout [Scalar], at place: Int
    ) {
        for (k, value) in label.enumerated() { labels[place * classCount + k] = Scalar(value) }
    }

    /// Mixes the partner into the image that starts at `start`.
    private func blend<Scalar: BinaryFloatingPoint>(
        _ output: inout [Scalar], at start: Int, _ partner: [Scalar], _ mixture: Mixture
    ) {
        switch mixture {
        case .none: return
        case .mixup(let lambda):
            let (own, other) = (Scalar(lambda), Scalar(1 - lambda))
            for value in 0..<images.imageSize {
                output[start + value] = own * output[start + value] + other * partner[value]
            }
        case .cutmix(let box):
            for channel in 0..<images.channels {
                for row in box.rows {
                    let line = (channel * images.height + row) * images.width
                    for value in line + box.columns.lowerBound..<line + box.columns.upperBound {
                        output[start + value] = partner[value]
                    }
                }
            }
        }
    }

    /// Adds `weight` times the smoothed label of an image.
    ///
    ///     label = (1 - s) y + s / K
    ///
    /// - Source: Szegedy et al. 2016 (arXiv 1512.00567), section 7.
    private func addLabel(_ index: Int, weight: Double, to label: inout [Double]) {
        let off = options.labelSmoothing / Double(classCount)
        let on = 1 - options.labelSmoothing + off
        switch images.labels {
        case .classes(let classes):
            let own = classes[index]
            for k in 0..<classCount { label[k] += weight * (k == own ? on : off) }
        case .soft(let rows):
            for k in 0..<classCount {
                let own = (1 - options.labelSmoothing) * rows[index * classCount + k] + off
                label[k] += weight * own
            }
        }
    }

    /// Writes the augmented, normalised image `[channels, height, width]` from `start` on.
    private func render<Scalar: BinaryFloatingPoint>(
        _ example: Example, _ table: [Scalar], into output: inout [Scalar], at start: Int
    ) {
        let placement = augmentationDraws.placement(example.index, draw: example.draw)
        render(example.index, placement, table, into: &output, at: start)
    }

    /// Writes the image as a placement shows it.
    ///
    /// - Parameter table: the normalised value of each grey level, `[channels, 256]`.
    func render<Scalar: BinaryFloatingPoint>(
        _ index: Int, _ placement: Placement, _ table: [Scalar], into output: inout [Scalar],
        at start: Int
    ) {
        switch images.pixels {
        case .bytes(let bytes):
            render(
                bytes, from: index * images.imageSize, placement, table, into: &output, at: start)
        case .drawn(let drawn):
            render(drawn[index], from: 0, placement, table, into: &output, at: start)
        case .floats(let values): copy(values, index, placement, into: &output, at: start)
        case .doubles(let values): copy(values, index, placement, into: &output, at: start)
        }
    }

    /// Normalises the grey levels that start at `origin`; what lies outside becomes black.
    private func render<Scalar: BinaryFloatingPoint>(
        _ bytes: [UInt8], from origin: Int, _ placement: Placement, _ table: [Scalar],
        into output: inout [Scalar], at start: Int
    ) {
        let window = Window(placement, height: images.height, width: images.width)
        for channel in 0..<images.channels {
            let levels = channel << 8
            let black = table[levels]
            let source = origin + channel * images.height * images.width
            for y in 0..<images.height {
                let row = start + (channel * images.height + y) * images.width
                guard let line = window.sourceRow(y) else {
                    for x in 0..<images.width { output[row + x] = black }
                    continue
                }
                var place = source + line * images.width + window.firstColumn
                for x in 0..<window.columns.lowerBound { output[row + x] = black }
                for x in window.columns {
                    output[row + x] = table[levels | Int(bytes[place])]
                    place += window.step
                }
                for x in window.columns.upperBound..<images.width { output[row + x] = black }
            }
        }
    }

    /// As `render`, for values that are normalised already; what lies outside becomes 0.
    private func copy<Stored: BinaryFloatingPoint, Scalar: BinaryFloatingPoint>(
        _ values: [Stored], _ index: Int, _ placement: Placement, into output: inout [Scalar],
        at start: Int
    ) {
        let window = Window(placement, height: images.height, width: images.width)
        for line in 0..<images.channels * images.height {
            let (channel, y) = line.quotientAndRemainder(dividingBy: images.height)
            let row = start + line * images.width
            for x in 0..<images.width { output[row + x] = 0 }
            guard let sourceLine = window.sourceRow(y) else { continue }
            let source = (index * images.channels + channel) * images.height + sourceLine
            var place = source * images.width + window.firstColumn
            for x in window.columns {
                output[row + x] = Scalar(values[place])
                place += window.step
            }
        }
    }
}

/// The part of an augmented image that lies inside the original, and how to walk through it.
private struct Window {
    /// The columns of the result that show the original.
    let columns: Range<Int>
    /// The column of the original that the first of `columns` shows.
    let firstColumn: Int
    /// From one column to the next in the original: 1, or -1 if mirrored.
    let step: Int
    private let top: Int
    private let height: Int

    init(_ placement: Placement, height: Int, width: Int) {
        self.height = height
        top = placement.top
        step = placement.mirrored ? -1 : 1
        let lower = min(max(0, -placement.left), width)
        let upper = max(min(width, width - placement.left), lower)
        columns = placement.mirrored ? width - upper..<width - lower : lower..<upper
        firstColumn = placement.left + (placement.mirrored ? upper - 1 : lower)
    }

    /// The row of the original that row `y` of the result shows, or nil outside.
    func sourceRow(_ y: Int) -> Int? {
        let row = y + top
        return row >= 0 && row < height ? row : nil
    }
}

extension Minibatch {
    /// Makes room for `count` images, with labels set to zero.
    fileprivate mutating func resize(_ count: Int, imageSize: Int, classes: Int) {
        if images.count != count * imageSize {
            images = [Scalar](repeating: 0, count: count * imageSize)
        }
        labels = [Scalar](repeating: 0, count: count * classes)
        indices = [Int](repeating: 0, count: count)
        draws = [Int](repeating: 0, count: count)
    }
}
