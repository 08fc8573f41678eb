import Testing

@testable import Probe

/// Words that are understood, and what they come to.
@Suite struct ArgumentsTests {
  static func burst(_ words: [String], _ terminal: TerminalFacts = TerminalFacts()) throws -> BurstSettings {
    guard case .burst(let settings) = try parseArguments(["--burst"] + words, terminal: terminal) else {
      throw UsageError("not a burst")
    }
    return settings
  }

  static func serve(_ words: [String]) throws -> ServeSettings {
    guard case .serve(let settings) = try parseArguments(["--serve"] + words) else {
      throw UsageError("not a server")
    }
    return settings
  }

  @Test func burstDefaults() throws {
    let settings = try Self.burst(["10.0.0.1"])
    #expect(settings.references.map { $0.host } == ["10.0.0.1"])
    #expect(settings.references.map { $0.port } == [123])
    #expect(!settings.measureSelf)
    #expect(settings.count == nil && settings.interval == nil && settings.duration == nil)
    #expect(settings.timeout == .seconds(1))
    #expect(settings.critical == .milliseconds(1))
    #expect(settings.effectiveWarning == .microseconds(500))
    #expect(settings.family == .any)
    #expect(settings.format == .text && settings.output == nil)
    #expect(!settings.quiet && !settings.verbose && !settings.rateAgreed && !settings.colour)
  }

  @Test(
    arguments: [
      (["-n", "500"], \BurstSettings.count, 500),
      (["--count=1"], \.count, 1),
      (["--count", "1000000000"], \.count, 1_000_000_000),
    ] as [([String], KeyPath<BurstSettings, UInt64?> & Sendable, UInt64)])
  func counts(words: [String], path: KeyPath<BurstSettings, UInt64?> & Sendable, value: UInt64) throws {
    #expect(try Self.burst(words)[keyPath: path] == value)
  }

  @Test(
    arguments: [
      (["-i", "8ms"], \BurstSettings.interval, 8_000_000),
      (["--interval=100us"], \.interval, 100_000),
      (["--interval", "1h"], \.interval, 3_600_000_000_000),
      (["-i7812500ns"], \.interval, 7_812_500),
      (["-d", "2s"], \.duration, 2_000_000_000),
      (["--duration", "24h"], \.duration, 86_400_000_000_000),
      (["-w", "250us"], \.warning, 250_000),
      (["--warning", "1ns"], \.warning, 1),
    ] as [([String], KeyPath<BurstSettings, Nanoseconds?> & Sendable, Int64)])
  func lengths(words: [String], path: KeyPath<BurstSettings, Nanoseconds?> & Sendable, value: Int64) throws {
    #expect(try Self.burst(words)[keyPath: path] == Nanoseconds(value))
  }

  @Test(
    arguments: [
      (["-t", "20ms"], \BurstSettings.timeout, 20_000_000),
      (["--timeout", "1min"], \.timeout, 60_000_000_000),
      (["-c", "5ms"], \.critical, 5_000_000),
      (["--critical", "1us"], \.critical, 1000),
      (["--limit", "1.5ms"], \.critical, 1_500_000),
      (["-c", "5ms", "--limit", "2ms"], \.critical, 2_000_000),
    ] as [([String], KeyPath<BurstSettings, Nanoseconds> & Sendable, Int64)])
  func limits(words: [String], path: KeyPath<BurstSettings, Nanoseconds> & Sendable, value: Int64) throws {
    #expect(try Self.burst(words)[keyPath: path] == Nanoseconds(value))
  }

  @Test(
    arguments: [
      (["-q"], \BurstSettings.quiet), (["--quiet"], \.quiet), (["-v"], \.verbose), (["--verbose"], \.verbose),
      (["--rate-agreed"], \.rateAgreed), (["--self"], \.measureSelf), ([], \.measureSelf),
    ] as [([String], KeyPath<BurstSettings, Bool> & Sendable)])
  func switches(words: [String], path: KeyPath<BurstSettings, Bool> & Sendable) throws {
    #expect(try Self.burst(words)[keyPath: path])
  }

  @Test(
    arguments: [
      (["-I", "eth0"], \BurstSettings.interface, "eth0"),
      (["--interface", "br-0a1b2c3d4e5f"], \.interface, "br-0a1b2c3d4e5f"),
      (["-S", "10.0.0.7"], \.source, "10.0.0.7"),
      (["--source", "fe80::1%eth0"], \.source, "fe80::1%eth0"),
      (["-6", "-S", "fd00::7"], \.source, "fd00::7"),
      (["-o", "out file.csv"], \.output, "out file.csv"),
      (["--output=-"], \.output, nil),
    ] as [([String], KeyPath<BurstSettings, String?> & Sendable, String?)])
  func texts(words: [String], path: KeyPath<BurstSettings, String?> & Sendable, value: String?) throws {
    #expect(try Self.burst(words)[keyPath: path] == value)
  }

  @Test(arguments: [
    (["-f", "text"], OutputFormat.text), (["-f", "json"], .json), (["--format=jsonl"], .jsonl),
    (["--format", "csv"], .csv), (["-frawstats"], .rawstats), (["-f", "plugin"], .plugin),
    (["--json"], .json),
    (["--plugin"], .plugin), (["--json", "-f", "csv"], .csv),
  ])
  func formats(words: [String], format: OutputFormat) throws {
    #expect(try Self.burst(words).format == format)
  }

