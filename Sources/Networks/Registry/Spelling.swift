/// What was probably meant by a word that names nothing.
public enum Spelling {
    /// The candidate that is nearest to the word, or nil where none is near.
    public static func nearest(_ word: String, among candidates: [String]) -> String? {
        let ranked = candidates.map { (name: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }),
            best.distance <= max(2, word.count / 3), best.distance < word.count
        else { return nil }
        return best.name
    }

    /// ", did you mean ...?", or "" where nothing is near.
    public static func suggestion(_ word: String, _ candidates: [String]) -> String {
        nearest(word, among: candidates).map { ", did you mean \"\($0)\"?" } ?? ""
    }

    /// The least number of insertions, deletions and replacements that turn one word into another.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var row = Array(0...b.count)
        for i in 0..<a.count {
            var diagonal = row[0]
            row[0] = i + 1
            for j in 0..<b.count {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
