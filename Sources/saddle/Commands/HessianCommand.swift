import ArgumentParser

/// `saddle hessian`: second derivatives of the objective.
struct HessianCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hessian",
        abstract: "Eigenvalues, spectra, density, trace and products of the Hessian and its like.",
        discussion: """
            Example: saddle hessian eigenvalues --model resnet20 --weights resnet20.th \
            --data cifar10:DIR --first 128 --top 5
            """,
        subcommands: [
            HessianEigenvaluesCommand.self, HessianSpectrumCommand.self,
            HessianDensityCommand.self, HessianTraceCommand.self, HessianBlocksCommand.self,
            HessianMinibatchCommand.self, HessianProductCommand.self,
        ])
}
