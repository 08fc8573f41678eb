/// `timeprobe` alone.
public func appendShortHelp(to text: inout ByteWriter) {
  text.append(
    """
    timeprobe --burst [REFERENCE...]      measure this guest's clock for 2 s
    timeprobe REFERENCE...                go on measuring, JSON on standard output
    timeprobe --help                      the other modes, and all options

    """ as StaticString)
}

/// `timeprobe --version`.
public func appendVersion(_ version: StaticString, to text: inout ByteWriter) {
  text.append("timeprobe " as StaticString)
  text.append(version)
  text.append(byte: 0x0a)
}

/// `timeprobe --help`: at most 80 columns; every option is from the table.
public func appendHelp(to text: inout ByteWriter) {
  text.append(
    """
    Usage: timeprobe [OPTION...] [REFERENCE...]
           timeprobe --burst [OPTION...] [REFERENCE...]
           timeprobe --clocks [OPTION...] [REFERENCE...]
           timeprobe --serve [OPTION...] [ADDRESS[:PORT]]
           timeprobe --replay [OPTION...] FILE...
           timeprobe --check-config [OPTION...] [REFERENCE...]

    Measures this guest's clock against NTP references; never sets the clock.
    Without a mode it is the service, set up by /etc/timeprobe/timeprobe.conf.
    A REFERENCE is NAME, ADDRESS, NAME:PORT, ADDRESS:PORT, [V6] or [V6]:PORT.
    A FILE is known by what is in it; - is standard input.
    A TIME is a number with a unit: 500us, 1.5ms, 8s (ns us ms s min h d).

    """ as StaticString)
  appendOptions("Modes", .none, to: &text)
  appendOptions("With the service and --check-config", .configured, to: &text)
  appendOptions("With --burst", .burst, to: &text)
  appendOptions("With --serve", .serve, to: &text)
  appendOptions("With --clocks", .clocks, to: &text)
  appendOptions("With --burst, --replay and the service", .judging, to: &text)
  appendOptions("With --burst, --clocks and the service", .asking, to: &text)
  appendOptions("With --burst, --clocks and --serve", .timed, to: &text)
  appendOptions("With --burst, --clocks and --replay", .telling, to: &text)
  appendOptions("With --burst, --clocks, --replay and --check-config", .objects, to: &text)
  appendOptions("With --burst and --replay", .plugged, to: &text)
  appendOptions("With --burst, --clocks, --serve and the service", .live, to: &text)
  appendOptions("With --burst, --serve, --replay and the service", .noting, to: &text)
  appendOptions("With all", .all, to: &text)
  text.append(
    """

    Examples
      timeprobe --burst 10.0.0.1 ntp.example.net -n 500 -i 8ms
      timeprobe --clocks 10.0.0.1 -d 10s
      timeprobe --serve 10.0.0.7:1123 --stratum 2 --shift 250us
      timeprobe --replay /var/log/ntpsec/rawstats.* -c 5ms

    Exit status

    """ as StaticString)
  for status: ExitStatus in [
    .ok, .warning, .critical, .unknown, .usage, .badInput, .output, .permission, .configuration,
  ] {
    text.pad(times: status.rawValue < 10 ? 3 : 2)
    text.append(Int64(status.rawValue))
    text.pad(times: 2)
    text.append(status.meaning)
    text.append(byte: 0x0a)
  }
  text.append("  With --plugin those from 64 on are 3, in one line on standard output.\n" as StaticString)
}

private func appendOptions(_ title: StaticString, _ modes: Modes, to text: inout ByteWriter) {
  text.append(byte: 0x0a)
  text.append(title)
  text.append(byte: 0x0a)
  for entry in OptionTable.entries where entry.modes == modes && entry.help.utf8CodeUnitCount > 0 {
    let start = text.count
    text.append("  " as StaticString)
    if let letter = entry.letter {
      text.append(byte: UInt8(ascii: "-"))
      text.append(byte: letter)
      text.append(entry.name == nil ? "" as StaticString : ", ")
    } else {
      text.pad(times: 4)
    }
    if let name = entry.name {
      text.append("--" as StaticString)
      text.append(name)
    }
    if let value = entry.value {
      text.append(byte: 0x20)
      text.append(value)
    }
    text.pad(times: max(2, 25 - (text.count - start)))
    text.append(entry.help)
    text.append(byte: 0x0a)
  }
}