  @Test(arguments: [(["-4"], AddressFamily.v4), (["-6"], .v6), ([], .any)])
  func families(words: [String], family: AddressFamily) throws {
    #expect(try Self.burst(words).family == family)
    #expect(try Self.serve(words).family == family)
  }

  @Test(
    arguments: [
      ("10.0.0.1", "10.0.0.1", 123), ("10.0.0.1:1123", "10.0.0.1", 1123), ("fd00::1", "fd00::1", 123),
      ("[fd00::1]", "fd00::1", 123), ("[fd00::1]:65535", "fd00::1", 65535),
      ("fe80::1%eth0", "fe80::1%eth0", 123),
      ("[fe80::1%2]:1", "fe80::1%2", 1), ("::ffff:10.0.0.1", "::ffff:10.0.0.1", 123),
      ("ntp.example.net", "ntp.example.net", 123), ("ntp_1.example.net.:124", "ntp_1.example.net.", 124),
      ("3com.example", "3com.example", 123), ("localhost", "localhost", 123),
    ] as [(String, String, UInt16)])
  func references(word: String, host: String, port: UInt16) throws {
    for words in [[word], ["-H", word], ["--", word]] {
      let reference = try #require(try Self.burst(words).references.first)
      #expect(reference.name == word)
      #expect(reference.host == host)
      #expect(reference.port == port)
    }
  }

  @Test func severalReferencesInEveryPlace() throws {
    let settings = try Self.burst(["a", "-n", "5", "b:9", "-p", "1123", "-H", "c", "--self"])
    #expect(settings.references.map { $0.name } == ["a", "b:9", "c"])
    #expect(settings.references.map { $0.port } == [1123, 9, 1123])
    #expect(settings.measureSelf)
    #expect(try Self.burst((1...64).map { "10.0.0.\($0)" }).references.count == 64)
  }

  @Test func theModeMayComeLast() throws {
    guard case .burst(let settings) = try parseArguments(["-n", "3", "10.0.0.1", "--burst"]) else {
      Issue.record("no burst")
      return
    }
    #expect(settings.count == 3)
  }

  @Test func colourIsForTerminalsThatWantIt() throws {
    let terminal = TerminalFacts(isTerminal: true)
    #expect(try Self.burst([], terminal).colour)
    #expect(try !Self.burst(["-o", "file"], terminal).colour)
    #expect(try !Self.burst(["--json"], terminal).colour)
    #expect(try !Self.burst([], TerminalFacts(isTerminal: true, refusesColour: true)).colour)
    #expect(try !Self.burst([], TerminalFacts()).colour)
  }

  @Test func helpAndVersionWinOverWhatIsWrongElsewhere() throws {
    for words in [["-h"], ["--help"], ["--burst", "-n", "nonsense", "-h"], ["--burst", "-qh"]] {
      guard case .help = try parseArguments(words) else {
        Issue.record("no help: \(words)")
        continue
      }
    }
    for words in [["-V"], ["--version"], ["--serve", "--version"]] {
      guard case .version = try parseArguments(words) else {
        Issue.record("no version: \(words)")
        continue
      }
    }
  }

  @Test func serveDefaults() throws {
    let settings = try Self.serve([])
    #expect(settings.address == nil && settings.port == 123 && settings.stratum == 1)
    #expect(settings.referenceID == 0x4c4f_434c)
    #expect(
      settings.shift == .zero && settings.drift == Rate(partsPerTrillion: 0) && settings.base == .realtime)
    #expect(settings.duration == nil && settings.interface == nil)
  }

  @Test func serveOptions() throws {
    let words = [
      "10.0.0.7:1123", "--stratum", "15", "--refid", "GPS", "--shift", "-250us", "--drift", "20ppm",
    ]
    let settings = try Self.serve(words + ["--base", "raw", "-d", "10s", "-I", "eth0", "-q", "-p", "9"])
    #expect(settings.address == "10.0.0.7" && settings.port == 1123)
    #expect(settings.stratum == 15 && settings.referenceID == 0x4750_5300)
    #expect(settings.shift == .microseconds(-250) && settings.drift == .partsPerMillion(20))
    #expect(settings.base == .raw && settings.duration == .seconds(10) && settings.interface == "eth0")
    #expect(settings.quiet)
    #expect(try Self.serve(["--drift=-3ppb"]).drift == Rate(partsPerTrillion: -3000))
    #expect(try Self.serve(["--drift", "0.000001ppm"]).drift == Rate(partsPerTrillion: 1))
    #expect(try Self.serve(["--shift=+87660h"]).shift == .seconds(87660 * 3600))
  }

  @Test(
    arguments: [
      ("127.0.0.1", "127.0.0.1", 1123), ("[::]:99", "::", 99), ("::1", "::1", 1123),
      ("fe80::1%eth0", "fe80::1%eth0", 1123), ("0.0.0.0:1", "0.0.0.0", 1),
    ] as [(String, String, UInt16)])
  func serveAddresses(word: String, address: String, port: UInt16) throws {
    let settings = try Self.serve([word, "-p", "1123"])
    #expect(settings.address == address && settings.port == port)
  }
}
