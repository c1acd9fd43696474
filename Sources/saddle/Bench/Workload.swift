import ArgumentParser
import Datasets
import Networks
import Randomness
import Training

/// A network on random images whose computations are timed, the same as for other programs.
enum Workload: String, CaseIterable, ExpressibleByArgument {
    case vitTiny = "vit_ti"
    case resnet20
    case resnet50
    case deitSmall = "deit_s_224"

    /// The network's name and arguments in the registry.
    var model: String {
        switch self {
        case .vitTiny:
            return "vit,size=32,patch=2,width=192,depth=12,heads=3,classes=100,qkv_bias=false"
        case .resnet20: return "resnet20"
        case .resnet50: return "resnet50,classes=100"
        case .deitSmall:
            return "vit,size=224,patch=16,width=384,depth=12,heads=6,classes=1000,qkv_bias=true"
        }
    }

    /// Standard normal images with random labels, as frozen examples.
    func examples(_ count: Int, for network: any Network) throws -> ExampleSet {
        let stream = RandomStream(seed: 1, name: "bench")
        let size = network.imageShape.reduce(1, *)
        let images = try LabelledImages(
            pixels: .floats((0..<(count * size)).map { Float(stream.gaussian($0)) }),
            shape: [count] + network.imageShape,
            labels: .classes(
                (0..<count).map { stream.substream(1).integer($0, below: network.classes) }),
            classNames: (0..<network.classes).map(String.init), source: "bench")
        return try ExampleSet(
            images, indices: Array(0..<count), options: ExampleOptions(), normalization: nil)
    }
}

/// What is timed.
enum BenchOperation: String, CaseIterable, ExpressibleByArgument {
    /// Logits and losses.
    case forward
    /// The mean NLL and its gradient; like all of these without a penalty, as the peers have it.
    case gradient
    /// One Hessian-vector product where many are made at one point.
    case hessianProduct = "hvp"
    /// One Hessian-vector product from scratch.
    case freshHessianProduct = "hvp_fresh"
    /// The loss at 25 filter-normalised points on 256 images.
    case landscape
    /// The top eigenvalue by 20 power iterations.
    case power
    /// The top five eigenvalues to a residual of 10⁻³ relative.
    case topFive = "top5"
    /// One AdamW step in training mode.
    case trainStep = "train_step"

    /// What it is in words.
    var text: String {
        switch self {
        case .forward: "one forward pass with its losses"
        case .gradient: "one loss with its gradient"
        case .hessianProduct: "one Hessian-vector product of many at one point"
        case .freshHessianProduct: "one Hessian-vector product from scratch"
        case .landscape: "25 points of a landscape"
        case .power: "the top eigenvalue by 20 power iterations"
        case .topFive: "the top five eigenvalues by Lanczos"
        case .trainStep: "one AdamW step"
        }
    }

    /// Passes forward that the products of the operation amount to, for one batch.
    var passes: Double? {
        switch self {
        case .forward: return 1
        case .gradient, .trainStep: return 3
        case .hessianProduct: return 6
        case .freshHessianProduct: return 9
        case .power: return 3 + 20 * 6
        case .landscape, .topFive: return nil
        }
    }
}
