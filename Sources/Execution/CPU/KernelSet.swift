import CVector

/// The instructions that kernels are written for, chosen by the processor at hand.
///
/// Sums run in another order with wider registers, so results of two processors may differ in
/// their last bits; with one set they do not.
public enum KernelSet: String, Sendable, CaseIterable {
    /// What every processor has.
    case baseline
    case avx2
    case avx512

    /// The set that programs of this process run with.
    public static var current: KernelSet {
        switch Int(cv_isa()) {
        case CV_ISA_AVX512: .avx512
        case CV_ISA_AVX2: .avx2
        default: .baseline
        }
    }
}
