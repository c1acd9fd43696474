import Foundation

/// Lets so many workers run at a time, where there are more workers than threads may run.
///
/// Who waits for another worker steps out, so that the other one can go on.
final class Turnstile: Sendable {
    private let places: DispatchSemaphore

    /// - Parameter places: how many run at a time, at least 1.
    init(places: Int) { self.places = DispatchSemaphore(value: places) }

    /// Waits for a place.
    func enter() { places.wait() }

    /// Leaves the place to another worker.
    func leave() { places.signal() }
}
