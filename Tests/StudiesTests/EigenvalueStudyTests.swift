import Execution
import Foundation
import Randomness
import Records
import ResultSamples
import Results
import Spectra
import Storage
import Testing

@testable import Studies

/// A random symmetric matrix whose products end at some time, as if the process had been killed.
private final class Mortal: SymmetricOperator {
    struct Kill: Error {}
    let dimension = 40
    let storage: Precision
    /// How many products are left.
    var left: Int
    private(set) var products = 0

    private static let rows: [[Double]] = {
        let stream = RandomStream(seed: 4, name: "eigenvalue study")
        return (0..<40).map { row in
            (0..<40).map { column in
                stream.gaussian(max(row, column) * 40 + min(row, column))
            }
        }
    }()

    init(_ storage: Precision, left: Int = .max) {
        (self.storage, self.left) = (storage, left)
    }

    func apply(_ vector: ParameterVector) throws -> ParameterVector {
        if left == 0 { throw Kill() }
        left -= 1
        products += 1
        let values = vector.values(in: vector.range)
        return ParameterVector(
            Self.rows.map { row in zip(row, values).reduce(0) { $0 + $1.0 * $1.1 } },
            storage: storage)
    }
}

@Suite("Eigenvalues whose search is interrupted")
struct EigenvalueStudyTests {
    private static func request(
        _ method: EigenvalueResult.Method, storesVectors: Bool = true
    ) -> EigenvalueRequest {
        EigenvalueRequest(
            method, largest: 3, smallest: 2, tolerance: 1e-7,
            maximumProducts: method == .power ? 30 : 150, storesVectors: storesVectors)
    }

    private func study(
        _ target: Mortal, _ request: EigenvalueRequest, _ path: String, seed: UInt64 = 1
    ) -> EigenvalueStudy {
        let settings = ["request": request.text, "seed": "\(seed)"]
        return EigenvalueStudy(
            request.search(dimension: target.dimension, basisLimit: 12, seed: seed),
            settings: settings,
            aside: BasisFile(
                beside: path,
                identity: Samples.description.identity.merging(settings) { $1 }),
            point: {
                PointFacts(
                    negativeLogLikelihood: 2, gradientNorm: 0.5,
                    checks: OperatorChecks(repetitionMismatch: 0, asymmetry: 1e-15))
            }, hessian: { target })
    }

    /// Measures as far as the target lets it, or until a number of items is there.
    @discardableResult
    private func run(
        _ target: Mortal, _ request: EigenvalueRequest, _ path: String, seed: UInt64 = 1,
        items: Int = .max
    ) throws -> (outcome: EigenvalueResult, remark: String?) {
        let run = try StudyRun(
            study(target, request, path, seed: seed), path, Samples.description)
        let outcome = try run.measure(shouldStop: {
            run.measuredCount(of: run.study.items) >= items
        }).outcome
        return (outcome, run.remark)
    }

