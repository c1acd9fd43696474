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

        // Floor 1: the differentiable graph.
        .target(name: "Autodiff", dependencies: ["Randomness"], swiftSettings: strict),
        .target(name: "Randomness", swiftSettings: strict),

        // Floor 2: running graphs, reading and writing files.
        .target(
            name: "Execution", dependencies: ["Autodiff", "Randomness", "COneDNN", "COpenBLAS", "CVector"],
            swiftSettings: strict),
        .target(
            name: "Storage", dependencies: ["CHDF5", "CZlib", "COpenSSL"], swiftSettings: strict),

        // Floor 3: networks and data.
        .target(name: "Networks", dependencies: ["Autodiff", "Randomness"], swiftSettings: strict),
        .target(name: "Datasets", dependencies: ["Randomness", "Storage"], swiftSettings: strict),

        // Floor 4: objectives and optimisation.
        .target(
            name: "Training",
            dependencies: ["Autodiff", "Execution", "Networks", "Datasets", "Storage"],
            swiftSettings: strict),

        // Floor 5: analyses.
        .target(name: "Landscapes", dependencies: ["Execution", "Networks", "Randomness", "Training"], swiftSettings: strict),
        .target(
            name: "Spectra", dependencies: ["Execution", "Randomness", "Training"], swiftSettings: strict),
        .target(name: "Lesions", dependencies: ["Networks", "Randomness", "Training"], swiftSettings: strict),

        // Floor 6: results as files and as pictures.
        .target(
            name: "Records", dependencies: ["Randomness", "Storage", "Landscapes", "Spectra", "Lesions"],
            swiftSettings: strict),
        .target(
            name: "Figures", dependencies: ["CGnuplot", "Landscapes", "Spectra", "Lesions"],
            swiftSettings: strict),

        // Floor 7: the command line.
        .executableTarget(
            name: "saddle",
            dependencies: [
                "CAllocator", "Autodiff", "Execution", "Storage", "Networks", "Datasets",
                "Randomness", "Training", "Landscapes", "Spectra", "Lesions", "Records", "Figures",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        // Tests mirror the targets.
        .target(name: "Golden", path: "Tests/Golden", swiftSettings: strict),
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        .target(name: "PublishedNetworks", dependencies: ["Execution", "Networks", "Datasets", "Training", "Golden"], path: "Tests/PublishedNetworks", swiftSettings: strict),
        // For tests of two targets; itself a test target, because it makes primitives as only tests may.
        .testTarget(name: "GraphSamples", dependencies: ["Autodiff", "Randomness"], swiftSettings: strict),
        .testTarget(name: "AutodiffTests", dependencies: ["Autodiff", "Execution", "Randomness", "GraphSamples", "Golden"], swiftSettings: strict),
        .testTarget(name: "ExecutionTests", dependencies: ["Autodiff", "Execution", "Networks", "Randomness", "AllocationCounter", "CVector", "GraphSamples", "Golden"], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Golden"], swiftSettings: strict),
        .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Golden"], swiftSettings: strict),
        .testTarget(name: "NetworksTests", dependencies: ["Autodiff", "Execution", "Networks", "Golden"], swiftSettings: strict),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "PublishedNetworks", "Golden"], swiftSettings: strict),
        .testTarget(name: "LandscapesTests", dependencies: ["Landscapes", "Storage", "Golden"], swiftSettings: strict),
        .testTarget(name: "SpectraTests", dependencies: ["Spectra", "Golden"], swiftSettings: strict),
        .testTarget(name: "LesionsTests", dependencies: ["Lesions", "Golden"], swiftSettings: strict),
        .testTarget(name: "RecordsTests", dependencies: ["Execution", "Records", "Storage", "Golden"], swiftSettings: strict),
        .testTarget(name: "FiguresTests", dependencies: ["Figures", "Records", "Golden"], swiftSettings: strict),
        .testTarget(name: "ReproductionTests", dependencies: ["Training", "Landscapes", "Spectra", "PublishedNetworks", "Golden"], swiftSettings: strict),
        .testTarget(name: "CommandTests", dependencies: ["saddle", "Networks", "Randomness", "Storage", "Golden"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
