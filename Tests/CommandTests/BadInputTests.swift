import Foundation
import Storage
import Testing

/// Bad input ends with one clear line and the right exit code, and replaces nothing.
@Suite struct BadInputTests {
    /// Runs a command line that must fail with one line that holds all the given words.
    private func expectFailure(
        _ folder: Folder, _ arguments: [String], status: Int32 = 1, _ words: String...
    ) throws {
        let outcome = try folder.run(arguments)
        #expect(outcome.status == status, "\(outcome.status): \(outcome.errors)")
        let lines = outcome.failures
        #expect(lines.count == 1, "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").last.map(String.init) == lines.last)
        for word in words {
            #expect(lines.last?.contains(word) == true, "'\(word)' in: \(lines)")
        }
    }

    private let cifar = [
        "evaluate", "--model", "resnet,depth=8,width=4", "--weights", "initial", "--data",
        "cifar10:data",
    ]

    private func evaluate(weights: String) -> [String] {
        ["evaluate"] + Sample.flags(weights: weights)
    }

    /// A folder with a checkpoint `w.safetensors` of the sample network, changed by `edit`.
    private func checkpointFolder(
        _ edit: (inout [StoredTensor]) throws -> Void = { _ in }
    ) throws -> Folder {
        let folder = try Folder()
        let made = try folder.run(
            [
                "train", "--model", Sample.network, "--data", Sample.images, "--epochs", "1",
                "--batch-size", "32", "--no-test", "--threads", "2", "--out", "t.safetensors",
            ])
        try #require(made.status == 0, "\(made.errors)")
        var tensors = try Checkpoint.read(folder.path("t.safetensors")).tensors
            .filter { !$0.name.hasPrefix("optimizer.") }
        try edit(&tensors)
        try Checkpoint.write(folder.path("w.safetensors"), tensors: tensors)
        return folder
    }

    /// Numbers that would overflow, and sizes that would take all time or memory.
    @Test(arguments: [
        ("resnet20,size=3037000500", "size=3037000500"),
        ("vit,inputs=9223372036854775807", "inputs=9223372036854775807"),
        ("vit,depth=2000", "depth=2000"),
        ("resnet18,blocks=9223372036854775807-1-1-1", "1 to 1500"),
        ("alexnet,inputs=4611686018427387904", "1 to 1024"),
        ("vgg11,blocks=9223372036854775807", "1 to 1500"),
        ("vgg11,blocks=1500", "one number per stage"),
        ("vit,ensemble=4611686018427387904", "1 to 100"),
        ("vit,size=4096,patch=1,heads=1024,width=1024", "at most 2^48 elements"),
    ]) func absurdModels(_ model: String, _ word: String) throws {
        let folder = try Folder()
        for command in [
            ["inspect"], ["evaluate", "--weights", "initial", "--data", "synthetic"],
        ] {
            let start = ContinuousClock.now
            try expectFailure(folder, command + ["--model", model], status: 2, word)
            #expect(ContinuousClock.now - start < .seconds(2), "\(command[0])")
        }
    }

    @Test func weightsThatDoNotFitIntoTheMemory() throws {
        let folder = try Folder()
        let flags = ["--weights", "initial", "--data", "synthetic"]
        try expectFailure(
            folder, ["evaluate", "--model", "vit,width=65535,heads=15,depth=99"] + flags,
            "weights, which do not fit", "take a smaller network")
    }