    @Test(
        arguments: EigenvalueResult.Method.allCases, Precision.allCases)
    func killedAtSomeProductItEndsBitForBitAsAStraightRun(
        _ method: EigenvalueResult.Method, _ storage: Precision
    ) throws {
        let scratch = try Scratch()
        let request = Self.request(method)
        let whole = Mortal(storage)
        let straight = try run(whole, request, scratch.path("straight.h5")).outcome
        #expect(straight.pairs.count == (method == .power ? 3 : 5))
        #expect(straight.products == whole.products && straight.negativeLogLikelihood == 2)
        #expect(straight.pairs.allSatisfy { $0.vector?.storage == storage })
        if method == .lanczos { #expect(straight.restarts >= 5) }
        let plain =
            switch request.search(dimension: 40, basisLimit: 12, seed: 1).method {
            case .power(let power): try power.eigenvalues(of: Mortal(storage))
            case .lanczos(let lanczos): try lanczos.eigenvalues(of: Mortal(storage))
            }
        #expect(plain.pairs == straight.pairs && plain.products == straight.products)
        #expect(plain.restarts == straight.restarts)
        let expected = try scratch.bytes("straight.h5")
        let path = scratch.path("killed.h5")
        for left in stride(from: 0, to: whole.products, by: 3) {
            #expect(throws: Mortal.Kill.self) {
                try run(Mortal(storage, left: left), request, path)
            }
            let rest = Mortal(storage)
            let (outcome, remark) = try run(rest, request, path)
            #expect(remark == nil)
            #expect(outcome.pairs == straight.pairs, "killed after \(left) products")
            #expect(try scratch.bytes("killed.h5") == expected, "killed after \(left) products")
            // No more is done again than one item.
            #expect(left + rest.products <= whole.products + 30)
            #expect(try scratch.names() == ["killed.h5", "straight.h5"])
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func manyKillsAndStopsInARowChangeNothing() throws {
        let scratch = try Scratch()
        let request = Self.request(.lanczos)
        let straight = try run(Mortal(.single), request, scratch.path("straight.h5")).outcome
        let path = scratch.path("killed.h5")
        var attempts = 0
        var outcome = EigenvalueResult()
        while outcome.pairs.isEmpty, attempts < 100 {
            attempts += 1
            let isKilled = attempts % 2 == 1
            do {
                outcome = try run(
                    Mortal(.single, left: isKilled ? 13 : .max), request, path,
                    items: isKilled ? .max : attempts).outcome
            } catch is Mortal.Kill {}
        }
        #expect(attempts > 3)
        #expect(outcome.pairs == straight.pairs)
        #expect(try scratch.bytes("killed.h5") == scratch.bytes("straight.h5"))
    }

    @Test func aKillBetweenBasisAndJournalLosesNothing() throws {
        let scratch = try Scratch()
        let request = Self.request(.lanczos)
        try run(Mortal(.single), request, scratch.path("straight.h5"))
        let path = scratch.path("killed.h5")
        let journal = URL(fileURLWithPath: path + ".journal")
        // Twelve products fill the basis, four more lead to the next restart.
        #expect(throws: Mortal.Kill.self) { try run(Mortal(.single, left: 12), request, path) }
        let before = try Data(contentsOf: journal)
        let second = Mortal(.single, left: 4)
        #expect(throws: Mortal.Kill.self) { try run(second, request, path) }
        #expect(try Data(contentsOf: journal).count > before.count)
        try before.write(to: journal)
        let rest = Mortal(.single)
        let (outcome, remark) = try run(rest, request, path)
        #expect(remark == nil)
        #expect(rest.products == outcome.products - 16)
        #expect(try scratch.bytes("killed.h5") == scratch.bytes("straight.h5"))
    }

    @Test(arguments: EigenvalueResult.Method.allCases, [0, 1, 2])
    func withoutItsBasisTheSearchBeginsAnew(
        _ method: EigenvalueResult.Method, _ damage: Int
    ) throws {
        let scratch = try Scratch()
        let request = Self.request(method)
        try run(Mortal(.double), request, scratch.path("straight.h5"))
        let path = scratch.path("stopped.h5")
        for isKilled in [false, true] {
            if isKilled {
                let left = method == .power ? 61 : 30
                #expect(throws: Mortal.Kill.self) {
                    try run(Mortal(.double, left: left), request, path)
                }
            } else {
                try run(Mortal(.double), request, path, items: 2)
            }
            let basis = URL(fileURLWithPath: path + ".basis")
            switch damage {
            case 0: try FileManager.default.removeItem(at: basis)
            case 1:
                let other = scratch.path("other.h5")
                try run(Mortal(.double), request, other, seed: 2, items: 2)
                try FileManager.default.removeItem(at: basis)
                try FileManager.default.moveItem(
                    at: URL(fileURLWithPath: other + ".basis"), to: basis)
                try FileManager.default.removeItem(atPath: other)
            default:
                var bytes = try Data(contentsOf: basis)
                bytes[bytes.count - 9] ^= 1
                try bytes.write(to: basis)
            }
            let target = Mortal(.double)
            let (outcome, remark) = try run(target, request, path)
            #expect(remark?.contains("stopped.h5.basis") == true)
            #expect(target.products == outcome.products)
            #expect(try scratch.bytes("stopped.h5") == scratch.bytes("straight.h5"))
            try FileManager.default.removeItem(atPath: path)
        }
    }

    @Test func aStoppedProductKeepsTheLastItem() throws {
        let scratch = try Scratch()
        let request = Self.request(.lanczos, storesVectors: false)
        let straight = try run(Mortal(.double), request, scratch.path("straight.h5")).outcome
        #expect(straight.pairs.allSatisfy { $0.vector == nil })
        let path = scratch.path("stopped.h5")
        var products = 0
        let settings = ["request": request.text, "seed": "1"]
        let stopped = EigenvalueStudy(
            request.search(dimension: 40, basisLimit: 12, seed: 1), settings: settings,
            aside: BasisFile(
                beside: path,
                identity: Samples.description.identity.merging(settings) { $1 }),
            point: {
                PointFacts(
                    negativeLogLikelihood: 2, gradientNorm: 0.5,
                    checks: OperatorChecks(repetitionMismatch: 0, asymmetry: 1e-15))
            },
            hessian: {
                ObservedOperator(Mortal(.double)) {
                    products += 1
                    if products == 15 { throw CancellationError() }
                }
            })
        let run = try StudyRun(stopped, path, Samples.description)
        let (outcome, left) = try run.measure()
        #expect(left > 0 && outcome.pairs.isEmpty && outcome.products == 12)
        #expect(try scratch.names() == ["stopped.h5", "stopped.h5.basis", "straight.h5"])
        // The same study may be opened again.
        let again = try StudyRun(stopped, path, Samples.description).measure().outcome
        #expect(again.pairs == straight.pairs)
        #expect(try scratch.bytes("stopped.h5") == scratch.bytes("straight.h5"))
        // A finished file is whole: no product is made.
        let idle = Mortal(.double, left: 0)
        #expect(try self.run(idle, request, path).outcome.pairs == straight.pairs)
        #expect(try scratch.names() == ["stopped.h5", "straight.h5"])
    }

    /// A stop asked for before any product, within an item or while pairs are verified, keeps every
    /// product but those of the verification.
    @Test(arguments: EigenvalueResult.Method.allCases, Precision.allCases)
    func stoppedBeforeAnyProductItGoesOnFromThere(
        _ method: EigenvalueResult.Method, _ storage: Precision
    ) throws {
        let scratch = try Scratch()
        let request = Self.request(method)
        let whole = Mortal(storage)
        let straight = try run(whole, request, scratch.path("straight.h5")).outcome
        let expected = try scratch.bytes("straight.h5")
        let path = scratch.path("stopped.h5")
        for count in stride(from: 0, to: whole.products, by: 5) {
            let first = Mortal(storage)
            let study = study(first, request, path)
            study.observer = SearchObserver(shouldStop: { first.products >= count })
            let (_, left) = try StudyRun(study, path, Samples.description).measure()
            #expect(left > 0 && first.products == count)
            let rest = Mortal(storage)
            let (outcome, remark) = try run(rest, request, path)
            #expect(remark == nil)
            #expect(outcome.pairs == straight.pairs, "stopped after \(count) products")
            #expect(try scratch.bytes("stopped.h5") == expected, "stopped after \(count) products")
            #expect(first.products + rest.products <= whole.products + straight.pairs.count - 1)
            #expect(try scratch.names() == ["stopped.h5", "straight.h5"])
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// One criterion for both methods: the residual, relative to the eigenvalue or, of small ones,
    /// to a hundredth of the largest.
    @Test(arguments: EigenvalueResult.Method.allCases, [1e-7, 1e-2, 0.5])
    func convergedMeansThatTheResidualIsSmall(
        _ method: EigenvalueResult.Method, _ tolerance: Double
    ) throws {
        let scratch = try Scratch()
        var request = Self.request(method)
        request.tolerance = tolerance
        request.maximumProducts = method == .power ? 12 : 150
        let outcome = try run(Mortal(.double), request, scratch.path("e.h5")).outcome
        let magnitude = outcome.pairs.map { abs($0.value) }.max() ?? 0
        for pair in outcome.pairs {
            let scale = max(abs(pair.value), 0.01 * magnitude)
            #expect(abs(pair.bound - tolerance * scale) <= 1e-9 * pair.bound)
            #expect(pair.converged == (pair.residual <= pair.bound))
        }
        if tolerance < 1e-5 {
            #expect(outcome.pairs.allSatisfy(\.converged) == (method == .lanczos))
        }
    }

    /// What is told of the time left comes from residuals, not from the most products allowed.
    @Test func theForecastIsNoMaximum() throws {
        let scratch = try Scratch()
        var request = Self.request(.lanczos)
        request.maximumProducts = 100_000
        let target = Mortal(.double)
        let study = study(target, request, scratch.path("e.h5"))
        var told: [(products: Int, left: Int)] = []
        study.observer = SearchObserver(onForecast: { left in
            if let left { told.append((target.products, left)) }
        })
        _ = try StudyRun(study, scratch.path("e.h5"), Samples.description).measure()
        let late = told.filter { $0.products > target.products / 2 }
        #expect(late.count > 5)
        for (products, left) in late {
            #expect(left <= 3 * (target.products - products) + 20)
            #expect(3 * left + 20 >= target.products - products)
        }
    }
}
