/// A `stream` as written, before the names in it are known to exist.
struct StreamDirective {
  var plan: StreamPlan
  /// The words of `from`.
  var from: [ConfigurationWord] = []
}

/// stream FORMAT DESTINATION [records KINDS] [every NUMBER] [around TIME] [from NAMES] [name NAME] [rotate SIZE,TIME]
/// [keep NUMBER] [facility NAME] [interval TIME]
extension DirectiveReader {
  mutating func stream() -> StreamDirective? {
    guard let first = self.word("a FORMAT") else { return nil }
    let format = choice(first, of: StreamFormat.allCases.map { $0.name }).map { StreamFormat.allCases[$0] }
    guard let word = self.word("a DESTINATION") else { return nil }
    let destination = destination(word)
    // Options are read all the same, for their own faults.
    let standard = StreamPlan(
      name: [], format: format ?? .jsonl, destination: destination ?? .standardOutput)
    var stream = streamOptions(of: StreamDirective(plan: standard))
    guard let format, let destination, !isFaulty else { return nil }
    holdCombination(&stream.plan, word)
    if stream.plan.name.isEmpty {
      stream.plan.name = format.name.ascii + [0x20]
      destination.append(to: &stream.plan.name)
    }
    return isFaulty ? nil : stream
  }

  private mutating func streamOptions(of standard: StreamDirective) -> StreamDirective {
    var stream = standard
    while let index = option(), let option = StreamOption(rawValue: index) {
      switch option {
      case .records: if let kinds = kinds() { stream.plan.kinds = kinds }
      case .every: if let every = number(in: ServiceLimits.every) { stream.plan.every = UInt32(every) }
      case .around: stream.plan.around = duration(in: ServiceLimits.around)
      case .from: if let names = list("NAMES") { stream.from = names }
      case .name: if let name = name() { stream.plan.name = name }
      case .rotate: if let rotation = rotation(stream.plan.rotation.keep) { stream.plan.rotation = rotation }
      case .keep: if let keep = number(in: ServiceLimits.keep) { stream.plan.rotation.keep = UInt32(keep) }
      case .facility:
        if let place = choice("a facility", of: Facility.names) { stream.plan.facility = UInt8(place) }
      case .interval:
        if let interval = duration(in: ServiceLimits.refresh) { stream.plan.interval = interval }
      }
    }
    stream.plan.references = stream.from.map { $0.bytes }
    return stream
  }

  private mutating func kinds() -> RecordKinds? {
    guard let words = list("samples, windows, events") else { return nil }
    var kinds: RecordKinds = []
    for word in words {
      guard let index = choice(word, of: RecordKinds.names.map { $0.name }) else { return nil }
      kinds.insert(RecordKinds.names[index].kind)
    }
    return kinds
  }

  /// `100MB`, `1d` or `100MB,1d`: a size ends in a B, and no time does.
  private mutating func rotation(_ keep: UInt32) -> Rotation? {
    guard let words = list("a SIZE or a TIME") else { return nil }
    var rotation = Rotation()
    rotation.keep = keep
    for word in words {
      let isSize = word.bytes.last == UInt8(ascii: "B")
      guard isSize ? rotation.size == nil : rotation.age == nil else {
        refuse(word, "is a second @", .text(isSize ? "size" : "time"))
        return nil
      }
      do throws(Refusal) {
        if isSize {
          rotation.size = UInt64(try ValueReading.size(word.bytes, in: ServiceLimits.rotateSize))
        } else {
          rotation.age = try ValueReading.duration(word.bytes, in: ServiceLimits.rotateAge)
        }
      } catch {
        refuse(word, error)
        return nil
      }
    }
    return rotation
  }

  // MARK: Destinations

  private mutating func destination(_ word: ConfigurationWord) -> Destination? {
    let bytes = word.bytes[...]
    if bytes.is("stdout") { return .standardOutput }
    if let rest = bytes.dropping("file:") { return file(word, Array(rest)) }
    if let rest = bytes.dropping("unixgram:") {
      return path(word, Array(rest), longest: ServiceLimits.socketPath).map { .unixgram(path: $0) }
    }
    if let rest = bytes.dropping("unix:") {
      return path(word, Array(rest), longest: ServiceLimits.socketPath).map { .unix(path: $0) }
    }
    if let rest = bytes.dropping("udp://") {
      return remote(word, Array(rest)).map { .udp(host: $0.host, port: $0.port) }
    }
    if let rest = bytes.dropping("tcp://") {
      return remote(word, Array(rest)).map { .tcp(host: $0.host, port: $0.port) }
    }
    refuse(
      word,
      "is no destination; known are stdout file:/PATH unix:/PATH unixgram:/PATH udp://HOST:PORT tcp://HOST:PORT"
    )
    return nil
  }

  private mutating func file(_ word: ConfigurationWord, _ path: [UInt8]) -> Destination? {
    guard let path = self.path(word, path, longest: ServiceLimits.path) else { return nil }
    guard path.last != UInt8(ascii: "/") else {
      refuse(word, "is a folder; a file's name is needed")
      return nil
    }
    if let place = FileName.badConversion(in: path) {
      refuse(
        word, "has @; known are %Y %m %d %H %M %S %j, and %% for %", .word(Array(path[place...].prefix(2))))
      return nil
    }
    return .file(path: path)
  }

  private mutating func remote(
    _ word: ConfigurationWord, _ text: [UInt8]
  ) -> (host: [UInt8], port: UInt16)? {
    do throws(Refusal) {
      let host = try ValueReading.host(text, orForm: "is not of the form HOST:PORT or [V6]:PORT")
      guard let port = host.port else { throw Refusal("needs a port: HOST:PORT or [V6]:PORT") }
      return (Array(host.host.utf8), port)
    } catch {
      refuse(word, error)
      return nil
    }
  }
}

/// Syslog's facilities by their numbers (RFC 5424 table 1), under the names of syslog(3) where it has one.
enum Facility {
  static let names: [StaticString] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp",
    "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
  ]
}
