import Foundation

@testable import Probe

/// Records as the measuring thread writes them, for streams that do not care what is in them.
struct RecordSource {
  var run = RunName(high: 0x9c1f_03a7_0011_2233, low: 0x4455_6677_8899_aabb)
  var seq: UInt64 = 0

  /// A line with its line feed. R is `seq` times 100 ms.
  mutating func line(_ kind: String, _ members: String = "", padding: Int = 0) -> [UInt8] {
    seq += 1
    var name = ByteWriter()
    name.append(run)
    let raw = String(format: "%llu.%llu00000000", seq / 10, seq % 10)
    let pad = padding > 0 ? #","pad":"\#(String(repeating: "x", count: padding))""# : ""
    return Array(
      """
      {"schema":"timeprobe/1","kind":"\(kind)","probe":"vm7","run":"\(String(decoding: name.bytes, as: UTF8.self))",\
      "seq":\(seq),"time":"2026-11-21T02:24:05.838945372Z","raw":"\(raw)"\(members)\(pad)}\n
      """.utf8)
  }

  mutating func window(padding: Int = 0) -> [UInt8] {
    line("window", #","reference":"gps1","verdict":"within""#, padding: padding)
  }

  mutating func sample(padding: Int = 0) -> [UInt8] {
    line("sample", #","reference":"gps1","query":\#(seq + 1),"offset_ns":5"#, padding: padding)
  }

  mutating func event() -> [UInt8] {
    let raw = String(format: "%llu.%llu00000000", (seq + 1) / 10, (seq + 1) % 10)
    return line(
      "event", #","cause":"clock-step","certainty":"proven","from_raw":"\#(raw)","to_raw":"\#(raw)""#)
  }
}

/// What of (`run`, `seq`) is in a text of lines; a line that is none is nil.
func sequence(_ bytes: [UInt8]) -> [UInt64?] {
  bytes.split(separator: 10).map { line in
    let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
    return ((object ?? nil)?["seq"] as? NSNumber)?.uint64Value
  }
}

/// A folder in memory that can be full.
final class MemoryStore: SpoolStore {
  var files: [[UInt8]: [UInt8]] = [:]
  var current: [UInt8]?
  /// Bytes that it takes yet.
  var room = Int.max
  var removed: [[UInt8]] = []

  func names() -> [[UInt8]] { Array(files.keys) }
  func size(_ name: [UInt8]) -> UInt64? { files[name].map { UInt64($0.count) } }

  func begin(_ name: [UInt8]) throws(SystemError) {
    guard room > 0 else { throw SystemError("open", SystemError.noSpace) }
    guard files[name] == nil else { throw SystemError("open", 17) }
    files[name] = []
    current = name
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    guard let current, files[current] != nil else { throw SystemError("write", SystemError.badDescriptor) }
    guard room > 0 else { throw SystemError("write", SystemError.noSpace) }
    let count = min(room, bytes.count)
    files[current]! += Array(bytes.prefix(count))
    if room < Int.max { room -= count }
    return count
  }

  func read(
    _ name: [UInt8], at offset: UInt64, into bytes: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    guard let file = files[name] else { throw SystemError("open", 2) }
    let part = file.dropFirst(Int(offset)).prefix(bytes.count)
    bytes.copyBytes(from: part)
    return part.count
  }

  func remove(_ name: [UInt8]) {
    files[name] = nil
    removed.append(name)
  }

  func replace(_ name: [UInt8], with bytes: [UInt8]) throws(SystemError) {
    guard room > 0 else { throw SystemError("write", SystemError.noSpace) }
    files[name] = bytes
  }

  func load(_ name: [UInt8]) -> [UInt8]? { files[name] }

  /// What the segments hold, in order.
  var segments: [UInt8] { inOrder.flatMap { $0 } }

  /// The same with an end to each line that is torn.
  var lines: [UInt8] { inOrder.flatMap { $0 + [10] } }

  private var inOrder: [[UInt8]] {
    files.keys.filter { SpoolSegment.parse($0) != nil }.sorted { $0.lexicographicallyPrecedes($1) }
      .map { files[$0] ?? [] }
  }
}

/// A far side under the test's control.
final class FakeSocket: StreamSocket {
  let number: Int32 = -1
  var connection: Int32? = 0
  /// What it took, in one piece each.
  var sends: [[UInt8]] = []
  var total = 0
  /// What is sent is not acknowledged before the test says so.
  var counts = false
  /// Bytes that it takes yet.
  var room = Int.max
  /// The next sends fail with these.
  var failures: [Int32] = []
  var isDatagram = false
  var payload: Int?
  var unacknowledged = 0
  var window = 0
  var ending: Int32?

  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    if !failures.isEmpty { return -Int(failures.removeFirst()) }
    if isDatagram, let payload, bytes.count > payload { return -Int(SystemError.messageTooLong) }
    let count = min(room, bytes.count)
    if count == 0 || isDatagram && count < bytes.count { return -Int(SystemError.tryAgain) }
    if room < Int.max { room -= count }
    sends.append(Array(bytes.prefix(count)))
    total += count
    if counts { unacknowledged += count }
    return count
  }

  var bytes: [UInt8] { sends.flatMap { $0 } }
}

/// Time, names and far sides of a test.
final class FakeWorld {
  var time = Instant<Boottime>(nanoseconds: 1_000_000_000)
  var civil = Instant<Realtime>(nanoseconds: 1_795_227_845_000_000_000)
  /// The answer of those that connect next; nil: the last again.
  var sockets: [FakeSocket] = []
  var targets: [StreamTarget] = []
  var refusal: Int32?
  var name: StreamWorld.Name = .addresses([IPAddress(v4: 0x7f00_0001)])
  var random: UInt64 = 0
  var prepare: (FakeSocket) -> Void = { _ in }

  var socket: FakeSocket { sockets[sockets.count - 1] }

  var world: StreamWorld {
    StreamWorld(
      now: { self.time }, realtime: { self.civil }, random: { self.random }, resolve: { _ in self.name },
      connect: { (target, isDatagram) throws(SystemError) -> any StreamSocket in
        self.targets.append(target)
        if let code = self.refusal { throw SystemError("connect", code) }
        let socket = FakeSocket()
        socket.isDatagram = isDatagram
        self.prepare(socket)
        self.sockets.append(socket)
        return socket
      })
  }
}

extension Span<UInt8> {
  var array: [UInt8] { (0..<count).map { self[$0] } }
}

// A span cannot be in an expectation.
extension Ring {
  func take(_ bytes: [UInt8], _ first: Int64 = 0, _ second: UInt64 = 0) -> Bool {
    push(bytes.span, first, second)
  }
}

extension Spool {
  func take(_ bytes: [UInt8]) -> Bool { append(bytes.span) }
}
