/// What a `hello` and a `burst` say of the guest. docs/records.md describes each key.
extension ByteWriter {
  mutating func members(of guest: Guest) {
    openObject("guest")
    member("machine", word: guest.machine.name)
    if let mode = guest.machineMode { member("machine_mode", word: mode) }
    if let platform = guest.platform { member("platform", word: platform) }
    texts("machine_evidence", guest.machineEvidence)
    member("container", word: guest.container.name)
    if let orchestrator = guest.orchestrator { member("orchestrator", word: orchestrator) }
    texts("container_evidence", guest.containerEvidence)
    if guest.hasClockOfHost { member("clock_of_host", flag: true) }
    if let shift = guest.timeShift {
      member("time_namespace", flag: true)
      member("monotonic_shift_ns", shift.monotonic)
      member("boottime_shift_ns", shift.boottime)
    }
    members(of: guest.processors)
    closeObject()
    members(of: guest.steering)
    members(of: guest.missing)
  }

  private mutating func members(of processors: ProcessorShare) {
    if let online = processors.online { member("cpus", Int64(online)) }
    if let allowed = processors.allowed { member("cpus_allowed", Int64(allowed)) }
    guard let limit = processors.limit else { return }
    member("cpu_limit_milli", limit.thousandths)
    member("cpu_quota_ns", limit.quota)
    member("cpu_period_ns", limit.period)
  }

  private mutating func members(of steering: Steering) {
    member("steering_view", word: steering.view.name)
    openArray("steering")
    for program in steering.programs {
      openObject()
      member("name", word: program.name)
      if let pid = program.pid { member("pid", pid) }
      member("steers", flag: program.role == .steers)
      member("role", word: program.role.name)
      texts("evidence", program.evidence)
      closeObject()
    }
    closeArray()
    if steering.isConflict { member("steering_conflict", flag: true) }
    if steering.isUnseen { member("steering_unseen", flag: true) }
    if let isSynchronised = steering.isKernelSynchronised {
      member("kernel_synchronised", flag: isSynchronised)
    }
  }

  private mutating func members(of missing: [MissingEvidence]) {
    guard !missing.isEmpty else { return }
    openArray("missing")
    for one in missing {
      openObject()
      member("what", text: one.what)
      member("why", text: one.why)
      member("right", text: one.right)
      closeObject()
    }
    closeArray()
  }

  mutating func members(of link: LinkFacts) {
    member("driver", unlessEmpty: link.driver)
    if let route = link.route { member("route", word: route.name) }
    member("gateway", unlessEmpty: link.gateway)
    if let stamping = link.stamping {
      words("stamping", stamping.words)
      words("stamping_filters", stamping.filters)
      if let phc = stamping.phc { member("phc", Int64(phc)) }
    }
    if let state = link.transmitState { member("hwstamp_tx", word: StampingAbility.transmit(state)) }
    if let state = link.receiveState { member("hwstamp_rx", word: StampingAbility.filter(state)) }
  }

  private mutating func texts(_ key: StaticString, _ texts: [String]) {
    guard !texts.isEmpty else { return }
    openArray(key)
    for text in texts { element { $0.append(text) } }
    closeArray()
  }

  mutating func words(_ key: StaticString, _ words: [StaticString]) {
    guard !words.isEmpty else { return }
    openArray(key)
    for word in words { element { $0.append(word) } }
    closeArray()
  }

  mutating func element(_ body: (inout ByteWriter) -> Void) {
    separate()
    append(byte: UInt8(ascii: "\""))
    let start = count
    body(&self)
    escapeJSON(from: start)
    append(byte: UInt8(ascii: "\""))
  }

  mutating func member(_ key: StaticString, flag: Bool) {
    separate()
    append(byte: UInt8(ascii: "\""))
    append(key)
    append(flag ? "\":true" as StaticString : "\":false")
  }
}

extension RouteAnswer.Kind {
  public var name: StaticString {
    switch self {
    case .local: "local"
    case .direct: "direct"
    case .gateway: "gateway"
    }
  }
}
