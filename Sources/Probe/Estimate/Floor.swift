/// The least of a stream of lengths over a sliding window, in bounded memory; and whether it moved and stayed.
///
/// The window is cut into 64 blocks, of which each keeps its least value, and the oldest is dropped whole. A block
/// lasts a 64th of the window and until it has 8 values, so that blocks of a slow stream can be compared too.
///
/// **Moved and stayed**: each of the last 4 blocks' least values lies above all those before it, or each below. No
/// distribution is assumed: where nothing changed every order of the blocks is as likely as another, and with m
/// blocks before this one comes about once in (m + 4)! / (m! 4!) times, 1820 for the 12 that are asked for at least.
public struct Floor: Sendable {
  /// A floor that moved and stayed.
  public struct Shift: Equatable, Sendable {
    /// The first value of the first block that has the new floor.
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
    let (oldLeast, newLeast) = (least(old), least(new))
    let isAbove = newLeast > greatest(old)
    guard isAbove || greatest(new) < oldLeast, let first = new.first else { return false }
    lastShift = Shift(at: first.start, before: oldLeast, after: newLeast)
    shifts += 1
    held.removeFirst(old.count)
    return true
  }

  private func least(_ blocks: ArraySlice<Block>) -> Nanoseconds {
    blocks.reduce(.max) { min($0, $1.least) }
  }

  private func greatest(_ blocks: ArraySlice<Block>) -> Nanoseconds {
    blocks.reduce(.min) { max($0, $1.least) }
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
  public mutating func add(_ exchange: Exchange, out legOut: Nanoseconds?, back legBack: Nanoseconds?) -> Bool {
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
