/// What people are told of the guest.
extension ByteWriter {
  /// "docker (kubernetes) on kvm (ec2)", "xen pv", "bare metal".
  mutating func append(placeOf guest: Guest) {
    if guest.hasClockOfHost {
      append(guest.container == .other ? "a container" : guest.container.name)
      append(inBrackets: guest.orchestrator, unless: guest.container.name)
      append(" on " as StaticString)
    }
    switch guest.machine {
    case .bareMetal: append("bare metal" as StaticString)
    case .other: append("a virtual machine" as StaticString)
    case .unknown: append("an unknown machine" as StaticString)
    default: append(guest.machine.name)
    }
    if let mode = guest.machineMode {
      append(byte: 0x20)
      append(mode)
    }
    append(inBrackets: guest.platform, unless: guest.machine.name)
  }

  private mutating func append(inBrackets word: StaticString?, unless other: StaticString) {
    guard let word, word.ascii != other.ascii else { return }
    append(" (" as StaticString)
    append(word)
    append(byte: UInt8(ascii: ")"))
  }

  /// "steered by chronyd", "steered by nobody seen".
  mutating func append(steererOf steering: Steering) {
    append("steered by " as StaticString)
    guard !steering.steerers.isEmpty else {
      return append(steering.isUnseen ? "somebody unseen" as StaticString : "nobody seen")
    }
    append(steerersOf: steering, withNumbers: false)
  }

  /// "chronyd and ntpd", "chronyd (pid 812), ntpd (pid 99) and phc2sys (pid 7)".
  fileprivate mutating func append(steerersOf steering: Steering, withNumbers: Bool) {
    let steerers = steering.steerers
    for (index, one) in steerers.enumerated() {
      if index > 0 { append(index == steerers.count - 1 ? " and " as StaticString : ", ") }
      append(one.name)
      if withNumbers { append(numberOf: one) }
    }
  }

  fileprivate mutating func append(numberOf program: Steerer) {
    guard let pid = program.pid else { return }
    append(" (pid " as StaticString)
    append(pid)
    append(byte: UInt8(ascii: ")"))
  }

  fileprivate mutating func append(list: [String]) {
    for (index, text) in list.enumerated() {
      if index > 0 { append("; " as StaticString) }
      append(printable: text)
    }
  }
}

/// What must be known before any figure of the clock is read: whose clock it is, and whether two pull at it.
func appendWarnings(_ guest: Guest, to page: inout Page) {
  if guest.hasClockOfHost {
    page.append(
      "clock", words { $0.append("the host's: a container has no clock of its own" as StaticString) })
  }
  guard guest.steering.isConflict else { return }
  let line = words { line in
    line.append(UInt64(guest.steering.steerers.count))
    line.append(" steer the clock at once: " as StaticString)
    line.append(steerersOf: guest.steering, withNumbers: true)
  }
  page.append("conflict", line)
}

/// Everything that is known of the guest, with the evidence: the head of `--clocks`.
func appendGuestLines(_ guest: Guest, kernel: String, to page: inout Page) {
  page.append(
    "guest",
    words { line in
      line.append(placeOf: guest)
      line.append(", kernel " as StaticString)
      line.append(printable: kernel)
    })
  if !guest.machineEvidence.isEmpty {
    page.append("machine", words { $0.append(list: guest.machineEvidence) })
  }
  let inside = words { line in
    line.append(guest.container == .none ? "no container" : guest.container.name)
    if !guest.containerEvidence.isEmpty {
      // A marker may be left on a machine's disk, and is no reason for "no container".
      line.append(guest.container == .none ? "; seen: " as StaticString : ": ")
    }
    line.append(list: guest.containerEvidence)
  }
  page.append("inside", inside, atMost: 3)
  appendWarnings(guest, to: &page)
  if let shift = guest.timeShift {
    let line = words { line in
      line.append("in a time namespace: MONOTONIC " as StaticString)
      line.append(shift: shift.monotonic)
      line.append(", BOOTTIME " as StaticString)
      line.append(shift: shift.boottime)
    }
    page.append("shifted", line)
  }
  appendProcessors(guest.processors, to: &page)
  appendSteering(guest.steering, to: &page)
  for missing in guest.missing {
    let line = words { line in
      line.append(printable: missing.what)
      line.append(": " as StaticString)
      line.append(printable: missing.why)
      line.append("; needs " as StaticString)
      line.append(printable: missing.right)
    }
    page.append("missing", line)
  }
}

private func appendProcessors(_ processors: ProcessorShare, to page: inout Page) {
  let line = words { line in
    if let online = processors.online {
      line.append(UInt64(online))
      line.append(" online" as StaticString)
    }
    if let allowed = processors.allowed, allowed != processors.online {
      if line.count > 0 { line.append(", " as StaticString) }
      line.append(UInt64(allowed))
      line.append(" allowed here" as StaticString)
    }
    guard let limit = processors.limit else { return }
    if line.count > 0 { line.append(", " as StaticString) }
    line.append("at most " as StaticString)
    line.append(figure: limit.quota)
    line.append(" in each " as StaticString)
    line.append(figure: limit.period)
  }
  if line.count > 0 { page.append("cpus", line) }
}

private func appendSteering(_ steering: Steering, to page: inout Page) {
  for program in steering.programs {
    let line = words { line in
      line.append(program.name)
      line.append(numberOf: program)
      line.append(": " as StaticString)
      line.append(program.role.words)
      if !program.evidence.isEmpty { line.append("; " as StaticString) }
      line.append(list: program.evidence)
    }
    page.append("steering", line)
  }
  guard steering.steerers.isEmpty || steering.view != .all else { return }
  let line = words { line in
    if steering.steerers.isEmpty {
      line.append(steering.isUnseen ? "somebody unseen: the kernel says so" as StaticString : "nobody seen")
      line.append("; " as StaticString)
    }
    line.append(steering.view.words)
  }
  page.append("steering", line)
}

extension SteeringRole {
  fileprivate var words: StaticString {
    switch self {
    case .steers: "steers the clock"
    case .sets: "sets the clock on occasion"
    case .phc: "steers a network card's clock"
    case .watches: "leaves the clock alone"
    }
  }
}

extension ProcessView {
  fileprivate var words: StaticString {
    switch self {
    case .none: "no process can be seen from here"
    case .own: "only this user's processes can be seen from here"
    case .namespace: "only this container's processes can be seen from here"
    case .all: "all processes can be seen from here"
    }
  }
}

private func words(_ body: (inout ByteWriter) -> Void) -> ByteWriter {
  var line = ByteWriter(capacity: 160)
  body(&line)
  return line
}

extension ByteWriter {
  /// "+86400s", "-1.5s", "not at all".
  fileprivate mutating func append(shift: Nanoseconds) {
    guard shift != .zero else { return append("not at all" as StaticString) }
    append(byte: UInt8(ascii: shift < .zero ? "-" : "+"))
    append(figure: shift)
  }
}
