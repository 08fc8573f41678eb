import Synchronization

/// What a service says of itself on standard error, a line each, as journald takes it (sd-daemon(3)). Of any thread;
/// what cannot be written at once is lost, and a line that repeats is counted instead of written.
final class ServiceLog: @unchecked Sendable {
  private let level: Atomic<UInt8>
  private let hasPriorities: Bool
  private let output: OutputFile
  private let busy = Atomic<Bool>(false)
  private var last: [UInt8] = []
  private var lastAt = Instant<Boottime>(nanoseconds: .min)
  private var repeats: UInt64 = 0

  /// How long the same line is only counted.
  static let patience = Nanoseconds.seconds(3600)

  /// - Parameter hasPriorities: "<4>" before a warning, and no name of the program
  init(_ level: LogLevel, hasPriorities: Bool, _ output: OutputFile = .standardError()) {
    self.level = Atomic(level.rawValue)
    self.hasPriorities = hasPriorities
    self.output = output
  }

  convenience init(_ level: LogLevel) {
    self.init(level, hasPriorities: Host.variable("JOURNAL_STREAM") != nil)
  }

  func set(_ level: LogLevel) { self.level.store(level.rawValue, ordering: .relaxed) }

  /// - Parameter again: it answers somebody, who wants to see it each time
  func say(_ severity: LogLevel, again: Bool = false, _ words: (inout ByteWriter) -> Void) {
    guard severity.rawValue <= level.load(ordering: .relaxed) else { return }
    var text = ByteWriter(capacity: 256)
    words(&text)
    // Two threads at once are rare, and the second one's line is as short.
    while busy.exchange(true, ordering: .acquiring) {}
    defer { busy.store(false, ordering: .releasing) }
    let now = Instant<Boottime>(nanoseconds: (try? SystemClock.boottime.read()) ?? 0)
    if !again, text.bytes == last, now - lastAt < Self.patience {
      repeats += 1
      return
    }
    tellRepeats()
    (last, lastAt) = (text.bytes, now)
    write(severity, text.bytes)
  }

  /// What is still counted, before the end.
  func finish() { tellRepeats() }

  private func tellRepeats() {
    guard repeats > 0 else { return }
    var text = ByteWriter()
    text.append("the last message came " as StaticString)
    text.append(repeats)
    text.append(" times more" as StaticString)
    repeats = 0
    write(.info, text.bytes)
  }

  private func write(_ severity: LogLevel, _ words: [UInt8]) {
    var line = ByteWriter(capacity: words.count + 16)
    if hasPriorities {
      line.append(byte: UInt8(ascii: "<"))
      line.append(UInt64(severity.rawValue))
      line.append(byte: UInt8(ascii: ">"))
    } else {
      line.append("timeprobe: " as StaticString)
    }
    line.append(words)
    line.append(byte: 0x0a)
    var written = 0
    line.bytes.withUnsafeBytes { bytes in
      do throws(SystemError) { try output.write(bytes, waiting: false, written: &written) } catch { return }
    }
  }
}
