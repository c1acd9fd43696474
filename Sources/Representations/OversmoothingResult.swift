import Networks
import Randomness
import Results

/// How much the tokens after a unit differ from each other.
public struct UnitSmoothing: Fillable, Codable, Hashable {
    /// The unit.
    public var place = UnitPlace()
    /// In the order of `TokenMeasure`.
    public var measures = [Estimate](repeating: Estimate(), count: TokenMeasure.allCases.count)
    /// ‖HC‖ after the unit through ‖HC‖ after the one before; NaN where their shapes differ.
    public var decay = Estimate()

    public init() {}
}

/// What the attention maps of a unit are like, the mean over its heads.
public struct AttentionSmoothing: Fillable, Codable, Hashable {
    /// The unit's name.
    public var unit = ""
    /// The unit's normalised depth.
    public var depth = 0.0
    public var headCount = 0
    public var queries = 0
    /// Whether input and output of the attention are known: it is over the whole image.
    public var isMapped = false
    /// Of the maps' rows as tokens, in the order of `TokenMeasure`.
    public var measures = [Estimate](repeating: Estimate(), count: TokenMeasure.allCases.count)
    /// ‖HC[SA(X)]‖ / ‖HC[X]‖.
    public var decay = Estimate()
    /// The theorem's bound on it: Σ_h λ_h ‖P_h V_h‖₂ with λ_h of the range of the scores.
    public var bound = Estimate()
    /// The bound with λ_h = ‖HC[A_h]‖, which holds for any weights.
    public var frobeniusBound = Estimate()

    public init() {}
}

/// What the attention maps of one head are like.
public struct HeadSmoothing: Fillable, Codable, Hashable {
    /// The unit's name.
    public var unit = ""
    public var depth = 0.0
    /// From 0.
    public var head = 0
    /// ‖P_h V_h‖₂; NaN where the matrices are not known.
    public var gain = Double.nan
    /// Of the map's rows as tokens, in the order of `TokenMeasure`.
    public var measures = [Estimate](repeating: Estimate(), count: TokenMeasure.allCases.count)
    /// λ_h of the theorem.
    public var factor = Estimate()

    public init() {}
}

/// The spectrum of a unit's attention maps at one frequency.
public struct AttentionFrequency: Fillable, Codable, Hashable {
    /// The unit's name.
    public var unit = ""
    public var depth = 0.0
    /// In units of π, from -1 to 1.
    public var frequency = 0.0
    /// Whether the paper's own code draws it: for an odd number of tokens it drops the highest.
    public var isInPaper = true
    /// ‖row of F A Fᵀ‖, the mean over heads.
    public var magnitude = Estimate()

    public init() {}
}

/// How tokens become alike with depth, in features and in attention maps.
///
/// - Source: Wang et al. 2022 (arXiv 2203.05962), Figures 1, 2, 4 and 5.
public struct OversmoothingResult: Sendable, Codable, Hashable {
    public var exampleCount = 0
    public var measuredCount = 0
    public var batchSize = 1
    public var seed: UInt64 = 0
    /// Whether class tokens count among the tokens of features; in attention maps they always do.
    public var keepsClassTokens = false
    /// The units with feature maps, in the order of computation.
    public var units: [UnitSmoothing] = []
    /// The units with attention maps.
    public var attentions: [AttentionSmoothing] = []
    /// All heads of the first attention, then those of the next.
    public var heads: [HeadSmoothing] = []
    /// All frequencies of the first attention, then those of the next.
    public var spectra: [AttentionFrequency] = []

    public init() {}

