import Foundation
import Storage
import Testing

/// Everything that is measured of feature maps, on networks of every kind.
@Suite struct RepresentationTests {
    /// A small network of each kind.
    private static let models = [
        "resnet,depth=8,width=4,size=16,classes=4",
        "vit,size=16x24,patch=4,width=12,depth=2,heads=3,classes=4",
        "swin_tiny,size=16,patch=2,window=4,width=12,depth=2-2,heads=2-2,classes=4",
        "alternet18,head_width=4,size=32,window=4,classes=4",
        "cait_xxs24,size=8,patch=2,width=16,depth=2,heads=2,classes=4",
        "deit_tiny,size=16,patch=4,width=12,depth=2,heads=3,scaling=attnscale,classes=4",
    ]

    /// Flags of a network with images of its size, which are written into the folder.
    private static func flags(
        _ model: String, in folder: Folder, first: Int = 12
    ) throws -> [String] {
        let size = model.split(separator: ",").first { $0.hasPrefix("size=") }?.dropFirst(5) ?? ""
        let extents = size.split(separator: "x").compactMap { Int($0) }
        let (height, width) = (extents.first ?? 0, extents.last ?? 0)
        let pixels = (0..<16 * 3 * height * width).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
        let file = "images-\(size).safetensors"
        try Safetensors.write(
            folder.path(file),
            tensors: [
                StoredTensor(name: "images", shape: [16, 3, height, width], unsigned: pixels),
                StoredTensor(name: "labels", shape: [16], integers: (0..<16).map { $0 % 4 }),
            ])
        return [
            "--model", model, "--weights", "initial", "--data", "tensors:\(file)", "--first",
            "\(first)", "--batch-size", "4", "--threads", "2", "--precision", "f64",
        ]
    }

    /// Commands with the table of the document that has a row for each unit.
    private static let commands: [(words: [String], table: String)] = [
        (["fourier"], "units"), (["fourier", "--protocol", "park2022"], "units"),
        (["variance"], "units"), (["oversmoothing"], "units"),
        (["oversmoothing", "--class-tokens"], "units"), (["similarity"], "units"),
    ]

    @Test(arguments: commands.indices) func everyNetwork(_ command: Int) throws {
        let folder = try Folder(inMemory: true)
        let (words, table) = Self.commands[command]
        var files: [String] = []
        for (number, model) in Self.models.enumerated() {
            let flags = try words + Self.flags(model, in: folder)
            let document = try folder.document(flags + ["--out", "\(number).h5"])
            let units = try #require(document[table] as? [[String: Any]], "\(model)")
            #expect(units.count >= 4, "\(model)")
            files.append("\(number).h5")
            // The same command gives the same bits.
            guard number < 2 else { continue }
            let again = try folder.document(flags + ["--out", "again\(number).h5"])
            #expect(again[table] as? NSArray == document[table] as? NSArray, "\(model)")
        }
        for arguments in [
            ["plot"] + files + ["--out", "all"], ["plot", "2.h5", "--out", "one"],
            ["export", "notebook"] + files + ["--out", "all.ipynb"],
        ] {
            let outcome = try folder.run(arguments)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        #expect(folder.contains("all.svg") && folder.contains("one.png"))
    }

    @Test func mapsOfOnePixelAreLeftOutAndNamed() throws {
        let folder = try Folder()
        let outcome = try folder.run(
            ["fourier", "--out", "f.h5"]
                + Self.flags("resnet,depth=8,width=4,size=4,classes=4", in: folder))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("maps of one pixel: layer3.0"))
    }

    @Test func twoNetworksOnTheSameImages() throws {
        let folder = try Folder()
        let model = "vit,size=16,patch=4,width=12,depth=2,heads=3,classes=4"
        let document = try folder.document(
            ["similarity", "--out", "s.h5", "--with", Self.models[0], "--with-weights", "initial"]
                + Self.flags(model, in: folder))
        let units = try #require(document["units"] as? [[String: Any]])
        #expect(Set(units.compactMap { $0["network"] as? String }).count == 2)
        let pairs = try #require(document["pairs"] as? [[String: Any]])
        #expect(pairs.count == units.count * units.count)
        for pair in pairs where pair["first_unit"] as? Int == pair["second_unit"] as? Int {
            #expect(abs(try #require(pair["cka"] as? Double) - 1) < 1e-12)
        }
        for flags in [["--with", Self.models[0]], ["--with-weights", "initial"]] {
            let outcome = try folder.run(
                ["similarity", "--out", "x.h5"] + flags + Self.flags(model, in: folder))
            #expect(outcome.status == 2)
            #expect(outcome.failures.first?.contains("give both") ?? false)
        }
        let few = try folder.run(
            ["similarity", "--out", "x.h5"] + Self.flags(model, in: folder, first: 3))
        #expect(few.failures.first?.contains("at least 4 examples") ?? false)
    }

    @Test func wrongFormsAreRefused() throws {
        let folder = try Folder()
        let outcome = try folder.run(
            ["fourier", "--protocol", "circle", "--out", "f.h5"]
                + Self.flags(Self.models[0], in: folder))
        #expect(outcome.status == 2)
        #expect(outcome.failures.first?.contains("diagonal or park2022") ?? false)
        #expect(!folder.contains("f.h5"))
    }
}
