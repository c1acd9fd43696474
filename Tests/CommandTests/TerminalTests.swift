import Foundation
import Testing

/// The two ends of a pseudo-terminal of a width.
private struct Terminal {
    let own: FileHandle
    let programs: FileHandle

    init(columns: Int) throws {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK unlocks the other end, TIOCGPTN is its number.
        var (locked, number): (CInt, CInt) = (0, 0)
        guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &locked) == 0,
            ioctl(descriptor, 0x8004_5430, &number) == 0
        else { throw POSIXError(.ENOTTY) }
        let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        var size = winsize(
            ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard other >= 0, ioctl(other, UInt(TIOCSWINSZ), &size) == 0 else {
            throw POSIXError(.ENOTTY)
        }
        own = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        programs = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    }

    /// Runs the program with its progress on the terminal; `watch` is called with what has been
    /// written so far.
    func run(
        _ arguments: [String], in folder: Folder, watch: (Process, String) -> Void = { _, _ in }
    ) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = programs
        try process.run()
        try programs.close()
        var said = Data()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(own.fileDescriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            said += buffer[..<count]
            watch(process, String(decoding: said, as: UTF8.self))
        }
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}

/// What a person sees on a terminal.
@Suite(.serialized) struct TerminalTests {
    private static let commands: [[String]] = [
        ["hessian", "spectrum", "--batch-size", "8", "--top", "2", "--out", "spectrum.h5"],
        [
            "hessian", "eigenvalues", "--top", "3", "--tolerance", "1e-6", "--out",
            "eigenvalues.h5",
        ],
        ["landscape", "--grid", "5x5", "--no-certify", "--out", "landscape.h5"],
        ["lesion", "--out", "lesion.h5"],
    ]

    @Test(arguments: [40, 60, 80, 12]) func progressIsNoWiderThanTheTerminal(columns: Int) throws {
        let folder = try Folder(inMemory: true)
        let train = [
            "train", "--model", Sample.network, "--data", Sample.images, "--epochs", "2",
            "--batch-size", "8", "--out", "w.safetensors",
        ]
        for command in [train] + Self.commands.map({ $0 + Sample.flags() }) {
            let (status, said) = try Terminal(columns: columns).run(command, in: folder)
            #expect(status == 0, "\(said)")
            // Lines that are written over begin with a return and end with erasing the rest.
            let lines = said.replacing("\u{1B}[K", with: "")
                .split(whereSeparator: \.isNewline)
            #expect(lines.count >= 2, "\(command[0])")
            for line in lines { #expect(line.count < columns, "\(command[0]): \(line)") }
            let counted = lines.contains { $0.contains(/^(\w+: )?\d+/) }
                || lines.contains { $0.contains(/\d+ of \d+/) }
            #expect(counted, "\(command[0]): \(lines)")
        }
    }

    /// The first Ctrl-C says at once what will be finished; what was done is kept.
    @Test(arguments: [true, false]) func aFirstInterruptSaysWhatIsFinished(isTraining: Bool) throws {
        let folder = try Folder(inMemory: true)
        let command = isTraining
            ? [
                "train", "--model", Sample.network, "--data",
                "synthetic:size=16,classes=4,count=4096", "--epochs", "50", "--batch-size", "8",
                "--no-test", "--out", "w.safetensors",
            ]
            : [
                "hessian", "eigenvalues", "--top", "20", "--tolerance", "1e-12", "--max-iterations",
                "100000", "--out", "e.h5",
            ] + Sample.flags(Sample.transformer)
        var interrupted = false
        let (status, said) = try Terminal(columns: 80).run(command, in: folder) { process, said in
            // Some way into the work, so that there is something to keep.
            let pattern = isTraining ? /train: (\d+) of/ : /eigenvalues: (\d+) products/
            if !interrupted, said.matches(of: pattern).contains(where: { (Int($0.1) ?? 0) > 5 }) {
                interrupted = true
                process.interrupt()
            }
        }
        #expect(interrupted && status == 1)
        let what = isTraining ? "this step" : "this product"
        #expect(said.contains("stopping when \(what) is finished and stored; Ctrl-C again stops at once"))
        let last = try #require(said.split(whereSeparator: \.isNewline).last { $0.contains("saddle: ") })
        #expect(last.contains("stopped"))
        if isTraining {
            #expect(last.contains(/after 0 epochs of 50 and \d+ steps; go on with --resume/))
            let metadata = try folder.run(["inspect", "w.safetensors"]).output
            #expect(metadata.contains("training.epoch-steps") && metadata.contains("kernels"))
        } else {
            #expect(last.contains(/stopped with \d+ products; run the same command again/))
            #expect(folder.contains("e.h5.basis"))
            let steps = try #require(last.firstMatch(of: /with (\d+) products/)?.1)
            let again = try Terminal(columns: 80).run(command + ["--json"], in: folder) { process, said in
                if said.contains("eigenvalues: ") { process.interrupt() }
            }
            #expect(again.said.contains("going on: \(steps) products are there"))
        }
    }
}
