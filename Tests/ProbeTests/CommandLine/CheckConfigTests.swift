import Foundation
import Testing

@testable import Probe

/// What `--check-config` shows, and the conffile and the page that are shipped.
@Suite struct CheckConfigTests {
  static func text(_ settings: ServiceSettings) -> String {
    var text = ByteWriter()
    appendConfiguration(settings, to: &text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  static func shown(_ configuration: String) throws -> String {
    let fixture = ConfigurationFixture(configuration)
    return text(try #require(fixture.settings, "\(fixture.problems)"))
  }

  static func repository(_ path: String) throws -> String {
    try String(contentsOf: Validator.root.appendingPathComponent(path), encoding: .utf8)
  }

  static let full = #"""
    probe "vm 7"
    label site ams1
    label text "a \"quoted\" \$x# \\"
    critical 500us
    warning 123ns
    reference 10.0.0.1:1123 name gps1 interface eth1 rate-agreed hwtimestamp
    reference ntp.example.net ipv6 source fd00::7 interval 8s timeout 300ms
    watch 10ms
    drift-tolerance 1.5ppb
    window 1s
    spool /srv/spool age 1h
    stream jsonl tcp://[fd00::9]:9000 around 5s from gps1 name "to vector"
    stream csv file:/var/log/x.csv rotate 64MiB,1d every 10
    stream rawstats file:/var/log/%Y/%m/rawstats.%d%% around 1s
    stream syslog unixgram:/dev/log facility local3
    stream prometheus file:/p.prom interval 1min
    user timeprobe:adm
    real-time 50
    lock-memory yes
    control off
    log debug
    """#

  @Test func golden() throws {
    #expect(
      try Self.shown(Self.full) == #"""
        probe           "vm 7"                      # /c:1
        label           site ams1                   # /c:2
        label           text "a \"quoted\" \$x# \\"  # /c:3
        critical        500us                       # /c:4
        warning         123ns                       # /c:5
        against         reference                   # default
        reference       10.0.0.1 name gps1 interval 250ms timeout 1s port 1123 \
                        interface eth1 rate-agreed hwtimestamp
                        # /c:6; default: interval timeout
        reference       ntp.example.net name ntp.example.net interval 8s timeout 300ms \
                        port 123 source fd00::7 ipv6
                        # /c:7; default: port
        watch           10ms                        # /c:8
        drift-tolerance 0.001500ppm                 # /c:9
        rate-window     5min                        # default
        window          1s                          # /c:10
        spool           /srv/spool size 64MB age 1h  # /c:11; default: size
        stream          jsonl tcp://[fd00::9]:9000 records windows,events around 5s \
                        from gps1 name "to vector"
                        # /c:12; default: records
        stream          csv file:/var/log/x.csv records samples every 10 \
                        rotate 64MiB,1d keep 7
                        # /c:13; default: records keep
        stream          rawstats file:/var/log/%Y/%m/rawstats.%d%% around 1s  # /c:14
        stream          syslog unixgram:/dev/log records windows,events facility local3
                        # /c:15; default: records
        stream          prometheus file:/p.prom interval 1min  # /c:16
        user            timeprobe:adm               # /c:17
        real-time       50                          # /c:18
        lock-memory     yes                         # /c:19
        control         off                         # /c:20
        log             debug                       # /c:21

        # Queries a second to each reference, 76 bytes with IPv4, and as many replies
        #   gps1                                    4
        #   ntp.example.net                         0.125
        #   all                                     4.125
        # Bytes a day to each stream
        #   to vector                               80.4 MB, and 34 kB an event
        #   csv file:/var/log/x.csv                 3.2 MB
        #   rawstats file:/var/log/%Y/%m/rawstats.%d%%
        #                                           0 B; 1.3 kB an event
        #   syslog unixgram:/dev/log                176.3 MB, and 380 B an event
        #   prometheus file:/p.prom                 15.6 MB, written in place
        # Wake-ups a second, at most
        #   this guest                              108.25

        """#)
  }

  @Test func whatIsShownSaysTheSameAgain() throws {
    for text in [Self.full, "", "reference a", "reference a\nstream off", "stream jsonl stdout"] {
      let shown = try Self.shown(text)
      var again = ConfigurationFixture()
      again.request.settings = [Array(shown.utf8)]
      let twice = Self.text(try #require(again.settings, "\(again.problems)"))
      #expect(Self.directives(shown) == Self.directives(twice))
      for line in shown.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  static func directives(_ text: String) -> [[[UInt8]]] {
    var scanner = ConfigurationScanner(Array(text.utf8), variable: { _ in Array("vm7".utf8) })
    var lines: [[[UInt8]]] = []
    while let words = scanner.next() { lines.append(words.map { $0.bytes }) }
    return lines
  }

  @Test func asOneObject() throws {
    var text = ByteWriter()
    text.json(try #require(ConfigurationFixture(Self.full).settings))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any], "\(text.bytes)")
    #expect(object["kind"] as? String == "configuration" && object["configured"] as? Bool == true)
    let critical = try #require(object["critical_ns"] as? [String: Any])
    #expect(critical["value"] as? Int == 500_000 && critical["from"] as? String == "/c:4")
    let references = try #require(object["references"] as? [[String: Any]])
    #expect(references.map { $0["name"] as? String } == ["gps1", "ntp.example.net"])
    #expect(references.map { $0["queries_milli"] as? Int } == [4000, 125])
    #expect(references[0]["given"] as? [String] == ["name", "interface", "rate-agreed", "hwtimestamp"])
    let streams = try #require(object["streams"] as? [[String: Any]])
    #expect(streams.map { $0["format"] as? String } == ["jsonl", "csv", "rawstats", "syslog", "prometheus"])
    #expect(streams[2]["destination"] as? String == "file:/var/log/%Y/%m/rawstats.%d%%")
    #expect(streams[1]["rotate_size"] as? Int == 1 << 26 && streams[1]["keep"] as? Int == 7)
    #expect((object["labels"] as? [[String: Any]])?[1]["value"] as? String == "a \"quoted\" $x# \\")
    let off = try #require(object["control"] as? [String: Any])
    #expect(off["value"] as? String == "off")
    text.removeAll()
    text.json(try #require(ConfigurationFixture().settings))
    let bare = try #require(try JSONSerialization.jsonObject(with: Data(text.bytes)) as? [String: Any])
    #expect(bare["configured"] as? Bool == false && (bare["references"] as? [Any])?.isEmpty == true)
  }

  /// As shipped it says nothing; with all comments taken off it is valid, and what is called a default is one.
  @Test func theConffile() throws {
    let shipped = try Self.repository("packaging/timeprobe.conf")
    #expect(Self.directives(shipped).isEmpty)
    for line in shipped.split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    var isExample = false
    var (all, defaults) = ("", "")
    for line in shipped.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { isExample = false }
      if line.contains("xample") { isExample = true }
      guard line.hasPrefix("#"), !line.hasPrefix("# "), line.count > 1 else { continue }
      all += line.dropFirst() + "\n"
      if !isExample { defaults += line.dropFirst() + "\n" }
    }
    var fixture = ConfigurationFixture(all)
    fixture.variables["HOSTNAME"] = "vm7"
    let settings = try #require(fixture.settings, "\(fixture.problems)")
    let given = Set(Self.directives(all).map { $0[0] })
    for directive in Directive.allCases where directive != .include {
      #expect(given.contains(Array(directive.name.bytes)), "\(directive)")
    }
    #expect(Set(settings.streams.map { $0.value.format }).count == StreamFormat.allCases.count)
    fixture.files["/c"] = defaults
    let standard = Self.text(try #require(fixture.settings, "\(fixture.problems)"))
    #expect(Self.directives(standard) == Self.directives(try Self.shown("")))
  }

  /// docs/operating.md tells each directive, each option, each default and each range.
  @Test func thePage() throws {
    let page = try Self.repository("docs/operating.md")
    let section = try #require(
      page.range(of: "<a name=\"configuration\"></a>").map { page[$0.upperBound...] })
    for directive in Directive.allCases {
      #expect(section.contains("| `\(directive.name.text)"), "\(directive.name.text)")
      for option in directive.options {
        #expect(
          section.contains("| `\(option.name.text)") || section.contains("`\(option.name.text)`")
            || section.contains("[\(option.name.text) "))
      }
    }
    let ranges: [ClosedRange<Nanoseconds>] = [
      ServiceLimits.interval, ServiceLimits.timeout, ServiceLimits.critical, ServiceLimits.watch,
      ServiceLimits.rateWindow, ServiceLimits.around, ServiceLimits.refresh,
    ]
    for range in ranges {
      #expect(section.contains("\(range.lowerBound.exactText) to \(range.upperBound.exactText)"), "\(range)")
    }
    for facility in Facility.names { #expect(section.contains(facility.text)) }
  }

  /// The sizing table of the page, from the same estimate that `--check-config` shows.
  @Test func theSizingTable() throws {
    let page = try Self.repository("docs/operating.md")
    func load(_ interval: String, _ stream: String) throws -> LoadShare {
      let text = "reference 10.0.0.1 interval \(interval)\nreference 10.0.0.2 interval \(interval)\n\(stream)"
      return LoadShare(try #require(ConfigurationFixture(text).settings))
    }
    func text(_ write: (inout ByteWriter) -> Void) -> String {
      var text = ByteWriter()
      write(&text)
      return String(decoding: text.bytes, as: UTF8.self)
    }
    let intervals = ["250ms", "1s", "8s"]
    for guests: Int64 in [1, 50, 1000, 20_000] {
      var row = "| \(guests) |"
      for interval in intervals {
        let rate = try load(interval, "stream off").references[0].queries * guests
        row += " " + text { $0.append(rate: rate) } + " |"
      }
      for stream in ["records windows,events", "records events around 5s", "records samples,windows,events"] {
        let bytes = try load("250ms", "stream jsonl tcp://a:1 " + stream)
        guard !stream.contains("around") else {
          row += " " + text { $0.append(bytes: bytes.streams[0].bytesPerEvent * guests) } + " |"
          continue
        }
        row += " " + text { $0.append(bytes: bytes.streams[0].bytesPerDay * guests) } + " |"
      }
      let wakeups = try load("250ms", "stream off").wakeups * guests
      row += " " + text { $0.append(rate: wakeups) } + " |"
      #expect(page.contains(row), "\(row)")
    }
  }
}
