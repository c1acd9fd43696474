import Autodiff

// Loops that CVector does not have. They are generic, and each scalar type calls them from code of
// its own, so that the compiler makes one version for each type.

/// Ones where the mask keeps an element of an example, zeros elsewhere.
@inline(__always)
func fillMask<Scalar: BinaryFloatingPoint>(
    _ mask: RandomMask, examples: Int, _ numbers: UnsafePointer<Scalar>,
    _ target: UnsafeMutablePointer<Scalar>
) {
    let width = mask.tail.reduce(1, *)
    for example in 0..<examples {
        let stream = mask.stream.substream(
            ExampleNumber.joined(Double(numbers[2 * example]), Double(numbers[2 * example + 1])))
        for element in 0..<width {
            let keeps = stream.uniform(element) < mask.keepProbability
            target[example * width + element] = keeps ? 1 : 0
        }
    }
}
