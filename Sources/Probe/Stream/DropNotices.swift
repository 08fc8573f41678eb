import Synchronization

/// What the writer's thread lost, on its way to the measuring thread, which alone numbers records. Neither waits.
public final class DropNotices: @unchecked Sendable {
  private let memory: UnsafeMutablePointer<StreamDrop>
  private let head = Atomic<Int>(0)
  private let tail = Atomic<Int>(0)

  static let capacity = 64

  public init() {
    memory = .allocate(capacity: Self.capacity)
    memory.initialize(
      repeating: StreamDrop(.ring, stream: nil, from: 0, to: 0, count: 0), count: Self.capacity)
  }

  deinit {
    memory.deinitialize(count: Self.capacity)
    memory.deallocate()
  }

  /// By the writer's thread. False: there is no room; it keeps it and goes on adding to it.
  public func push(_ drop: StreamDrop) -> Bool {
    let end = tail.load(ordering: .relaxed)
    guard end - head.load(ordering: .acquiring) < Self.capacity else { return false }
    memory[end % Self.capacity] = drop
    tail.store(end + 1, ordering: .releasing)
    return true
  }

  /// By the measuring thread: one load where there is nothing.
  public func pop() -> StreamDrop? {
    let place = head.load(ordering: .relaxed)
    guard place != tail.load(ordering: .acquiring) else { return nil }
    let drop = memory[place % Self.capacity]
    head.store(place + 1, ordering: .releasing)
    return drop
  }
}
