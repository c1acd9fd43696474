import ArgumentParser
import Foundation
import Storage
import Studies

/// `saddle manual`: a manual page for each command, as `make install` stores them.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write a manual page for each command.",
        shouldDisplay: false)

    @Argument(help: "The folder of the pages, such as /usr/local/share/man/man1.")
    var folder: String

    func run() throws {
        for (path, command) in try CommandTree.all().descendants() {
            let page = ManualPage(path: path, command: command, version: "saddle \(Experiment.version)")
            try AtomicFile.write(folder + "/" + page.fileName, Data(page.text.utf8))
        }
    }
}
