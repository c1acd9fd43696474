import Foundation
import Testing

@testable import Figures

@Suite("Notebooks")
struct NotebookTests {
    @Test(arguments: try StoredSamples.all().indices)
    func theDocumentHasTheFormat(index: Int) throws {
        let picture = Data([0x89, 0x50, 0x4e, 0x47])
        let document = try StoredSamples.notebook(
            StoredSamples.all()[index].figure, path: "../a.h5"
        ).notebook(picture: picture)
        let object = try JSONSerialization.jsonObject(with: document.json())
        let root = try #require(object as? [String: Any])
        #expect(root["nbformat"] as? Int == 4)
        #expect(root["nbformat_minor"] as? Int == 5)
        let metadata = try #require(root["metadata"] as? [String: Any])
        #expect((metadata["kernelspec"] as? [String: String])?["name"] == "python3")
        let cells = try #require(root["cells"] as? [[String: Any]])
        #expect(cells.count == 4)
        #expect(Set(cells.compactMap { $0["id"] as? String }).count == cells.count)
        for cell in cells {
            let isCode = cell["cell_type"] as? String == "code"
            #expect(cell["source"] is [String])
            #expect(cell["metadata"] is [String: Any])
            #expect((cell["outputs"] is [Any]) == isCode)
            #expect((cell["execution_count"] is NSNull) == isCode)
        }
        let outputs = try #require(cells[3]["outputs"] as? [[String: Any]])
        #expect(outputs.count == 1)
        #expect(outputs[0]["output_type"] as? String == "display_data")
        let data = try #require(outputs[0]["data"] as? [String: String])
        #expect(data["image/png"].flatMap { Data(base64Encoded: $0) } == picture)
    }

    @Test func keysAreSortedAndTheTextIsReproducible() throws {
        let figure = try LesionFigure(studies: [("m", Samples.lesion([.mlp]))])
        let document = try StoredSamples.notebook(figure, path: "a.h5").notebook(picture: nil)
        let text = String(decoding: try document.json(), as: UTF8.self)
        #expect(text == String(decoding: try document.json(), as: UTF8.self))
        let positions = ["\"cells\"", "\"metadata\" : {\n    \"kernelspec\"", "\"nbformat\" :"]
            .compactMap { text.range(of: $0)?.lowerBound }
        #expect(positions.count == 3)
        #expect(positions == positions.sorted())
    }

    @Test func namesBecomePythonLiterals() {
        #expect(RecordNotebook.literal("a\"b\\c\nd\u{7}") == "\"a\\\"b\\\\c\\nd\\x07\"")
    }
}
