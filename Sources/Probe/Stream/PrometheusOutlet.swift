/// A file that is replaced every so often, for node_exporter's textfile collector.
public final class PrometheusOutlet: Outlet {
  private let path: [UInt8]
  private let interval: Nanoseconds
  public private(set) var figures: PrometheusState
  private var text = ByteWriter(capacity: 8192)
  private var due: Instant<Boottime>?
  private var failure: SystemError?
  private var opened: UInt64 = 0
  public private(set) var confirmed: RecordMark?

  public init(path: [UInt8], interval: Nanoseconds) {
    self.path = path
    self.interval = max(interval, .seconds(1))
    figures = PrometheusState(span: max(interval, .seconds(60)))
  }

  public var isReady: Bool { true }

  public func add(_ line: borrowing RecordLine, _ text: borrowing Span<UInt8>) { figures.add(line, text) }

  public func put(_ text: borrowing Span<UInt8>, _ mark: RecordMark) { confirmed = mark }

  public func step(_ world: StreamWorld) {
    let now = world.now()
    figures.turn(now)
    if let due, now < due { return }
    // Nothing is there before the first record.
    guard figures.records > 0 else { return }
    due = now + interval
    text.removeAll()
    text.prometheus(figures)
    do throws(SystemError) {
      try FileNames.replace(path, with: text.bytes)
      opened += 1
      failure = nil
    } catch {
      failure = error
    }
  }

  public func takeRewind() -> RecordMark? { nil }
  public func takeDrop() -> OutletDrop? { nil }
  public var wait: (number: Int32, writes: Bool)? { nil }
  public var wake: Instant<Boottime>? { due }
  public var state: OutletState {
    OutletState(word: failure == nil ? .open : .waiting, failure: failure, opened: opened)
  }
  public func reopen() { due = nil }
}
