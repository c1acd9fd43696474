import ArgumentParser
import Networks
import Records

/// `saddle models`: the networks that --model makes.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the networks with their keys.",
        discussion: """
            Example: saddle models vit

            Write a network as NAME,key=value,... such as vit,patch=4,depth=6,classes=10.
            """)

    @Argument(help: "Only networks whose name contains this.")
    var name: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let report = Report(isJSON: json)
        let found = ModelRegistry.definitions.filter { definition in
            name.map { definition.name.contains($0) } ?? true
        }
        let originals = OriginalModel.all.filter { original in
            name.map { original.name.contains($0) } ?? true
        }
        guard !found.isEmpty || !originals.isEmpty else {
            throw UsageError("models", name ?? "", "no network has such a name; leave it out")
        }
        if !json {
            for definition in found {
                report.say("\(definition.name)  (\(definition.source))")
                let keys = definition.keys.map { key in
                    let range = key.range.map { ", \($0.lowerBound) to \($0.upperBound)" } ?? ""
                    return ("\(key.name)=\(key.standard)", key.summary + range)
                }
                if name != nil { report.say("", keys) }
            }
            for original in originals where name != nil {
                report.say("\(original.name)  (\(original.model))")
            }
            if name == nil {
                report.say(
                    "Besides, \(originals.count) networks under their names in timm and torchvision,"
                        + " such as timm:resnet50; `saddle models timm:` lists them.")
                report.say("`saddle models NAME` lists the keys of a network.")
            }
        }
        report.document(
            [
                "command": "models",
                "originals": .array(
                    originals.map {
                        [
                            "name": .text($0.name), "model": .text($0.model),
                            "normalization": .text($0.normalization),
                        ]
                    }),
                "models": .array(
                    found.map { definition in
                        [
                            "name": .text(definition.name), "source": .text(definition.source),
                            "keys": .array(
                                definition.keys.map { key in
                                    [
                                        "name": .text(key.name), "default": .text(key.standard),
                                        "summary": .text(key.summary),
                                        "range": .integers(
                                            key.range.map { [$0.lowerBound, $0.upperBound] } ?? []),
                                    ]
                                }),
                        ]
                    }),
            ])
    }
}
