import Testing

@testable import Probe

/// Words that are refused, and the whole line that says why.
@Suite struct RefusalTests {
  static func refusal(_ words: [String]) -> UsageError? {
    do throws(UsageError) {
      _ = try parseArguments(words)
      return nil
    } catch {
      return error
    }
  }

  static func text(_ error: UsageError?) -> String {
    var text = ByteWriter()
    error?.append(to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  static let burst: [([String], String)] = [
    (["--intervall", "8ms"], "unknown option '--intervall'; did you mean '--interval'?"),
    (["--intervall=8ms"], "unknown option '--intervall'; did you mean '--interval'?"),
    (["--inter", "8ms"], "unknown option '--inter'; did you mean '--interval'?"),
    (["--quite"], "unknown option '--quite'; did you mean '--quiet'?"),
    (["--Json"], "unknown option '--Json'; did you mean '--json'?"),
    (["--hwtimestamp"], "unknown option '--hwtimestamp'; see 'timeprobe --help'"),
    (["--clocks"], "--burst and --clocks exclude each other"),
    (["--clokcs"], "unknown option '--clokcs'; did you mean '--clocks'?"),
    (["-x"], "unknown option '-x'; see 'timeprobe --help'"),
    (["-qx"], "unknown option '-x'; see 'timeprobe --help'"),
    (["-json"], "unknown option '-json'; did you mean '--json'?"),
    (["-i"], "--interval needs a value"),
    (["-H"], "-H needs a value"),
    (["--critical"], "--critical needs a value"),
    (["--quiet=3"], "--quiet takes no value"),
    (["--serve"], "--burst and --serve exclude each other"),
    (["-q", "-v"], "--quiet and --verbose exclude each other"),
    (["-4", "-6"], "-4 and -6 exclude each other"),
    (["--stratum", "2"], "--stratum belongs to --serve, not to --burst"),
    (["--shift", "1s"], "--shift belongs to --serve, not to --burst"),
    (["-i", "8"], "--interval: '8' has no unit; write 8ms or 8s"),
    (["-i", "1.5"], "--interval: '1.5' has no unit; write 1.5ms or 1.5s"),
    (["-i", "5m"], "--interval: '5m' may be minutes or milliseconds; write 5min or 5ms"),
    (["-i", "5MS"], "--interval: '5MS' has an unknown unit; known are ns us ms s min h d"),
    (["-i", "8 ms"], "--interval: '8 ms' has an unknown unit; known are ns us ms s min h d"),
    (["-i", "fast"], "--interval: 'fast' is no duration; write 8ms or 1s"),
    (["-i", ""], "--interval: '' is no duration; write 8ms or 1s"),
    (["-i", ".5s"], "--interval: '.5s' is no duration; write 8ms or 1s"),
    (["-i", "1.s"], "--interval: '1.s' is no duration; write 8ms or 1s"),
    (["-i", "--timeout"], "--interval: '--timeout' is no duration; write 8ms or 1s"),
    (["-i", "100000.1ns"], "--interval: '100000.1ns' is not a whole number of nanoseconds"),
    (["-i", "99999ns"], "--interval: '99999ns' is outside 100us to 1h"),
    (["-i", "61min"], "--interval: '61min' is outside 100us to 1h"),
    (["-i", "-8ms"], "--interval: '-8ms' is outside 100us to 1h"),
    (["-i", "0s"], "--interval: '0s' is outside 100us to 1h"),
    (["-i", "99999999999999999999s"], "--interval: '99999999999999999999s' is outside 100us to 1h"),
    (["-t", "999us"], "--timeout: '999us' is outside 1ms to 1min"),
    (["-t", "61s"], "--timeout: '61s' is outside 1ms to 1min"),
    (["-d", "1us"], "--duration: '1us' is outside 1ms to 24h"),
    (["-d", "25h"], "--duration: '25h' is outside 1ms to 24h"),
    (["-c", "999ns"], "--critical: '999ns' is outside 1us to 1h"),
    (["--limit", "2h"], "--limit: '2h' is outside 1us to 1h"),
    (["-w", "0ms"], "--warning: '0ms' is outside 1ns to 1h"),
    (["-w", "2ms"], "--warning 2ms is past --critical 1ms"),
    (["-w", "2ms", "-c", "1.5ms"], "--warning 2ms is past --critical 1500us"),
    (["-n", "0"], "--count: '0' is outside 1 to 1000000000"),
    (["-n", "1000000001"], "--count: '1000000001' is outside 1 to 1000000000"),
    (["-n", "-5"], "--count: '-5' is outside 1 to 1000000000"),
    (["-n", "1e6"], "--count: '1e6' is no whole number"),
    (["-n", ""], "--count: '' is no whole number"),
    (["-p", "0"], "--port: '0' is outside 1 to 65535"),
    (["-p", "ntp"], "--port: 'ntp' is no whole number"),
    (["-f", "jsn"], "--format: 'jsn' is not known; did you mean 'json'?"),
    (["-f", "JSON"], "--format: 'JSON' is not known; known are text json jsonl csv rawstats plugin"),
    (["-I", "eth0/1"], "--interface: 'eth0/1' is no interface's name"),
    (["-I", "averylonginterface"], "--interface: 'averylonginterface' is no interface's name"),
    (["-S", "eth0"], "--source: 'eth0' is no IPv4 or IPv6 address"),
    (["-4", "-S", "::1"], "--source: '::1' is an IPv6 address, and -4 was given"),
    (["-o", ""], "--output: '' is no file"),
    ([""], "'' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["a b"], "'a b' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["ntp://a"], "'ntp://a' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["[10.0.0.1]"], "'[10.0.0.1]' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["[::1"], "'[::1' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["[::1]x"], "'[::1]x' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["1::2::3"], "'1::2::3' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["a%eth0"], "'a%eth0' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["a..b"], "'a..b' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["a:0"], "'a:0' has a port outside 1 to 65535"),
    (["a:"], "'a:' has a port outside 1 to 65535"),
    (["[::1]:65536"], "'[::1]:65536' has a port outside 1 to 65535"),
    (["10.0.0.256"], "'10.0.0.256' is no IPv4 address; write four numbers of 0 to 255"),
    (["10.1"], "'10.1' is no IPv4 address; write four numbers of 0 to 255"),
    (["0x7f000001"], "'0x7f000001' is no IPv4 address; write four numbers of 0 to 255"),
    (["-4", "fd00::1"], "'fd00::1' is an IPv6 address, and -4 was given"),
    (["-6", "10.0.0.1:9"], "'10.0.0.1:9' is an IPv4 address, and -6 was given"),
    (["10.0.0.1", "-H", "10.0.0.1"], "'10.0.0.1' was given twice"),
    ((1...65).map { "10.0.0.\($0)" }, "65 references were given; at most 64 can be asked at once"),
    (["\u{1b}[31m"], "'\\x1b[31m' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
  ]

  static let serve: [([String], String)] = [
    (["-n", "5"], "--count belongs to --burst, not to --serve"),
    (["-w", "5ms"], "--warning belongs to --burst, --replay and the service, not to --serve"),
    (["-H", "a"], "-H belongs to --burst, --clocks and the service, not to --serve"),
    (["-o", "file"], "--output belongs to --burst, --clocks and --replay, not to --serve"),
    (["--stratum", "0"], "--stratum: '0' is outside 1 to 15"),
    (["--stratum", "16"], "--stratum: '16' is outside 1 to 15"),
    (["--refid", ""], "--refid: '' is not 1 to 4 printable ASCII characters"),
    (["--refid", "GPSGPS"], "--refid: 'GPSGPS' is not 1 to 4 printable ASCII characters"),
    (["--refid", "G S"], "--refid: 'G S' is not 1 to 4 printable ASCII characters"),
    (["--shift", "250"], "--shift: '250' has no unit; write 250ms or 250s"),
    (["--shift", "-900000h"], "--shift: '-900000h' is outside -876600h to 876600h"),
    (["--drift", "20"], "--drift: '20' has no unit; write 20ppm or 20ppb"),
    (["--drift", "20%"], "--drift: '20%' has an unknown unit; known are ppm ppb"),
    (["--drift", "20m"], "--drift: '20m' has an unknown unit; known are ppm ppb"),
    (["--drift", "x"], "--drift: 'x' is no rate; write 20ppm or -3ppb"),
    (["--drift", "0.0001ppb"], "--drift: '0.0001ppb' is finer than 0.000001ppm"),
    (["--drift", "-100001ppm"], "--drift: '-100001ppm' is outside -100000ppm to 100000ppm"),
    (["--base", "real"], "--base: 'real' is not known; did you mean 'realtime'?"),
    (["--base", "monotonic"], "--base: 'monotonic' is not known; known are realtime raw"),
    (["a", "b"], "--serve takes one address, and 2 were given"),
    (["name"], "'name' is no address; --serve takes ADDRESS, ADDRESS:PORT, [V6] or [V6]:PORT"),
    (["-6", "10.0.0.1"], "'10.0.0.1' is an IPv4 address, and -6 was given"),
    (["10.0.0.1:0"], "'10.0.0.1:0' has a port outside 1 to 65535"),
  ]

  static let clocks: [([String], String)] = [
    (["-n", "5"], "--count belongs to --burst, not to --clocks"),
    (["-c", "5ms"], "--critical belongs to --burst, --replay and the service, not to --clocks"),
    (["--self"], "--self belongs to --burst, not to --clocks"),
    (["--stratum", "2"], "--stratum belongs to --serve, not to --clocks"),
    (["-v"], "--verbose belongs to --burst, --serve, --replay and the service, not to --clocks"),
    (["-f", "rawstats"], "--clocks has no format rawstats; it has text, json, jsonl and csv"),
    (["-f", "jsonk"], "--format: 'jsonk' is not known; did you mean 'json'?"),
    (["-d", "0s"], "--duration: '0s' is outside 1ms to 24h"),
    (["a", "a"], "'a' was given twice"),
    (["--set", "watch 8ms"], "--set belongs to the service, --status and --mark, not to --clocks"),
    (["--burst"], "--burst and --clocks exclude each other"),
    (["--serve"], "--clocks and --serve exclude each other"),
  ]

  static let replay: [([String], String)] = [
    ([], "--replay needs a FILE, or - for standard input"),
    (["a", "b", "a"], "'a' was given twice"),
    (["-", "-"], "'-' was given twice"),
    ([""], "'' is no file"),
    ((1...257).map { "\($0)" }, "257 files were given; at most 256 can be read at once"),
    (["a", "-n", "5"], "--count belongs to --burst, not to --replay"),
    (["a", "-i", "1s"], "--interval belongs to --burst, --clocks and the service, not to --replay"),
    (["a", "-d", "1s"], "--duration belongs to --burst, --clocks and --serve, not to --replay"),
    (["a", "-4"], "-4 belongs to --burst, --clocks, --serve and the service, not to --replay"),
    (["a", "-H", "b"], "-H belongs to --burst, --clocks and the service, not to --replay"),
    (["a", "--self"], "--self belongs to --burst, not to --replay"),
    (["a", "--rate-agreed"], "--rate-agreed belongs to --burst, --clocks and the service, not to --replay"),
    (["a", "-w", "2ms"], "--warning 2ms is past --critical 1ms"),
    (["a", "-c", "8"], "--critical: '8' has no unit; write 8ms or 8s"),
    (["a", "--burst"], "--burst and --replay exclude each other"),
    (["a", "--clocks"], "--clocks and --replay exclude each other"),
    (["a", "--serve"], "--serve and --replay exclude each other"),
    (["--repaly", "a"], "unknown option '--repaly'; did you mean '--replay'?"),
    (["a", "-q", "-v"], "--quiet and --verbose exclude each other"),
  ]

  @Test(arguments: replay) func ofReplay(words: [String], message: String) {
    #expect(Self.text(Self.refusal(["--replay"] + words)) == "timeprobe: \(message)\n")
  }

  @Test(arguments: clocks) func ofClocks(words: [String], message: String) {
    #expect(Self.text(Self.refusal(["--clocks"] + words)) == "timeprobe: \(message)\n")
  }

  @Test func clocksIsNoPlugin() throws {
    let error = try #require(Self.refusal(["--clocks", "-f", "plugin"]))
    #expect(error.status == .unknown)
    #expect(error.message == "--clocks has no format plugin; it has text, json, jsonl and csv")
  }

  @Test(arguments: burst) func ofBurst(words: [String], message: String) {
    #expect(Self.text(Self.refusal(["--burst"] + words)) == "timeprobe: \(message)\n")
  }

  @Test(arguments: serve) func ofServe(words: [String], message: String) {
    #expect(Self.text(Self.refusal(["--serve"] + words)) == "timeprobe: \(message)\n")
  }

  @Test(arguments: [
    (["a b"], "'a b' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"),
    (["clocks"], "'clocks' is a mode; try 'timeprobe --clocks'"),
    (["clocks", "10.0.0.1"], "'clocks' is a mode; try 'timeprobe --clocks 10.0.0.1'"),
    (["replay", "file"], "'replay' is a mode; try 'timeprobe --replay file'"),
    (["check-config"], "'check-config' is a mode; try 'timeprobe --check-config'"),
    (["--switch"], "--switch belongs to --clocks, not to the service; try 'timeprobe --clocks'"),
    (["--refid", "GPS"], "--refid belongs to --serve, not to the service; try 'timeprobe --serve'"),
    (
      ["--refid", "GPS", "-n", "3"],
      "--refid belongs to --serve, not to the service; try 'timeprobe --burst'"
    ),
    (
      ["10.0.0.1", "-n", "3"],
      "--count belongs to --burst, not to the service; try 'timeprobe --burst 10.0.0.1'"
    ),
    (
      ["-f", "json"],
      "--format belongs to --burst, --clocks and --replay, not to the service; try 'timeprobe --burst'"
    ),
    (["--check-config", "-n", "3"], "--count belongs to --burst, not to --check-config"),
    (["--check-config", "--burst"], "--burst and --check-config exclude each other"),
    (["--set", " "], "--set: ' ' is no directive"),
    (["--set"], "--set needs a value"),
    (["--config", ""], "--config: '' is no file"),
    (["-i", "1s"], "--interval is for references given as arguments, and there is none"),
    (["-6", "--set", "watch 8ms"], "-6 is for references given as arguments, and there is none"),
    (["-i", "100us", "a"], "--interval: '100us' is outside 1ms to 1h"),
    (["-c", "1ms", "-w", "2ms", "a"], "--warning 2ms is past --critical 1ms"),
    (["a", "a"], "'a' was given twice"),
    (["-4", "-S", "::1", "a"], "--source: '::1' is an IPv6 address, and -4 was given"),
  ])
  func withoutAMode(words: [String], message: String) {
    #expect(Self.text(Self.refusal(words)) == "timeprobe: \(message)\n")
  }

  @Test func usageIs64AndForPluginsOneLineAnd3() throws {
    let people = try #require(Self.refusal(["--burst", "-n", "0"]))
    #expect(people.status == .usage && people.status.rawValue == 64 && !people.goesToStandardOutput)
    let words = [["--plugin"], ["-f", "plugin"], ["--format=plugin"]]
    for plugin in words {
      for wrong in [["--burst", "-n", "0"] + plugin, plugin + ["--bogus"], ["--bogus"] + plugin, plugin] {
        let error = try #require(Self.refusal(wrong))
        #expect(error.status == .unknown && error.goesToStandardOutput)
        #expect(Self.text(error) == "TIMEPROBE UNKNOWN - \(error.message)\n")
        #expect(error.message.allSatisfy { $0 != "|" && $0 != "\n" })
      }
    }
    // A word behind `--`, and a value, ask for nothing.
    #expect(try #require(Self.refusal(["--bogus", "--", "--plugin"])).status == .usage)
    #expect(try #require(Self.refusal(["--burst", "-o", "--plugin", "-n", "0"])).status == .usage)
    #expect(Self.text(Self.refusal(["--plugin", "--burst", "a|b\n"])).filter { $0 == "|" }.isEmpty)
  }

  @Test func namesOfFilesMustBeUTF8() {
    #expect(throws: UsageError("--output: 'a\\xff' is not UTF-8")) {
      try parseArguments([Array("--burst".utf8), Array("-o".utf8), [0x61, 0xff]])
    }
  }

  /// Random bytes, random words of the grammar: an answer or a refusal in one printable line, never a trap.
  @Test func anyWordsAreSafe() {
    var random = SystemRandomNumberGenerator()
    let known = OptionTable.entries.flatMap { entry in
      [entry.name.map { "--" + $0.text }, entry.letter.map { "-" + String(Unicode.Scalar($0)) }].compactMap {
        $0
      }
    }
    let values = [
      "8ms", "-1h", "5", "json", "[::1]:5", "fe80::1%eth0", "1.5", "µs", "9µs", "", "-", "--", "=", "10ppm",
    ]
    for _ in 0..<20_000 {
      let words = (0..<Int.random(in: 0...6, using: &random)).map { _ -> [UInt8] in
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          return (0..<Int.random(in: 0...40, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
        case 1: return Array(values.randomElement(using: &random)!.utf8)
        case 2:
          return Array((known.randomElement(using: &random)! + values.randomElement(using: &random)!).utf8)
        default: return Array(known.randomElement(using: &random)!.utf8)
        }
      }
      do throws(UsageError) {
        _ = try parseArguments(words)
      } catch {
        let isPrintable = error.message.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x7c }
        #expect(isPrintable, "\(words)")
        #expect(error.message.utf8.count < 320)
      }
    }
  }
}
