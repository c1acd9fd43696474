import Autodiff

/// What a self-attention over all tokens of an image makes of them, and the weights that do.
///
///     output = Σ_h A_h X V_hᵀ P_hᵀ + constant      A_h the attention weights of head h
public struct AttentionMapping {
    /// X `[batch, tokens, features]`.
    public let input: Tensor
    /// `[batch, tokens, outputs]`.
    public let output: Tensor
    /// The state-dict key of the matrix that holds V, `[rows, features]`.
    public let valueKey: String
    /// The rows of that matrix which are V of all heads, one head after the other.
    public let valueRows: Range<Int>
    /// The state-dict key of P `[outputs, heads · d]`.
    public let projectionKey: String
}
