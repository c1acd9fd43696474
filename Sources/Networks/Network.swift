import Autodiff

/// An image classifier, stated once as a function of images and named parameters.
///
/// Declaring a parameter and using it are one act, so the list of parameters follows from the
/// computation and cannot disagree with it. Parameters are declared in the order of the original's
/// PyTorch state dict, under the same keys.
public protocol Network: Sendable {
    /// What it is called, takes and gives.
    var signature: NetworkSignature { get }

    /// The unnormalised log-probabilities of the classes.
    ///
    /// - Parameter images: `[batch, channels, height, width]`.
    /// - Returns: `[batch, classes]`.
    /// - Throws: `ShapeError` or `NetworkError` where the configuration does not fit the images.
    func logits(_ images: Tensor, _ scope: Scope) throws -> Tensor

    /// The renamings that turn the keys of a checkpoint of another version into those of the state
    /// dict; keys that stay the same are not listed.
    func renamings(of keys: [String]) -> [KeyRenaming]
}

/// What every network states whatever its family: a name, images in, classes out.
public struct NetworkSignature: Sendable, Hashable {
    /// The name and arguments with which the registry makes it.
    public let name: String
    /// The shape of one image, `[channels, height, width]`.
    public let imageShape: [Int]
    /// The number of classes.
    public let classes: Int

    /// The signature of a classifier of images of one shape.
    public init(name: String, imageShape: [Int], classes: Int) {
        self.name = name
        self.imageShape = imageShape
        self.classes = classes
    }
}

extension Network {
    /// The name and arguments with which the registry makes it.
    public var name: String { signature.name }
    /// The shape of one image, `[channels, height, width]`.
    public var imageShape: [Int] { signature.imageShape }
    /// The number of classes.
    public var classes: Int { signature.classes }

    public func renamings(of keys: [String]) -> [KeyRenaming] { [] }
}

/// A network whose arguments or use make no sense.
public struct NetworkError: Error, Hashable, CustomStringConvertible {
    /// One line: what is wrong and the remedy.
    public let description: String

    /// An error with the given line.
    public init(_ description: String) {
        self.description = description
    }
}

/// What tracing a network finds: its computation, state and units.
public struct NetworkTrace {
    /// The graph that holds the tensors below.
    public let builder: GraphBuilder
    /// The input "images", `[batch, channels, height, width]`.
    public let images: Tensor
    /// `[batch, classes]`.
    public let logits: Tensor
    /// Parameters and buffers in state-dict order.
    public let state: [StateEntry]
    /// The units, in the order of computation.
    public let units: [UnitDescription]
    /// The output of every unit, by its name.
    public let captures: [String: Tensor]
    /// The attention weights of every unit that has some, by its name: how much of each value each
    /// query takes up, after the softmax and whatever mixes or scales its result.
    ///
    /// `[batch, heads, queries, keys]`, within windows `[batch, windows, heads, queries, keys]`.
    /// Rows sum to 1, but where talking heads mix them. Nothing is computed of what is no output.
    public let attention: [String: Tensor]
    /// Input and output of every attention over the whole image, by the name of its unit.
    public let attentionMappings: [String: AttentionMapping]
    /// The statistics of every batch norm, empty unless these of the batch are in use.
    public let batchStatistics: [BatchStatistics]
    /// The input "example numbers" `[batch, 2]` (see `ExampleNumber`), declared where a random mask needs it.
    public let exampleNumbers: Tensor?

    /// The entries that training changes and that derivatives are taken of.
    public var parameters: [StateEntry] { state.filter(\.kind.isTrainable) }
}

extension Network {
    /// Writes the network's computation into a graph.
    ///
    /// Parameters and buffers become inputs named by their state-dict keys with the role
    /// `.parameter`; the images become the input "images" with the role `.examples`.
    ///
    /// - Throws: `ShapeError` or `NetworkError` where the configuration does not fit.
    public func trace(
        in builder: GraphBuilder, batch: Int, options: TraceOptions = TraceOptions()
    ) throws -> NetworkTrace {
        let images = builder.input("images", Shape([batch] + imageShape), role: .examples)
        let tracing = Tracing(builder: builder, batch: batch, options: options)
        let logits = try logits(images, Scope(tracing: tracing, prefix: ""))
        guard logits.shape == [batch, classes] else {
            throw NetworkError(
                "\(name) gives logits of shape \(logits.shape), not [\(batch), \(classes)]")
        }
        for lesion in options.lesions where !tracing.units.indices.contains(lesion) {
            throw NetworkError("\(name) has \(tracing.units.count) units, there is no \(lesion)")
        }
        return NetworkTrace(
            builder: builder, images: images, logits: logits, state: tracing.state,
            units: tracing.units, captures: tracing.captures, attention: tracing.attention,
            attentionMappings: tracing.attentionMappings,
            batchStatistics: tracing.batchStatistics, exampleNumbers: tracing.exampleNumbers)
    }
}
