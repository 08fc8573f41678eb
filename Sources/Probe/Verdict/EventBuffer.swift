/// Events that wait to be recorded, in memory that is taken once.
public struct EventBuffer: Sendable {
  public private(set) var events: [LocalEvent] = []
  /// Events that there was no room for.
  public private(set) var overflow: UInt64 = 0

  public static let capacity = 64

  public init() { events.reserveCapacity(Self.capacity) }

  public var isEmpty: Bool { events.isEmpty }

  public mutating func keep(_ event: LocalEvent) {
    if events.count < Self.capacity { events.append(event) } else { overflow += 1 }
  }

  /// Everything since the last call.
  public mutating func drain(_ body: (LocalEvent) -> Void) {
    for event in events { body(event) }
    events.removeAll(keepingCapacity: true)
  }
}
