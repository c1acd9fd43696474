import Testing

@testable import Landscapes

@Suite("Axes of a landscape")
struct AxisTests {
    @Test(arguments: [1, 3, 5, 21, 41, 101, 999])
    func symmetricOddAxesHaveAnExactCentre(count: Int) {
        for end in [1.0, 0.7, 0.1, 3.3] {
            let values = LandscapeAxis(start: -end, end: end, count: count).values
            #expect(values[count / 2] == 0)
            for (index, value) in values.enumerated() {
                #expect(value == -values[count - 1 - index])
            }
            if count > 1 {
                #expect(values.first == -end && values.last == end)
            }
        }
    }

    @Test func axesOfAnyRangeStartAndEndExactly() {
        #expect(LandscapeAxis(start: 0, end: 1, count: 3).values == [0, 0.5, 1])
        #expect(LandscapeAxis(start: -0.25, end: 1, count: 6).values.first == -0.25)
        #expect(LandscapeAxis(start: -0.3, end: 0.9, count: 7).values.last == 0.9)
        #expect(LandscapeAxis(start: 0.4, end: 0.4, count: 1).values == [0.4])
        #expect(LandscapeAxis(start: -1, end: 1, count: 2).values == [-1, 1])
    }
}
