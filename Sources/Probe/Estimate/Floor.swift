/// The least of a stream of lengths over a sliding window, in bounded memory; and whether it moved and stayed.
///
/// The window is cut into 64 blocks, of which each keeps its least value, and the oldest is dropped whole. A block
/// lasts a 64th of the window and until it has 8 values, so that blocks of a slow stream can be compared too.
///
/// **Moved and stayed**: the least values of the last 4 blocks, some 20 s of 300, lie all above those of the blocks
/// before, or all below, by 3 times what three quarters of those before lie apart. A quarter of them may have met
/// a queue, and one that stands for less than 4 blocks is no new floor.
public struct Floor: Sendable {
  /// A floor that moved and stayed.
  public struct Shift: Equatable, Sendable {
    /// Where the first block begins that was not of the old floor alone.
    public var at: Instant<Raw>
    public var before: Nanoseconds
    public var after: Nanoseconds
  }

  private struct Block {
    var start: Instant<Raw>
    var least: Nanoseconds
    var count = 1
  }

  static let blocks = 64
  static let perBlock = 8
  /// Blocks that have to agree, and blocks before them.
  static let recent = 4
  static let settled = 12
  /// Below this no difference counts.
  static let finest = Nanoseconds(100)

  /// Oldest first; the last one is open.
  private var held: [Block] = []
  private let window: Nanoseconds
  private let span: Nanoseconds
  /// Of all blocks.
  public private(set) var value: Nanoseconds?
  public private(set) var lastShift: Shift?
  public private(set) var shifts: UInt64 = 0

  public init(window: Nanoseconds = Assumption.rateWindow) {
    self.window = window
    span = Nanoseconds(max(1, window.count / Int64(Self.blocks)))
    held.reserveCapacity(Self.blocks + 1)
  }

  /// Values come in the order of time, or nearly. True: the floor moved, as `lastShift` says.
  @_optimize(speed)
  public mutating func add(_ length: Nanoseconds, at moment: Instant<Raw>) -> Bool {
    value = min(value ?? .max, length)
    guard let last = held.indices.last else {
      held.append(Block(start: moment, least: length))
      return false
    }
    if moment - held[last].start < span || held[last].count < Self.perBlock {
      held[last].least = min(held[last].least, length)
      held[last].count += 1
      return false
    }
    let moved = hasMoved()
    held.append(Block(start: moment, least: length))
    let isFull = held.count > Self.blocks
    if isFull { held.removeFirst() }
    if moved || isFull { value = least(held[...]) }
    return moved
  }

  /// Called when a block is complete. What was before the shift is forgotten.
  private mutating func hasMoved() -> Bool {
    guard held.count >= Self.recent + Self.settled else { return false }
    let (old, new) = (held.dropLast(Self.recent), held.suffix(Self.recent))
    let (lowest, highest) = (least(new), new.reduce(.min) { max($0, $1.least) })
    let sorted = old.map { $0.least.count }.sorted()
    let (before, most) = (Nanoseconds(sorted[0]), Nanoseconds(sorted[sorted.count * 3 / 4]))
    let margin = max(most - before, Self.finest).scaled(by: 3)
    guard lowest > most + margin || highest < before - margin, let first = new.first else { return false }
    // It may have come in the midst of the first.
    lastShift = Shift(at: first.start, before: before, after: least(new.dropFirst()))
    shifts += 1
    held.removeFirst(old.count + 1)
    return true
  }

  private func least(_ blocks: ArraySlice<Block>) -> Nanoseconds {
    blocks.reduce(.max) { min($0, $1.least) }
  }
}

/// The floors of an exchange's stages, from this process's call to its having the reply (DESIGN section 2).
public struct StageFloors: Sendable {
  public private(set) var localTransmit: Floor
  public private(set) var out: Floor
  public private(set) var server: Floor
  public private(set) var back: Floor
  public private(set) var localReceive: Floor

  public init(window: Nanoseconds = Assumption.rateWindow) {
    let floor = Floor(window: window)
    (localTransmit, out, server, back, localReceive) = (floor, floor, floor, floor, floor)
  }

  /// - Parameters:
  ///   - out: T2 - R1 - g(R1) by a theta of other exchanges; nil: not told apart
  ///   - back: g(R4) - (T3 - R4) likewise
  /// - Returns: whether the floor of a leg outside this guest moved
  @_optimize(speed)
  public mutating func add(_ exchange: Exchange, out legOut: Nanoseconds?, back legBack: Nanoseconds?) -> Bool
  {
    let moment = exchange.arrived
    if exchange.transmit.source > .user { _ = localTransmit.add(exchange.localTransmit, at: moment) }
    if exchange.receive.source > .user { _ = localReceive.add(exchange.localReceive, at: moment) }
    _ = server.add(exchange.serverTime, at: moment)
    var hasMoved = false
    if let legOut { hasMoved = out.add(legOut, at: moment) }
    if let legBack { hasMoved = back.add(legBack, at: moment) || hasMoved }
    return hasMoved
  }
}
