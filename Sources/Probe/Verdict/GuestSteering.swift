extension Guest {
  /// A list of processes is read no further than this.
  private static let mostProcesses = 32768

  mutating func findSteering(_ world: GuestWorld) {
    let files = world.files
    if case .bits(let bits) = world.clockStatus() {
      steering.isKernelSynchronised = bits & ClockStatus.unsynchronised == 0
    }
    steering.view = Self.view(files)
    var found: [(steerer: Steerer, parent: Int64?)] = []
    if steering.view != .none {
      for name in files.list(("/proc" as StaticString).ascii, Self.mostProcesses) ?? [] {
        guard let first = name.first, (0x30...0x39).contains(first), let pid = name[...].decimal,
          let command = files.word(FileWorld.process(name[...], "comm")),
          let program = ClockProgram(comm: command, files: files, pid: name[...])
        else { continue }
        found.append(Self.judge(program, name[...], pid, files))
      }
    }
    // Helpers that a daemon forked are the daemon.
    for (steerer, parent) in found {
      let isHelper = found.contains { $0.steerer.pid == parent && $0.steerer.name.ascii == steerer.name.ascii }
      if !isHelper { steering.programs.append(steerer) }
    }
    if let driver = Self.hyperVDriver(files) { steering.programs.append(driver) }
  }

  /// Where PID 1 is not to be seen, others' processes are hidden.
  private static func view(_ files: FileWorld) -> ProcessView {
    guard files.exists("/proc/self/stat") else { return .none }
    guard files.text("/proc/1/comm") != nil else { return .own }
    return files.isFirstNamespace("/proc/self/ns/pid", NamespaceNumber.pid) == true ? .all : .namespace
  }

  private static func judge(
    _ program: ClockProgram, _ name: ByteText, _ pid: Int64, _ files: FileWorld
  ) -> (Steerer, Int64?) {
    var steerer = Steerer(program.name, pid: pid, role: program.role, evidence: program.evidence)
    let status = ProcessFacts.status(files.text(FileWorld.process(name, "status")) ?? [])
    if steerer.role == .steers || steerer.role == .sets {
      if let rights = status.capabilities, rights & ProcessFacts.sysTime == 0 {
        steerer.role = .watches
        steerer.evidence.append(evidence("without CAP_SYS_TIME"))
      } else if let map = files.text(FileWorld.process(name, "uid_map")), !map.isEmpty,
        !ProcessFacts.isFirstUserNamespace(map)
      {
        // CAP_SYS_TIME counts in the first user namespace only (user_namespaces(7)).
        steerer.role = .watches
        steerer.evidence.append(evidence("in a user namespace"))
      }
    }
    return (steerer, status.parent)
  }

  /// Hyper-V's time synchronisation device, and the driver that serves it (drivers/hv/hv_util.c, linux/hyperv.h).
  private static func hyperVDriver(_ files: FileWorld) -> Steerer? {
    let folder = ("/sys/bus/vmbus/devices/" as StaticString).ascii
    for device in files.list(folder, 256) ?? [] {
      guard let kind = files.word(folder + device + ("/class_id" as StaticString).ascii),
        kind.is("{9527e630-d0ae-497b-adce-e80ab0175caf}"),
        files.exists(folder + device + ("/driver" as StaticString).ascii)
      else { continue }
      return Steerer("hv_timesync", pid: nil, role: .sets, evidence: [evidence("driver of the kernel, when the host asks")])
    }
    return nil
  }
}

/// A process that by its name has to do with clocks.
private struct ClockProgram {
  var name: StaticString
  var role: SteeringRole
  var evidence: [String] = []

  /// By /proc/PID/comm, which the kernel cuts to 15 bytes.
  private static var names: [(comm: StaticString, name: StaticString, role: SteeringRole)] {
    [
      ("chronyd", "chronyd", .steers), ("ntpd", "ntpd", .steers), ("xntpd", "xntpd", .steers),
      ("openntpd", "openntpd", .steers), ("ntp-daemon", "ntpd-rs", .steers),
      ("systemd-timesyn", "systemd-timesyncd", .steers), ("phc2sys", "phc2sys", .steers),
      ("ptpd", "ptpd", .steers), ("ptpd2", "ptpd", .steers), ("sfptpd", "sfptpd", .steers),
      ("clockspeed", "clockspeed", .steers), ("htpdate", "htpdate", .steers), ("tlsdated", "tlsdated", .steers),
      ("VBoxService", "VBoxService", .steers), ("prltoolsd", "prltoolsd", .steers),
      ("ptp4l", "ptp4l", .phc), ("ts2phc", "ts2phc", .phc), ("sptp", "sptp", .phc),
      ("timemaster", "timemaster", .watches), ("fbclock-daemon", "fbclock-daemon", .watches),
      ("clockbound", "clockbound", .watches), ("vmtoolsd", "vmtoolsd", .sets), ("qemu-ga", "qemu-ga", .sets),
      ("google_guest_ag", "google_guest_agent", .sets), ("ntpdate", "ntpdate", .sets), ("sntp", "sntp", .sets),
    ]
  }

