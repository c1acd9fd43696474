import ArgumentParser
import Landscapes

extension DirectionNormalization: ExpressibleByArgument {}

/// The directions of a landscape.
struct DirectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            random (Gaussian, of --seed), eigen (Hessian eigenvectors of the largest \
            eigenvalues), or files with a comma between them: one safetensors file per axis, \
            which moves the tensors that it has, FILE.h5#N for eigenvector N of `hessian \
            eigenvalues`, or one HDF5 file of tomgoldstein/loss-landscape for all axes.
            """, valueName: "source"))
    var directions = "random"

    @Option(
        help: """
            How directions are brought to the scale of the weights; default: filter for random \
            directions, none for others.
            """)
    var normalize: DirectionNormalization?

    @Flag(
        help: """
            Move tensors of fewer than two dimensions too, where directions are normalised; files \
            and eigenvectors without --normalize move all that they hold.
            """)
    var includeBiasesAndNorms = false

    @Option(
        help: ArgumentHelp(
            "Store the directions in these safetensors files, one per axis; default: in the result alone.",
            valueName: "file[,file]"))
    var saveDirections: String?
}