    @Test func truncatedImages() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path("data"), withIntermediateDirectories: true)
        try folder.write("data/test_batch.bin", [UInt8](repeating: 0, count: 3 * 3073 - 100))
        try expectFailure(folder, cifar, "test_batch.bin", "3073", "9119")
    }

    @Test func recordsOfTheWrongSize() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder.path("data"), withIntermediateDirectories: true)
        // Records of CIFAR-100, which have one byte more.
        try folder.write("data/test_batch.bin", [UInt8](repeating: 0, count: 5 * 3074))
        try expectFailure(folder, cifar, "test_batch.bin", "15370")
    }

    @Test func missingFiles() throws {
        let folder = try Folder()
        try expectFailure(folder, cifar, "data")
        try expectFailure(folder, evaluate(weights: "no.pth"), "no.pth", "check the path")
        try expectFailure(folder, ["inspect", "no.h5"], "no.h5")
        try expectFailure(folder, ["plot", "no.h5"], "no.h5")
    }

    @Test func checkpointWithoutATensor() throws {
        let folder = try checkpointFolder { $0.removeAll { $0.name == "conv1.weight" } }
        try expectFailure(
            folder, evaluate(weights: "w.safetensors"), "w.safetensors", "missing", "conv1.weight")
    }

    @Test func checkpointWithAMisshapenTensor() throws {
        let folder = try checkpointFolder { tensors in
            for index in tensors.indices where tensors[index].name == "conv1.weight" {
                tensors[index] = try StoredTensor(
                    name: "conv1.weight", shape: [2, 2], doubles: [1, 2, 3, 4])
            }
        }
        try expectFailure(
            folder, evaluate(weights: "w.safetensors"), "conv1.weight", "[2, 2]", "[4, 3, 3, 3]")
    }

    @Test func truncatedCheckpoint() throws {
        let folder = try checkpointFolder()
        let bytes = try folder.bytes("w.safetensors")
        try folder.write("cut.safetensors", bytes.prefix(bytes.count - 100))
        try expectFailure(folder, evaluate(weights: "cut.safetensors"), "cut.safetensors")
    }

    @Test func notACheckpoint() throws {
        let folder = try Folder()
        try folder.write("w.pth", Array("<html>not found</html> and a little more".utf8))
        try expectFailure(folder, evaluate(weights: "w.pth"), "w.pth", "web page")
    }

    @Test func foreignConstructor() throws {
        let folder = try Folder()
        // Protocol 2, GLOBAL os.system, the text "touch owned", a tuple of it, REDUCE, STOP, behind
        // the pickles that a file of torch.save begins with.
        var bytes: [UInt8] = [
            0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
            0x80, 2, 0x4D, 0xE9, 3, 0x2E,
            0x80, 2, 0x7D, 0x58, 13, 0, 0, 0,
        ]
        bytes += Array("little_endian".utf8) + [0x88, 0x73, 0x2E]
        bytes += [0x80, 2] + Array("cos\nsystem\n".utf8) + [0x58, 11, 0, 0, 0]
        bytes += Array("touch owned".utf8) + [0x85, 0x52, 0x2E]
        try folder.write("evil.pth", bytes)
        try expectFailure(folder, evaluate(weights: "evil.pth"), "evil.pth", "os", "system")
        #expect(!folder.contains("owned"))
    }

    @Test func zipWithAbsurdSizes() throws {
        let folder = try Folder()
        try folder.write("bomb.pth", Zip.claiming(size: 0xFFFF_FFF0))
        try expectFailure(folder, evaluate(weights: "bomb.pth"), "bomb.pth")
    }

    @Test func resultOfAnotherRun() throws {
        let folder = try Folder()
        let base = ["landscape"] + Sample.flags() + ["--grid", "3x3", "--no-certify"]
        #expect(try folder.run(base + ["--out", "l.h5"]).status == 0)
        let before = try folder.bytes("l.h5")
        try expectFailure(
            folder, base + ["--seed", "7", "--out", "l.h5"], "l.h5", "another run",
            "seed is 0, not 7", "--force")
        try expectFailure(
            folder, ["lesion"] + Sample.flags() + ["--out", "l.h5"], "l.h5", "--force")
        try expectFailure(
            folder, ["evaluate"] + Sample.flags() + ["--out", "l.h5"], "l.h5", "--force")
        #expect(try folder.bytes("l.h5") == before)
        #expect(!folder.contains("l.h5.journal"))
    }

    @Test func unwritableOutput() throws {
        let folder = try Folder()
        for command in [
            ["landscape", "--grid", "3x3"], ["lesion"], ["evaluate"], ["predict"],
            ["hessian", "eigenvalues"], ["hessian", "product", "--vector", "random"],
        ] {
            try expectFailure(
                folder, command + Sample.flags() + ["--out", "no/such/folder/x.h5"], "x.h5",
                "make the folder first")
        }
    }

    /// Whether this process may mount a file system of its own.
    private static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Runs a command on a small disk of its own, where it must fail because that is full.
    ///
    /// - Parameters:
    ///   - filler: bytes that are taken before.
    ///   - left: what is on the disk afterwards.
    private func expectFullDisk(
        _ arguments: [String], size: String, filler: String? = nil, file: String, left: String
    ) throws {
        let folder = try Folder()
        let fill = filler.map { "head -c \($0) /dev/zero >filler && " } ?? ""
        let command = ([Program.path] + arguments).joined(separator: " ")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = [
            "-m", "sh", "-c",
            "mount -t tmpfs -o size=\(size) tmpfs /mnt && cd /mnt && \(fill)\(command) && exit 1;"
                + " code=$?; test \"$(ls -A)\" = \(left) || exit 99; exit $code",
        ]
        process.currentDirectoryURL = folder.url
        let errors = folder.url.appendingPathComponent("full.err")
        try Data().write(to: errors)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try folder.bytes("full.err"), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("saddle: ") }
        #expect(process.terminationStatus == 1)
        #expect(lines.count == 1)
        #expect(lines.last?.contains(file) == true, "\(lines)")
        #expect(lines.last?.contains("the disk is full") == true, "\(lines)")
    }

    @Test(
        .enabled(if: canMount, "needs the right to mount a small tmpfs"),
        arguments: [("41x41", "64k", "g.h5.journal:"), ("7x7", "16k", "g.h5:")])
    func diskThatFillsUpDuringALandscape(_ grid: String, _ size: String, _ file: String) throws {
        try expectFullDisk(
            ["landscape"] + Sample.flags() + ["--grid", grid, "--no-certify", "--out", "g.h5"],
            size: size, file: file, left: "g.h5.journal")
    }

    @Test(
        .enabled(if: canMount, "needs the right to mount a small tmpfs"),
        arguments: ["evaluate", "predict"])
    func fullDisk(command: String) throws {
        try expectFullDisk(
            [command] + Sample.flags() + ["--out", "o"], size: "64k", filler: "64k", file: "o:",
            left: "filler")
    }

    @Test func weightsThatAreNotNumbers() throws {
        let folder = try checkpointFolder { tensors in
            for index in tensors.indices where tensors[index].name == "conv1.weight" {
                var values = tensors[index].doubles()
                values[5] = .nan
                tensors[index] = try StoredTensor(
                    name: "conv1.weight", shape: tensors[index].shape, doubles: values)
            }
        }
        try expectFailure(
            folder, evaluate(weights: "w.safetensors"), "w.safetensors", "conv1.weight", "nan", "5")
    }

    @Test func unknownModelsAndKeys() throws {
        let folder = try Folder()
        try expectFailure(
            folder, ["evaluate"] + Sample.flags("resnet21"), status: 2, "resnet21", "resnet20")
        try expectFailure(
            folder, ["evaluate"] + Sample.flags("resnet20,colour=3"), status: 2, "colour")
        try expectFailure(
            folder, ["inspect", "--model", "no-such-network"], status: 2, "no-such-network")
    }

    @Test(arguments: [
        ["--threads", "0"], ["--memory", "lots"], ["--precision", "f16"], ["--colour", "red"],
        ["--augment", "much"], ["--first", "0"], ["--indices", "5..2"], ["--l2", "-1"],
        ["--draws", "0"], ["--normalization", "0.5"],
    ])
    func flagsThatMakeNoSense(_ flags: [String]) throws {
        let folder = try Folder()
        let base = [
            "evaluate", "--model", Sample.network, "--weights", "initial", "--data", Sample.images,
        ]
        try expectFailure(folder, base + flags, status: 2, flags[0])
    }

    @Test func gridsThatMakeNoSense() throws {
        let folder = try Folder()
        for flags in [
            ["--grid", "0x3"], ["--grid", "3x"], ["--range", "1..-1"], ["--dimensions", "3"],
            ["--part", "0/2"], ["--directions", "a.safetensors"],
        ] {
            try expectFailure(
                folder, ["landscape"] + Sample.flags() + flags + ["--out", "l.h5"], status: 2,
                flags[0])
        }
        #expect(!folder.contains("l.h5") && !folder.contains("l.h5.journal"))
    }

    @Test func networkAndDataThatDoNotFit() throws {
        let folder = try Folder()
        try expectFailure(
            folder,
            ["evaluate", "--model", "resnet20", "--weights", "initial", "--data", Sample.images],
            "classes")
    }
}

/// Archives that lie.
private enum Zip {
    /// A stored archive of one entry `a/data.pkl` whose headers claim the given size.
    static func claiming(size: UInt32) -> [UInt8] {
        let name = Array("a/data.pkl".utf8)
        func word(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
        func long(_ value: UInt32) -> [UInt8] {
            word(UInt16(value & 0xFFFF)) + word(UInt16(value >> 16))
        }
        let fields = word(20) + word(0) + word(0) + word(0) + word(0) + long(0) + long(size)
            + long(size) + word(UInt16(name.count)) + word(0)
        let local = long(0x0403_4B50) + fields + name + [0x80, 0x02, 0x2E]
        let central = long(0x0201_4B50) + word(20) + fields + word(0) + word(0) + word(0) + long(0)
            + long(0) + name
        let end = long(0x0605_4B50) + word(0) + word(0) + word(1) + word(1)
            + long(UInt32(central.count)) + long(UInt32(local.count)) + word(0)
        return local + central + end
    }
}