  init?(comm: ByteText, files: FileWorld, pid: ByteText) {
    var found: (name: StaticString, role: SteeringRole)?
    for entry in Self.names where comm.is(entry.comm) { found = (entry.name, entry.role) }
    let isBusybox = comm.is("busybox")
    guard found != nil || isBusybox else { return nil }
    let words = files.text(FileWorld.process(pid, "cmdline"))?.parts(0) ?? []
    if isBusybox {
      guard words.count > 1, words[1].is("ntpd") else { return nil }
      found = ("ntpd", .steers)
    }
    guard let found else { return nil }
    (name, role) = (found.name, found.role)
    if let path = files.link(FileWorld.process(pid, "exe")) { evidence.append(Guest.evidence("", path[...])) }
    judge(Options(words.dropFirst(isBusybox ? 2 : 1)), isBusybox: isBusybox || hasBusybox)
  }

  private var hasBusybox: Bool { evidence.first.map { Array($0.utf8)[...].has("busybox") } ?? false }

  /// What the manual pages say of these options: chronyd(8), busybox, ntpd(8), phc2sys(8), ptp4l(8), VBoxService.
  private mutating func judge(_ options: Options, isBusybox: Bool) {
    let name = name.ascii[...]
    if name.is("chronyd") {
      let valued: StaticString = "fFlLPtu"
      if options.has("x", valued) { become(.watches, "option -x") }
      if options.has("Q", valued) { become(.watches, "option -Q") }
    } else if name.is("ntpd") {
      if isBusybox, options.has("w", "pSIk") { become(.watches, "option -w") }
      if options.has("q", isBusybox ? "pSIk" : "cfikIlprstuUDjPTEV") { become(.sets, "option -q") }
    } else if name.is("phc2sys") {
      let valued: StaticString = "cdsEPIRONulLwnztfTF"
      if let clock = options.value("c", valued), !clock.is("CLOCK_REALTIME") { become(.phc, "option -c") }
      if options.has("a", valued), !options.has("r", valued) { become(.phc, "option -a without -r") }
      if let servo = options.value("E", valued), servo.is("ntpshm") || servo.is("refclock_sock") {
        become(.watches, "option -E")
      }
    } else if name.is("ptp4l") {
      if options.has("S", "fipls") { become(.steers, "option -S") }
    } else if name.is("VBoxService") {
      if options.has(long: "--disable-timesync") { become(.watches, "option --disable-timesync") }
    } else if name.is("vmtoolsd") {
      evidence.append(Guest.evidence("sets the clock when told, steers only where the host has that switched on"))
    } else if name.is("timemaster") {
      evidence.append(Guest.evidence("starts others"))
    }
  }

  @inline(never)
  private mutating func become(_ role: SteeringRole, _ why: StaticString) {
    self.role = role
    evidence.append(Guest.evidence(why))
  }
}

/// A command line's options as getopt(3) reads them: letters in one word, a value behind its letter or in the next word.
private struct Options {
  let words: ArraySlice<ByteText>

  init(_ words: ArraySlice<ByteText>) { self.words = words }

  func has(long option: StaticString) -> Bool { words.contains { $0.is(option) } }

  /// - Parameter valued: the letters that take a value
  func has(_ letter: Unicode.Scalar, _ valued: StaticString) -> Bool { find(letter, valued) != nil }

  func value(_ letter: Unicode.Scalar, _ valued: StaticString) -> ByteText? {
    guard let found = find(letter, valued) else { return nil }
    return found.value
  }

  @inline(never)
  private func find(_ letter: Unicode.Scalar, _ valued: StaticString) -> (value: ByteText?, Void)? {
    let valuedLetters = valued.ascii
    var isValue = false
    var isWanted = false
    for word in words {
      if isValue {
        if isWanted { return (word, ()) }
        isValue = false
        continue
      }
      if word.is("--") { return nil }
      guard word.count > 1, word.first == UInt8(ascii: "-"), !word.begins("--") else { continue }
      for place in word.indices.dropFirst() {
        isWanted = word[place] == UInt8(ascii: letter)
        if valuedLetters.contains(word[place]) {
          let rest = word[(place + 1)...]
          if isWanted, !rest.isEmpty { return (rest, ()) }
          isValue = rest.isEmpty
          break
        }
        if isWanted { return (nil, ()) }
      }
    }
    return nil
  }
}