    /// A result of which nothing has been measured yet.
    ///
    /// - Parameters:
    ///   - question: what is asked of the units.
    ///   - gains: of each mapped attention the gain of each head.
    public init(
        units: [UnitDescription], question: OversmoothingQuestion, gains: [String: [Double]],
        exampleCount: Int, batchSize: Int, seed: UInt64 = 0
    ) {
        self.exampleCount = exampleCount
        self.batchSize = batchSize
        self.seed = seed
        keepsClassTokens = question.keepsClassTokens
        let places = UnitPlace.all(units)
        self.units = places.map { place in
            var unit = UnitSmoothing()
            unit.place = place
            return unit
        }
        for name in question.attentions {
            guard let shape = units.first(where: { $0.name == name })?.attentionShape else {
                continue
            }
            var attention = AttentionSmoothing()
            attention.unit = name
            attention.depth = places.first { $0.name == name }?.depth ?? .nan
            attention.headCount = shape[shape.count - 3]
            attention.queries = shape[shape.count - 2]
            attention.isMapped = question.mapped.contains(name)
            attentions.append(attention)
            for head in 0..<attention.headCount {
                var row = HeadSmoothing()
                (row.unit, row.depth, row.head) = (name, attention.depth, head)
                row.gain = gains[name]?[head] ?? .nan
                heads.append(row)
            }
            let count = attention.queries
            for place in -(count / 2)..<(count + 1) / 2 {
                var point = AttentionFrequency()
                (point.unit, point.depth) = (name, attention.depth)
                point.frequency = 2 * Double(place) / Double(count)
                point.isInPaper = place < count / 2
                spectra.append(point)
            }
        }
    }
}

extension OversmoothingResult: ExampleResult {
    public static let kind = "oversmoothing"

    public var finding: String {
        guard measuredCount > 0, let first = units.first, let last = units.last else {
            return "nothing measured"
        }
        func said(_ unit: UnitSmoothing) -> String {
            let value = unit.measures[TokenMeasure.paperCosine.rawValue].value
            return "\(Readable.number(value)) after \(unit.place.name)"
        }
        return "cosine similarity \(said(first)), \(said(last))"
    }

    private static var perUnit: Int { TokenMeasure.allCases.count }

    public var numbersPerExample: Int {
        units.count * Self.perUnit
            + attentions.reduce(0) { sum, attention in
                sum + attention.headCount * AttentionMeasure.perHead + attention.queries / 2 + 1
                    + (attention.isMapped ? 1 : 0)
            }
    }

    public mutating func take(_ examples: [[Double]]) {
        let own = means(of: examples)
        var columns: [[Double]] = []
        func column(_ place: Int) -> [Double] { examples.map { $0[place] } }
        // What follows from the numbers of an example is estimated from the same resamples.
        let high = TokenMeasure.highNorm.rawValue
        for index in units.indices {
            let start = index * Self.perUnit
            units[index].measures = Array(own[start..<start + Self.perUnit])
            guard index > 0, isAlike(units[index].place, units[index - 1].place) else {
                columns.append(examples.map { _ in .nan })
                continue
            }
            let before = column(start - Self.perUnit + high)
            columns.append(zip(column(start + high), before).map { $0 / $1 })
        }
        var (place, head, point) = (units.count * Self.perUnit, 0, 0)
        for index in attentions.indices {
            let attention = attentions[index]
            let (count, width) = (attention.headCount, AttentionMeasure.perHead)
            var (bound, frobenius) = (examples.map { _ in 0.0 }, examples.map { _ in 0.0 })
            var means = [[Double]](
                repeating: examples.map { _ in 0.0 }, count: Self.perUnit)
            for _ in 0..<count {
                heads[head].measures = Array(own[place..<place + Self.perUnit])
                heads[head].factor = own[place + Self.perUnit]
                let gain = heads[head].gain
                for row in examples.indices {
                    bound[row] += gain * examples[row][place + Self.perUnit]
                    frobenius[row] += gain * examples[row][place + high]
                    for measure in 0..<Self.perUnit {
                        means[measure][row] += examples[row][place + measure] / Double(count)
                    }
                }
                place += width
                head += 1
            }
            columns += means + [bound, frobenius]
            let half = attention.queries / 2
            for offset in 0..<attention.queries {
                spectra[point].magnitude = own[place + abs(offset - half)]
                point += 1
            }
            place += half + 1
            if attention.isMapped {
                attentions[index].decay = own[place]
                place += 1
            }
        }
        let derived = examples.isEmpty
            ? columns.map { _ in Estimate() } : Bootstrap(seed: seed).means(of: columns)
        for index in units.indices { units[index].decay = derived[index] }
        for index in attentions.indices {
            let start = units.count + index * (Self.perUnit + 2)
            attentions[index].measures = Array(derived[start..<start + Self.perUnit])
            attentions[index].bound = derived[start + Self.perUnit]
            attentions[index].frobeniusBound = derived[start + Self.perUnit + 1]
        }
    }

    private func isAlike(_ a: UnitPlace, _ b: UnitPlace) -> Bool {
        (a.channels, a.height, a.width) == (b.channels, b.height, b.width)
    }
}
