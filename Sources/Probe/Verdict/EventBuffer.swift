/// Events that wait to be recorded, in memory that is taken once.
public struct EventBuffer: Sendable {
  public private(set) var events: [LocalEvent] = []

  /// A turn of the loop has at most one event of each of the seven causes that the guest shows, a stall twice, and ends by
  /// recording them.
  public static let capacity = 16

  public init() { events.reserveCapacity(Self.capacity) }

  public var isEmpty: Bool { events.isEmpty }

  public mutating func keep(_ event: LocalEvent) {
    precondition(events.count < Self.capacity, "the events of earlier turns were not recorded")
    events.append(event)
  }

  /// Everything since the last call.
  public mutating func drain(_ body: (LocalEvent) -> Void) {
    for event in events { body(event) }
    events.removeAll(keepingCapacity: true)
  }
}
