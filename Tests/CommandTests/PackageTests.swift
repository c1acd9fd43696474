import Foundation
import Testing

/// What Package.swift declares against what the sources import.
@Suite struct PackageTests {
    /// A target of the package.
    private struct Target {
        let name: String
        let path: String
        let dependencies: Set<String>
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func targets() throws -> [Target] {
        let manifest = try String(
            contentsOf: Self.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let kind = /\.(systemLibrary|target|executableTarget|testTarget)\(\s*name: "(\w+)"/
        let starts = manifest.matches(of: kind)
        return starts.enumerated().map { index, match in
            let end = index + 1 < starts.count
                ? starts[index + 1].range.lowerBound : manifest.endIndex
            let body = manifest[match.range.upperBound..<end]
            let list = body.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
            let names = list.replacing(/package: "[^"]*"/, with: "").matches(of: /"(\w+)"/)
            let folder = match.1 == "testTarget" ? "Tests" : "Sources"
            return Target(
                name: String(match.2),
                path: body.firstMatch(of: /path: "([^"]*)"/).map { String($0.1) }
                    ?? "\(folder)/\(match.2)",
                dependencies: Set(names.map { String($0.1) }))
        }
    }

    @Test func declaredDependenciesEqualImports() throws {
        let targets = try targets()
        #expect(targets.count > 30)
        let known = Set(targets.map(\.name) + ["ArgumentParser"])
        // Programs that are run, not imported.
        let programs: Set = ["saddle", "LargeFile", "LibraryExample"]
        for target in targets {
            let folder = Self.root.appendingPathComponent(target.path)
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".swift") }
            var imports: Set<String> = []
            for file in files {
                let text = try String(
                    contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
                for match in text.matches(of: /(?m)^(?:@\w+ )?import (\w+)/) {
                    imports.insert(String(match.1))
                }
            }
            #expect(
                imports.intersection(known) == target.dependencies.subtracting(programs),
                "\(target.name)")
        }
    }
}
