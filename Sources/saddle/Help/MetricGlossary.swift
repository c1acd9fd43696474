/// What each number that commands find is, as `saddle help metrics` tells it.
enum MetricGlossary {
    /// One metric.
    struct Entry {
        /// Its names in files and on the screen.
        let names: String
        let unit: String
        let definition: String
        /// Paper and place, or where else the definition comes from.
        let source: String

        init(_ names: String, _ unit: String, _ definition: String, _ source: String) {
            (self.names, self.unit, self.definition, self.source) = (names, unit, definition, source)
        }
    }

    /// Metrics of one kind.
    struct Section {
        let title: String
        let entries: [Entry]
    }

    private static let wang = "Wang et al. 2022 (arXiv 2203.05962)"
    private static let park = "Park & Kim 2022 (arXiv 2202.06709)"
    private static let parkTests = "Park & Kim 2022 (arXiv 2202.06709), ops/tests.py of its repository"

    /// All metrics, by what they are of.
    static let sections = [
        Section(
            title: """
                Predictions: p are the probabilities of an example, c = max p is its confidence, \
                "90" stands for examples with c > 0.9
                """,
            entries: [
                Entry("NLL, nll", "nats", "mean of -Σ_k y_k log p_k, y the label, soft or not", parkTests),
                Entry("Acc, accuracy", "share", "examples whose most probable class is the target", parkTests),
                Entry("Acc-90, accuracy_90", "share", "the same among examples with c > 0.9", parkTests),
                Entry("Top-5, top5", "share", "examples whose target is among the five most probable classes", "usual"),
                Entry("Unc, Unc-90, unconfidence, unconfidence_90", "share", "wrong examples with c ≤ 0 (none) and with c ≤ 0.9", parkTests),
                Entry("IoU, IoU-90, iou, iou_90", "share", "TP / (TP + FP + FN), mean over classes that occur", parkTests),
                Entry("Freq, Freq-90, frequency, frequency_90", "share", "examples with c > 0 (all) and with c > 0.9", parkTests),
                Entry("Brier, brier", "1", "mean of Σ_k (p_k - y_k)², y one at the target", "Brier 1950, summed over classes"),
                Entry("ECE, ece", "share", "Σ_b (n_b / n) |accuracy_b - confidence_b| over ten equal bins of c", "Guo et al. 2017 (arXiv 1706.04599), eq. 3"),
                Entry("ECSE, ecse", "share", "the same without absolute values: negative where confidence is too low", parkTests),
            ]),
        Section(
            title: "Weights: λ is --l2, w_k a tensor of the network",
            entries: [
                Entry("l2_penalty", "nats", "(λ / 2) Σ ‖w_k‖² over the tensors that decay", "weight decay of SGD"),
                Entry("nll_l2", "nats", "NLL + (λ / 2) Σ ‖w_k‖², the objective of training", park + ", section 2"),
                Entry("nll_park2022", "nats", "NLL + λ Σ ‖w_k‖, what the published surfaces draw", parkTests),
                Entry("l1", "weight", "Σ |w|", parkTests),
                Entry("sum_of_norms", "weight", "Σ ‖w_k‖", parkTests),
            ]),
        Section(
            title: "Curvature: H is the Hessian of the loss by the weights",
            entries: [
                Entry("eigenvalue", "loss / weight²", "λ with H v = λ v", "Lanczos 1950"),
                Entry("residual", "loss / weight²", "‖H v - λ v‖ with ‖v‖ = 1: some eigenvalue is this near to λ", "Parlett 1998, section 4.5"),
                Entry("trace, standard_error", "loss / weight²", "sum of all eigenvalues, by products with random vectors", "Epperly, Tropp & Webber 2024 (arXiv 2301.07825)"),
                Entry("frobenius", "loss / weight²", "root of the sum of the squared eigenvalues", "as for the trace"),
                Entry("density, cumulative", "weight² / loss, share", "eigenvalues for each unit of λ, and the share of them up to λ", "Lin, Saad & Yang 2016 (arXiv 1308.5467); band: arXiv 2105.06595"),
                Entry("rise", "nats", "largest rise of the loss within a ball around the weights, by several steps of ascent", "Foret et al. 2021 (arXiv 2010.01412); adaptive: Kwon et al. 2021 (arXiv 2102.11600)"),
                Entry("critical_learning_rate", "weight² / loss", "smallest one with which a step of gradient descent does not lower the loss", "arXiv 2601.16979, section 3"),
                Entry("nep, nep_l2", "share", "negative ones among the eigenvalues of largest magnitude of minibatches", park + ", section 2"),
                Entry("ape, ape_l2", "loss / weight²", "mean of the positive ones among them", park + ", section 2"),
            ]),
        Section(
            title: "Units: residual blocks, attention, MLP and other parts of a network",
            entries: [
                Entry("accuracy_drop, nll_rise", "share, nats", "what is lost when a unit is removed and its shortcut stays", "Veit et al. 2016 (arXiv 1605.06431); Fig. 10 of arXiv 2202.06709"),
                Entry("variance", "activation²", "unbiased variance of a feature map over its pixels, mean over channels and examples", park + ", Fig. 9"),
                Entry("channel_share", "share", "(Σv)² / (C Σv²) of the channels' variances v: 1 where all vary alike", "participation ratio"),
                Entry("log_amplitude, delta_log_amplitude", "1", "log |F| of a feature map's spectrum minus that at frequency 0, mean over channels; at all and at the highest frequency of the half diagonal", park + ", Fig. 2a and 8"),
                Entry("cka", "1", "similarity of the outputs of two units, 1 where one is a rotation of the other", "Nguyen, Raghu & Kornblith 2021 (arXiv 2010.15327), eq. 3"),
                Entry("cosine, absolute_cosine, cosine_wang2022", "1", "mean cosine of two tokens; its absolute value; that with each token and itself among the pairs", wang + ", Fig. 4"),
                Entry("hc_over_dc", "1", "‖X - mean‖ / ‖mean‖ of tokens X", wang + ", section 3"),
                Entry("effective_rank", "1", "(Σσ²)² / Σσ⁴ of the singular values σ of tokens", "participation ratio"),
                Entry("attention_hc_kept, attention_hc_bound", "1", "by how much an attention shrinks ‖X - mean‖, and the theorem's bound on it", wang + ", section 3"),
            ]),
        Section(
            title: "Robustness: images are changed, labels are not",
            entries: [
                Entry("accuracy_change", "share", "accuracy on changed images minus accuracy on clean ones", park + ", Fig. 2b"),
                Entry("mean_corruption_error", "share", "wrong answers, mean over severities and the 15 corruptions", "Hendrycks & Dietterich 2019 (arXiv 1903.12261), section 4, not divided by another network's"),
                Entry("flip_probability", "share", "frames of a sequence with another prediction than the one before (noise: the first)", "Hendrycks & Dietterich 2019 (arXiv 1903.12261), section 4.2"),
                Entry("random, fgsm, pgd", "share", "accuracy under ε sign(Gaussian), one step and several steps along the gradient", "arXiv 1412.6572; arXiv 1706.06083"),
            ]),
    ]

    /// The glossary as it is printed.
    static var text: String {
        sections.map { section in
            ([section.title] + section.entries.map {
                "\n  \($0.names)  [\($0.unit)]\n      \($0.definition)\n      source: \($0.source)"
            }).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}
