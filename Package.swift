// swift-tools-version: 6.2
import PackageDescription

// Targets are listed floor by floor: a target may depend only on targets of lower floors.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "Saddle",
    products: [
        .executable(name: "saddle", targets: ["saddle"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Floor 0: bridges to C libraries.
        .systemLibrary(
            name: "COpenBLAS", path: "Sources/Bridges/COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
        .target(
            name: "COneDNN", path: "Sources/Bridges/COneDNN",
            cxxSettings: [.unsafeFlags(["-O3"])],
            linkerSettings: [.linkedLibrary("dnnl")]),
        .systemLibrary(
            name: "CHDF5", path: "Sources/Bridges/CHDF5", pkgConfig: "hdf5-serial",
            providers: [.apt(["libhdf5-dev"])]),
        .target(name: "CGuard", path: "Sources/Bridges/CGuard"),
        .target(
            name: "CJPEG", path: "Sources/Bridges/CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
        .systemLibrary(name: "CAllocator", path: "Sources/Bridges/CAllocator"),
        .systemLibrary(
            name: "CZlib", path: "Sources/Bridges/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/Bridges/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CGnuplot", path: "Sources/Bridges/CGnuplot",
            linkerSettings: [
                .linkedLibrary("boost_iostreams"), .linkedLibrary("boost_system"),
                .linkedLibrary("boost_filesystem"),
            ]),
        .target(
            name: "CVector", path: "Sources/Bridges/CVector",
            // Vectors wider than the registers of a processor are passed to inlined functions alone.
            cxxSettings: [
                .unsafeFlags(["-O3", "-ffp-contract=fast", "-fno-math-errno", "-Wno-psabi"])
            ]),

        // Floor 1: the differentiable graph; random numbers; what results are made of.
        .target(name: "Autodiff", dependencies: ["Randomness"], swiftSettings: strict),
        .target(name: "Randomness", swiftSettings: strict),
        .target(name: "Results", dependencies: ["Randomness"], swiftSettings: strict),

        // Floor 2: running graphs, reading and writing files.
        .target(
            name: "Execution", dependencies: ["Autodiff", "Randomness", "COneDNN", "COpenBLAS", "CVector"],
            swiftSettings: strict),
        .target(
            name: "Storage", dependencies: ["CGuard", "CHDF5", "CZlib", "COpenSSL"], swiftSettings: strict),

        // Floor 3: networks and data.
        .target(name: "Networks", dependencies: ["Autodiff", "Randomness"], swiftSettings: strict),
        .target(name: "Datasets", dependencies: ["Randomness", "Storage"], swiftSettings: strict),

        // Floor 4: objectives and optimisation.
        .target(
            name: "Training",
            dependencies: ["Autodiff", "Execution", "Networks", "Datasets", "Storage"],
            swiftSettings: strict),

        // Floor 5: analyses.
        .target(name: "Landscapes", dependencies: ["Randomness", "Results", "Execution", "Networks"], swiftSettings: strict),
        .target(
            name: "Spectra", dependencies: ["Randomness", "Results", "Execution"], swiftSettings: strict),
        .target(name: "Lesions", dependencies: ["Randomness", "Results", "Networks"], swiftSettings: strict),
        .target(
            name: "Representations",
            dependencies: ["Autodiff", "Execution", "Randomness", "Results", "Networks", "Training"],
            swiftSettings: strict),

        .target(
            name: "Calibration", dependencies: ["Randomness", "Results", "Training"],
            swiftSettings: strict),
        .target(
            name: "Robustness", dependencies: ["CJPEG", "Randomness", "Results", "Training"],
            swiftSettings: strict),

        // Floor 6: results as files and as pictures.
        .target(
            name: "Records", dependencies: ["Results", "Execution", "Storage", "Landscapes", "Spectra"],
            swiftSettings: strict),
        .target(
            name: "Figures", dependencies: ["CGnuplot", "Randomness", "Results", "Landscapes", "Spectra", "Lesions", "Robustness"],
            swiftSettings: strict),

        // Floor 7: the loop that measures, and the list of all analyses.
        .target(
            name: "Studies",
            dependencies: [
                "Datasets", "Execution", "Networks", "Randomness", "Training", "Results", "Storage",
                "Landscapes", "Spectra", "Lesions", "Representations", "Calibration", "Robustness", "Records",
                "Figures", "Autodiff",
            ],
            swiftSettings: strict),

        // Floor 8: the command line.
        .executableTarget(
            name: "saddle",
            dependencies: [
                "CAllocator", "CGuard", "Autodiff", "Execution", "Storage", "Networks", "Datasets", "Randomness",
                "Training", "Results", "Landscapes", "Robustness", "Spectra", "Representations", "Records",
                "Figures", "Studies",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Tests mirror the targets.
        .target(name: "Golden", dependencies: ["Storage"], path: "Tests/Golden", exclude: ["Numbers"], swiftSettings: strict),
        .executableTarget(name: "LargeFile", dependencies: ["Storage"], path: "Tests/LargeFile", swiftSettings: strict),
        .executableTarget(name: "LibraryExample", dependencies: ["Datasets", "Landscapes", "Networks", "Records", "Spectra", "Studies", "Training"], path: "Tests/LibraryExample", swiftSettings: strict),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .target(name: "PublishedNetworks", dependencies: ["Execution", "Networks", "Datasets", "Training", "Golden"], path: "Tests/PublishedNetworks", swiftSettings: strict),
        // For tests of two targets; itself a test target, because it makes primitives as only tests may.
        .testTarget(name: "GraphSamples", dependencies: ["Autodiff", "Randomness"], swiftSettings: strict),
        .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "Execution", "Randomness", "GraphSamples"], swiftSettings: strict),
        .testTarget(name: "ExecutionTests", dependencies: ["Autodiff", "Execution", "Networks", "Randomness", "AllocationCounter", "CVector", "GraphSamples", "Golden"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["CZlib", "Storage", "Golden"], swiftSettings: strict),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Randomness", "Storage", "Golden"], swiftSettings: strict),
        .testTarget(name: "NetworksTests", dependencies: ["Autodiff", "Execution", "Networks", "Golden"], swiftSettings: strict),
        .testTarget(name: "TrainingTests", dependencies: ["Autodiff", "Datasets", "Execution", "Networks", "Randomness", "Storage", "Training", "PublishedNetworks", "Golden"], swiftSettings: strict),
        .testTarget(name: "LandscapesTests", dependencies: ["Randomness", "Execution", "Storage", "Networks", "Landscapes", "Golden"], swiftSettings: strict),
        .testTarget(name: "SpectraTests", dependencies: ["Randomness", "Results", "Execution", "Spectra", "Golden"], swiftSettings: strict),
        .testTarget(name: "LesionsTests", dependencies: ["Randomness", "Lesions"], swiftSettings: strict),
        .testTarget(name: "RepresentationsTests", dependencies: ["Autodiff", "Execution", "Networks", "Representations", "Results", "Training", "Golden"], swiftSettings: strict),
        .testTarget(name: "RobustnessTests", dependencies: ["Randomness", "Robustness", "Golden"], swiftSettings: strict),
        .testTarget(name: "ResultsTests", dependencies: ["Results", "Randomness"], swiftSettings: strict),
        // For tests of two targets; itself a test target, because it makes results as only tests may.
        .testTarget(name: "ResultSamples", dependencies: ["Execution", "Landscapes", "Lesions", "Randomness", "Records", "Robustness", "Spectra", "Studies", "Training"], swiftSettings: strict),
        .testTarget(name: "RecordsTests", dependencies: ["Results", "Execution", "Storage", "Landscapes", "Spectra", "Lesions", "Records", "ResultSamples"], swiftSettings: strict),
        .testTarget(name: "StudiesTests", dependencies: ["Datasets", "Execution", "Networks", "Randomness", "Results", "Storage", "Training", "Landscapes", "Spectra", "Representations", "Calibration", "Robustness", "Records", "Figures", "Studies", "ResultSamples"], swiftSettings: strict),
        .testTarget(name: "FiguresTests", dependencies: ["CZlib", "Randomness", "Results", "Landscapes", "Spectra", "Lesions", "Networks", "Representations", "Calibration", "Robustness", "Records", "Figures"], swiftSettings: strict),
        .testTarget(name: "ReproductionTests", dependencies: ["Execution", "Training", "Landscapes", "Results", "Spectra", "Golden", "PublishedNetworks"], swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["saddle", "LargeFile", "LibraryExample", "Autodiff", "Landscapes", "Randomness", "Records", "ResultSamples", "Results", "Spectra", "Storage", "Networks", "Training"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
