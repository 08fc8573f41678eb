import Synchronization

/// What may be asked of the service from outside.
enum ControlRequest {
  case status
  case mark([UInt8])

  /// Longer than any question; what is longer is refused.
  static let most = 4096
  static let longestMark = 1024

  /// One line: "status", or "mark TEXT". nil: it is no question of ours.
  init?(_ line: ArraySlice<UInt8>) {
    var line = line
    if line.last == 0x0d { line.removeLast() }
    if line.elementsEqual(("status" as StaticString).bytes) {
      self = .status
      return
    }
    let word: StaticString = "mark "
    guard line.starts(with: word.bytes) else { return nil }
    let text = line.dropFirst(word.utf8CodeUnitCount)
    guard !text.isEmpty, text.count <= Self.longestMark, Self.isText(Array(text)) else {
      return nil
    }
    self = .mark(Array(text))
  }

  /// UTF-8 without control characters.
  static func isText(_ text: [UInt8]) -> Bool {
    var place = 0
    while place < text.count {
      let length =
        text[place] < 0x80 ? (text[place] < 0x20 || text[place] == 0x7f ? 0 : 1) : text.utf8Length(at: place)
      if length == 0 { return false }
      place += length
    }
    return true
  }
}

/// The thread behind the control socket. Whatever is sent to it, the measuring thread sees well-formed questions, one at a
/// time, and answers through memory; it never waits for anybody here.
final class ControlServer: ThreadBody, @unchecked Sendable {
  private let socket: ControlSocket
  private let owner: UInt32
  private let wake: Event
  private let writer: StreamWriter
  private let isStopping = Atomic<Bool>(false)
  private let questions = Ring(capacity: 4096)
  private let answers = Ring(capacity: 64 * 1024)
  private let answered: Event
  private var clients: [Client] = []

  private struct Client {
    var connection: ControlConnection
    var text: [UInt8] = []
    var reply: [UInt8] = []
    var sent = 0
    var isAnswered = false
    var deadline: Instant<Boottime>
  }

  /// At once; others wait in the kernel's queue.
  static let most = 16
  /// A client has this long for all of it.
  static let patience = Nanoseconds.seconds(2)

  init?(_ socket: ControlSocket, _ writer: StreamWriter) {
    guard let wake = try? Event(), let answered = try? Event() else { return nil }
    self.socket = socket
    self.writer = writer
    self.wake = wake
    self.answered = answered
    owner = Rights.user
  }

  func start() { try? Thread.start(self) }

  func stop() {
    isStopping.store(true, ordering: .releasing)
    wake.post()
  }

  // MARK: The measuring thread's side

  var hasRequests: Bool { !questions.isEmpty }

  func requests(_ body: (ControlRequest) -> Void) {
    while true {
      let request: ControlRequest?? = questions.pop { text, _, _ in
        var line: [UInt8] = []
        for index in 0..<text.count { line.append(text[index]) }
        return ControlRequest(line[...])
      }
      guard let request else { return }
      if let request { body(request) }
    }
  }

  func answer(_ text: [UInt8]) {
    _ = answers.push(text.span)
    answered.post()
  }

  // MARK: The thread

  func run() {
    while !isStopping.load(ordering: .acquiring) {
      wait()
      if clients.count < Self.most, let connection = socket.accept() {
        clients.append(Client(connection: connection, deadline: Self.now() + Self.patience))
      }
      for index in clients.indices { serve(index) }
      let now = Self.now()
      clients.removeAll { $0.isAnswered && $0.sent == $0.reply.count || now >= $0.deadline }
    }
  }

  private static func now() -> Instant<Boottime> {
    Instant(nanoseconds: (try? SystemClock.boottime.read()) ?? 0)
  }

  private func wait() {
    var entries: [(number: Int32, writes: Bool)] = [(wake.number, false)]
    if clients.count < Self.most { entries.append((socket.number, false)) }
    for client in clients { entries.append((client.connection.number, client.isAnswered)) }
    DescriptorWait.wait(entries, clients.isEmpty ? Nanoseconds(-1) : .milliseconds(100))
    wake.take()
  }

  private func serve(_ index: Int) {
    if !clients[index].isAnswered {
      let isOpen = clients[index].connection.receive(into: &clients[index].text, most: ControlRequest.most)
      guard let end = clients[index].text.firstIndex(of: 0x0a) else {
        // Half a question, and no more comes; or more than a question has.
        if !isOpen || clients[index].text.count >= ControlRequest.most { clients[index].isAnswered = true }
        return
      }
      clients[index].reply = reply(clients[index].text[..<end], clients[index].connection.user)
      clients[index].isAnswered = true
    }
    let rest = clients[index].reply[clients[index].sent...]
    guard let count = clients[index].connection.send(rest) else {
      clients[index].sent = clients[index].reply.count
      return
    }
    clients[index].sent += count
    if clients[index].sent == clients[index].reply.count { clients[index].connection.finish() }
  }

  private func reply(_ line: ArraySlice<UInt8>, _ user: UInt32?) -> [UInt8] {
    guard let request = ControlRequest(line) else { return Self.error("no such request") }
    switch request {
    case .mark:
      guard let user, user == 0 || user == owner else {
        return Self.error("only root and the service's own user may set a mark")
      }
      guard questions.push(Array(line).span) else { return Self.error("too many marks at once") }
      return ("{\"mark\":true}\n" as StaticString).ascii
    case .status: return status(line)
    }
  }

  private static func error(_ words: StaticString) -> [UInt8] {
    var text = ByteWriter()
    text.openObject()
    text.member("error", word: words)
    text.closeObject()
    text.append(byte: 0x0a)
    return text.bytes
  }

  /// What the measuring thread and the writer's thread say, in one object.
  private func status(_ line: ArraySlice<UInt8>) -> [UInt8] {
    // Of one who asked before and was not waited for.
    while answers.pop({ _, _, _ in true }) != nil {}
    while writer.answers.pop({ _, _, _ in true }) != nil {}
    answered.take()
    writer.answered.take()
    writer.askStatus()
    guard questions.push(Array(line).span) else { return Self.error("busy") }
    DescriptorWait.wait([(answered.number, false)], Self.patience.half)
    DescriptorWait.wait([(writer.answered.number, false)], Self.patience.half.half)
    var reply: [UInt8] = []
    guard answers.pop({ text, _, _ in Self.copy(text, &reply) }) != nil, reply.last == UInt8(ascii: "}")
    else {
      return Self.error("the service does not answer")
    }
    reply.removeLast()
    reply.append(copying: (",\"streams\":[" as StaticString).ascii)
    var isFirst = true
    while writer.answers.pop({ text, _, _ -> Void in
      if !isFirst { reply.append(UInt8(ascii: ",")) }
      isFirst = false
      Self.copy(text, &reply)
    }) != nil {}
    reply.append(copying: ("]}\n" as StaticString).ascii)
    return reply
  }

  private static func copy(_ text: borrowing Span<UInt8>, _ to: inout [UInt8]) {
    for index in 0..<text.count { to.append(text[index]) }
  }
}
