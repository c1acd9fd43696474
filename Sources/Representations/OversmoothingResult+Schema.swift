import Randomness
import Results

extension TokenMeasure {
    /// The name of the measure in files.
    var name: String {
        switch self {
        case .highNorm: "hc_norm"
        case .lowNorm: "dc_norm"
        case .ratio: "hc_over_dc"
        case .cosine: "cosine"
        case .absoluteCosine: "absolute_cosine"
        case .paperCosine: "cosine_wang2022"
        case .effectiveRank: "effective_rank"
        }
    }

    /// Whether it grows with the features.
    private var isNorm: Bool { self == .highNorm || self == .lowNorm }

    /// What it is, of tokens.
    var meaning: String {
        switch self {
        case .highNorm: "‖HC[X]‖: the Frobenius norm of tokens minus their mean"
        case .lowNorm: "‖DC[X]‖: the Frobenius norm of the tokens' mean at every place"
        case .ratio: "‖HC[X]‖ / ‖DC[X]‖"
        case .cosine: "mean cosine of two different tokens"
        case .absoluteCosine: "mean absolute cosine of two different tokens"
        case .paperCosine: "mean absolute cosine of all pairs of tokens, each with itself included"
        case .effectiveRank: "(Σσ²)²/Σσ⁴ of the singular values of the tokens"
        }
    }

    /// The columns of a table whose rows have all measures.
    ///
    /// - Parameters:
    ///   - prefix: stands before each name.
    ///   - subject: what the tokens are.
    static func columns<Row>(
        _ path: WritableKeyPath<Row, [Estimate]>, prefix: String = "", of subject: String
    ) -> [Column<Row>] {
        allCases.map { measure in
            .column(
                prefix + measure.name, path.appending(path: \.[measure.rawValue]),
                unit: measure.isNorm ? StoredUnit("activation") : .one,
                measure.meaning + ", \(subject)")
        }
    }
}

extension UnitSmoothing {
    static var columns: [Column<UnitSmoothing>] {
        let place: [Column<UnitSmoothing>] = UnitPlace.columns(\.place)
        let measures: [Column<UnitSmoothing>] = TokenMeasure.columns(
            \.measures, of: "of the unit's output")
        return place + measures + [
            .column(
                "hc_kept", \.decay, unit: .one, "‖HC‖ after the unit through ‖HC‖ after the one before")
        ]
    }
}

extension AttentionSmoothing {
    static var columns: [Column<AttentionSmoothing>] {
        let own: [Column<AttentionSmoothing>] = [
            .column("attention_unit", \.unit, "name of the unit"),
            .column(
                "attention_depth", \.depth, unit: .one, "normalised depth of the unit, 0 to 1"),
            .column(
                "attention_heads", \.headCount, unit: .one, "number of heads"),
            .column(
                "attention_queries", \.queries, unit: .one, "number of queries, class tokens included"),
            .column(
                "attention_is_mapped", \.isMapped,
                "whether the attention is over the whole image, so that it has a bound"),
        ]
        let measures: [Column<AttentionSmoothing>] = TokenMeasure.columns(
            \.measures, prefix: "attention_", of: "of the rows of attention maps, mean over heads")
        let bounds: [Column<AttentionSmoothing>] = [
            .column(
                "attention_hc_kept", \.decay, unit: .one,
                "‖HC[SA(X)]‖ / ‖HC[X]‖ of the attention's output and input"),
            .column(
                "attention_hc_bound", \.bound, unit: .one,
                "bound on it: Σ λ·gain over heads, λ of the range of the scores"),
            .column(
                "attention_hc_frobenius_bound", \.frobeniusBound, unit: .one,
                "bound on it: Σ ‖HC[A]‖·gain over heads"),
        ]
        return own + measures + bounds
    }
}

extension HeadSmoothing {
    static var columns: [Column<HeadSmoothing>] {
        let own: [Column<HeadSmoothing>] = [
            .column("head_unit", \.unit, "name of the unit"),
            .column(
                "head_depth", \.depth, unit: .one, "normalised depth of the unit, 0 to 1"),
            .column(
                "head", \.head, unit: .one, "number of the head within its unit, from 0"),
            .column(
                "head_gain", \.gain, unit: .one,
                "largest singular value of the head's value and projection matrices"),
        ]
        let measures: [Column<HeadSmoothing>] = TokenMeasure.columns(
            \.measures, prefix: "head_", of: "of the rows of the attention map")
        return own + measures + [
            .column(
                "head_factor", \.factor, unit: .one,
                "λ = √(n/(1+(n-1)e^(-2α))), 2α the largest range of a row's scores")
        ]
    }
}

extension AttentionFrequency {
    static var columns: [Column<AttentionFrequency>] {
        [
            .column("spectrum_unit", \.unit, "name of the unit"),
            .column(
                "spectrum_depth", \.depth, unit: .one, "normalised depth of the unit, 0 to 1"),
            .column("frequency", \.frequency, unit: StoredUnit("π"), "frequency along the queries"),
            .column(
                "in_wang2022", \.isInPaper,
                "whether the paper's own code, whose centring drops one row of an odd number, draws"
                    + " it"),
            .column(
                "magnitude", \.magnitude, unit: .one,
                "norm of the row of F A Fᵀ with the unitary DFT F, mean over heads"),
        ]
    }
}

extension OversmoothingResult {
    public static var schema: Schema<OversmoothingResult> {
        counts
            + Schema(
                .field(
                    "class_tokens", \.keepsClassTokens,
                    "whether class tokens count among the tokens of features"),
                .table("units", axis: "unit", \.units, UnitSmoothing.columns),
                .table("attentions", axis: "attention", \.attentions, AttentionSmoothing.columns),
                .table("heads", axis: "head", \.heads, HeadSmoothing.columns),
                .table(
                    "attention_spectra", axis: "frequency", \.spectra, AttentionFrequency.columns))
    }
}
