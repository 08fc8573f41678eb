import Synchronization

/// The thread for what can block: disk, sockets, the ring's other end. It alone has the `Feeder`.
final class StreamWriter: ThreadBody, @unchecked Sendable {
  private var feeder: Feeder
  let wake: Event
  private let ended: Event
  /// Answers to `wantsStatus`, for the control thread.
  let answers = Ring(capacity: 16 * 1024)
  let answered: Event
  private let isStopping = Atomic<Bool>(false)
  private let wantsReopen = Atomic<Bool>(false)
  private let wantsStatus = Atomic<Bool>(false)
  private let changes = StreamChanges()
  private let log: ServiceLog
  private var told: [OutletState.Word] = []

  /// A collector that takes nothing holds up the end no longer than this.
  static let farewell = Nanoseconds.seconds(3)

  init(_ feeder: Feeder, wake: Event, answered: Event, _ log: ServiceLog) throws(SystemError) {
    self.feeder = feeder
    self.wake = wake
    self.answered = answered
    self.log = log
    ended = try Event()
  }

  func run() {
    while !isStopping.load(ordering: .acquiring) {
      while let change = changes.take() { adopt(change) }
      if wantsReopen.exchange(false, ordering: .acquiring) { feeder.reopen() }
      feeder.step()
      tellChanges()
      if wantsStatus.exchange(false, ordering: .acquiring) { answer() }
      sleep(.seconds(3600))
    }
    finish()
    ended.post()
  }

  private func adopt(_ change: StreamChange) {
    if let make = change.make {
      feeder.step(isLast: true)
      while feeder.hasMore { feeder.step(isLast: true) }
      feeder = make()
    } else {
      feeder.change(change.plans, ring: change.ring, notices: change.notices)
    }
    told = []
  }

  private func finish() {
    while let change = changes.take() { adopt(change) }
    let deadline = Self.now() + Self.farewell
    feeder.step(isLast: true)
    // What is still in the ring goes to the spool, however long that takes.
    while feeder.hasMore
      || Self.now() < deadline && feeder.status().contains(where: { $0.lag > 0 && $0.state.word == .open })
    {
      sleep(.milliseconds(50))
      feeder.step(isLast: true)
    }
  }

  private func sleep(_ most: Nanoseconds) {
    var (entries, until) = feeder.waits()
    entries.append((wake.number, false))
    let length = until.map { min(max($0 - Self.now(), .zero), most) } ?? most
    DescriptorWait.wait(entries, length)
    wake.take()
  }

  private static func now() -> Instant<Boottime> {
    Instant(nanoseconds: (try? SystemClock.boottime.read()) ?? 0)
  }

  /// A stream that fails, and one that works again.
  private func tellChanges() {
    for (index, feed) in feeder.feeds.enumerated() {
      let state = feed.state
      if index == told.count { told.append(.open) }
      let isBad = state.word == .waiting || state.word == .failed
      if isBad == (told[index] == .failed) { continue }
      if !isBad && state.word != .open { continue }
      told[index] = isBad ? .failed : .open
      log.say(isBad ? .warning : .notice) { text in
        text.append("stream " as StaticString)
        text.append(feed.plan.name)
        guard isBad else { return text.append(" works again" as StaticString) }
        text.append(" fails" as StaticString)
        if let failure = state.failure {
          text.append(": " as StaticString)
          text.append(SystemError.text(failure.code))
        }
      }
    }
  }

  // MARK: Asked by others

  /// Other streams from now on. Whoever asks does not wait for it.
  func change(_ change: StreamChange) {
    changes.add(change)
    wake.post()
  }

  func reopen() {
    wantsReopen.store(true, ordering: .releasing)
    wake.post()
  }

  func askStatus() {
    wantsStatus.store(true, ordering: .releasing)
    wake.post()
  }

  private func answer() {
    for stream in feeder.status() {
      var text = ByteWriter(capacity: 256)
      text.json(stream)
      _ = answers.push(text.bytes.span)
    }
    answered.post()
  }

  /// All that can go out does, the spool is written, and the thread ends.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    wake.post()
    DescriptorWait.wait([(ended.number, false)], Self.farewell + .seconds(1))
  }
}

/// The streams of a configuration that was read anew.
struct StreamChange {
  var plans: [StreamPlan]
  var ring: Ring
  var notices: DropNotices
  /// Where the spool is another one: all begins anew.
  var make: (() -> Feeder)?
}

/// Changes on their way to the writer's thread. Rare, and held for a few instructions.
private final class StreamChanges: @unchecked Sendable {
  private var waiting: [StreamChange] = []
  private let busy = Atomic<Bool>(false)

  func add(_ change: StreamChange) {
    while busy.exchange(true, ordering: .acquiring) {}
    waiting.append(change)
    busy.store(false, ordering: .releasing)
  }

  func take() -> StreamChange? {
    while busy.exchange(true, ordering: .acquiring) {}
    defer { busy.store(false, ordering: .releasing) }
    return waiting.isEmpty ? nil : waiting.removeFirst()
  }
}

extension ByteWriter {
  /// A stream's part of a status.
  mutating func json(_ stream: StreamStatus) {
    openObject()
    member("name") { $0.append(stream.name) }
    member("state", word: stream.state.word.name)
    if let failure = stream.state.failure { member("failure", text: SystemError.text(failure.code)) }
    member("lag_bytes", stream.lag)
    member("records", stream.lines)
    member("dropped", stream.dropped)
    closeObject()
  }
}
