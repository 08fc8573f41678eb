import Testing

@testable import Probe

/// Lines that are refused: the column, and the words that say why.
@Suite struct ConfigurationProblemTests {
  static let directives =
    "Known are probe label critical warning against reference watch drift-tolerance rate-window window spool stream"
    + " user real-time lock-memory control log include limit"
  static let referenceOptions =
    "nown are name interval timeout port interface source rate-agreed hwtimestamp ipv4 ipv6"
  static let streamOptions = "nown are records every around from name rotate keep facility interval"

  static let lines: [(String, [String])] = [
    ("crtical 500us", ["1: 'crtical' is no directive; did you mean 'critical'? \(directives)"]),
    ("  xyzzy", ["3: 'xyzzy' is no directive; k\(directives.dropFirst())"]),
    ("Critical 1ms", ["1: 'Critical' is no directive; did you mean 'critical'? \(directives)"]),
    ("critical", ["1: 'critical' needs a TIME after it"]),
    ("critical 500", ["10: '500' has no unit; write 500ms or 500s"]),
    ("critical 5m", ["10: '5m' may be minutes or milliseconds; write 5min or 5ms"]),
    ("critical 2h", ["10: '2h' is outside 1us to 1h"]),
    ("critical fast", ["10: 'fast' is no duration; write 8ms or 1s"]),
    ("critical 1ms 2ms", ["14: '2ms' is too much; critical takes TIME"]),
    ("limit 999ns", ["7: '999ns' is outside 1us to 1h"]),
    ("warning 2ms", ["1: warning 2ms is past critical 1ms"]),
    ("warning 0s", ["9: '0s' is outside 1ns to 1h"]),
    ("probe", ["1: 'probe' needs a NAME after it"]),
    ("probe ''", ["7: '' is not 1 to 255 bytes long"]),
    ("probe a b", ["9: 'b' is too much; probe takes NAME"]),
    ("label site", ["7: 'site' needs a VALUE after it"]),
    (
      "label 9x y",
      ["7: '9x' is no label's key; write letters, digits and _, at most 64, no digit first and no __"]
    ),
    (
      "label __a y",
      ["7: '__a' is no label's key; write letters, digits and _, at most 64, no digit first and no __"]
    ),
    ("label probe y", ["7: 'probe' is a key of every record already"]),
    ("label a b c", ["11: 'c' is too much; label takes KEY VALUE"]),
    ("against gps", ["9: 'gps' is not known; known are reference utc"]),
    ("watch 999us", ["7: '999us' is outside 1ms to 1s"]),
    ("drift-tolerance 1", ["17: '1' has no unit; write 1ppm or 1ppb"]),
    ("drift-tolerance 0.5ppb", ["17: '0.5ppb' is outside 1ppb to 500ppm"]),
    ("drift-tolerance -1ppm", ["17: '-1ppm' is outside 1ppb to 500ppm"]),
    ("drift-tolerance 99999999999999ppm", ["17: '99999999999999ppm' is outside 1ppb to 500ppm"]),
    ("rate-window 9s", ["13: '9s' is outside 10s to 1h"]),
    ("window 1h", ["8: '1h' is not known; did you mean '1s'? Known are 1s 1min"]),
    ("window 1s,1s", ["8: '1s' was given twice"]),
    ("window 1s,", ["8: '1s,' has nothing between two commas; write ONE,OTHER without spaces"]),
    ("spool", ["1: 'spool' needs a FOLDER after it"]),
    ("spool var", ["7: 'var' is no absolute path; write /FOLDER/NAME"]),
    (
      "spool /x size 64 age 7",
      ["15: '64' has no unit; write 64MB or 64MiB", "22: '7' has no unit; write 7ms or 7s"]
    ),
    ("spool /x size 64M", ["15: '64M' has an unknown unit; known are B kB KiB MB MiB GB GiB TB TiB"]),
    ("spool /x size 1kB", ["15: '1kB' is outside 1MB to 1TB"]),
    ("spool /x size 0.0000001MB", ["15: '0.0000001MB' is not a whole number of bytes"]),
    ("spool /x size 99999999999TiB", ["15: '99999999999TiB' is outside 1MB to 1TB"]),
    ("spool /x size x", ["15: 'x' is no size; write 64MB or 1GiB"]),
    ("spool /x age 1s", ["14: '1s' is outside 1min to 87600h"]),
    ("spool /x szie 1GB", ["10: 'szie' is no option of spool; did you mean 'size'? Known are size age"]),
    ("spool /x size", ["10: 'size' needs a SIZE after it"]),
    ("spool /x size 1GB size 2GB", ["19: 'size' was given twice"]),
    ("spool off size 1GB", ["7: 'off' is no absolute path; write /FOLDER/NAME"]),
    ("user a:b:c", ["6: 'a:b:c' is no user; write NAME or NAME:GROUP"]),
    ("user :adm", ["6: ':adm' is no user; write NAME or NAME:GROUP"]),
    ("real-time 100", ["11: '100' is outside 1 to 99"]),
    ("real-time high", ["11: 'high' is no whole number"]),
    ("lock-memory true", ["13: 'true' is not known; known are yes no"]),
    ("control run", ["9: 'run' is no absolute path; write /FOLDER/NAME"]),
    (
      "control /\(String(repeating: "x", count: 107))",
      ["9: '/\(String(repeating: "x", count: 59))...' has a path longer than 107 bytes"]
    ),
    (
      "log warn",
      ["5: 'warn' is not known; did you mean 'warning'? Known are error warning notice info debug"]
    ),
    ("include", ["1: 'include' needs a PATH after it"]),
    ("include /nope", ["9: '/nope' does not exist"]),
    ("include /*/x", ["9: '/*/x' has a * elsewhere than in a last part *.conf"]),
    ("reference", ["1: 'reference' needs an ADDRESS after it"]),
    ("reference 10.0.0.256", ["11: '10.0.0.256' is no IPv4 address; write four numbers of 0 to 255"]),
    ("reference a:0", ["11: 'a:0' has a port outside 1 to 65535"]),
    ("reference ntp://a", ["11: 'ntp://a' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT"]),
    (
      "reference a intervall 250ms name x",
      ["13: 'intervall' is no option of reference; did you mean 'interval'? K\(referenceOptions)"]
    ),
    ("reference a eth1", ["13: 'eth1' is no option of reference; k\(referenceOptions)"]),
    ("reference a interval 999us", ["22: '999us' is outside 1ms to 1h"]),
    ("reference a timeout 61s", ["21: '61s' is outside 1ms to 1min"]),
    ("reference a port 65536", ["18: '65536' is outside 1 to 65535"]),
    ("reference a:1 port 2", ["15: 'a:1' has a port already"]),
    ("reference a interface eth0/1", ["23: 'eth0/1' is no interface's name"]),
    ("reference a source eth0", ["20: 'eth0' is no IPv4 or IPv6 address"]),
    ("reference 10.0.0.1 source ::1", ["20: '::1' cannot be the source towards an IPv4 address"]),
    ("reference 10.0.0.1 ipv6", ["20: '10.0.0.1' is an IPv4 address"]),
    ("reference a ipv4 ipv6", ["18: ipv4 and ipv6 exclude each other"]),
    ("reference a ipv6 source 10.0.0.1", ["18: '10.0.0.1' cannot be the source towards an IPv6 address"]),
    ("reference a name", ["13: 'name' needs a NAME after it"]),
    ("reference a name ''", ["18: '' is not 1 to 255 bytes long"]),
    (
      "reference a:x intervall 1s",
      [
        "11: 'a:x' is no reference; write NAME, ADDRESS, ADDRESS:PORT or [V6]:PORT",
        "15: 'intervall' is no option of reference; did you mean 'interval'? K\(referenceOptions)",
      ]
    ),
    ("stream", ["1: 'stream' needs a FORMAT after it"]),
    ("stream jsonl", ["8: 'jsonl' needs a DESTINATION after it"]),
    (
      "stream jsnol tcp://a",
      [
        "8: 'jsnol' is not known; did you mean 'jsonl'? Known are jsonl influx rawstats csv syslog prometheus",
        "14: 'tcp://a' needs a port: HOST:PORT or [V6]:PORT",
      ]
    ),
    (
      "stream jsonl http://a",
      [
        "14: 'http://a' is no destination; known are stdout file:/PATH unix:/PATH unixgram:/PATH udp://HOST:PORT"
          + " tcp://HOST:PORT"
      ]
    ),
    ("stream jsonl file:a", ["14: 'file:a' is no absolute path; write /FOLDER/NAME"]),
    ("stream jsonl file:/a/", ["14: 'file:/a/' is a folder; a file's name is needed"]),
    ("stream jsonl file:/a%", ["14: 'file:/a%' has '%'; known are %Y %m %d %H %M %S %j, and %% for %"]),
    ("stream csv file:/a%Q", ["12: 'file:/a%Q' has '%Q'; known are %Y %m %d %H %M %S %j, and %% for %"]),
    ("stream jsonl udp://a:0", ["14: 'udp://a:0' has a port outside 1 to 65535"]),
    ("stream jsonl tcp://a:b:1", ["14: 'tcp://a:b:1' is not of the form HOST:PORT or [V6]:PORT"]),
    (
      "stream jsonl stdout records sampels",
      [
        "29: 'sampels' is not known; did you mean 'samples'? Known are samples windows events"
      ]
    ),
    (
      "stream jsonl stdout xyz 5 every 2 records samples",
      ["21: 'xyz' is no option of stream; k\(streamOptions)"]
    ),
    ("stream jsonl stdout every 0", ["27: '0' is outside 1 to 1000000"]),
    (
      "stream jsonl stdout every 2",
      ["21: 'every': every thins samples, and none are asked for: add records samples"]
    ),
    ("stream jsonl stdout around 1h", ["28: '1h' is outside 100ms to 1min"]),
    ("stream jsonl stdout keep 3", ["21: 'keep': only file: is rotated"]),
    ("stream jsonl file:/a keep 3", ["22: 'keep': keep needs rotate"]),
    ("stream jsonl file:/a rotate 1MB,2MB", ["29: '2MB' is a second size"]),
    ("stream jsonl file:/a rotate 1", ["29: '1' has no unit; write 1ms or 1s"]),
    (
      "stream jsonl file:/a%Y rotate 1d",
      ["24: 'rotate': a file with a date in its name begins anew by itself"]
    ),
    ("stream jsonl stdout facility ntp", ["21: 'facility': only syslog has a facility, not jsonl"]),
    (
      "stream jsonl stdout interval 1s",
      ["21: 'interval': only prometheus is written at intervals, not jsonl"]
    ),
    ("stream jsonl stdout from gps1", ["26: from: no reference is named 'gps1'"]),
    (
      "stream syslog stdout",
      ["15: 'stdout' cannot take syslog; it goes to unix:, unixgram:, udp:// or tcp://"]
    ),
    ("stream syslog udp://a:1 records samples", ["25: 'records': syslog has only windows events"]),
    ("stream syslog udp://a:1 around 1s", ["25: 'around': syslog has no samples"]),
    ("stream rawstats file:/a records events", ["25: 'records': rawstats has only samples"]),
    (
      "stream csv udp://a:1",
      [
        "12: 'udp://a:1' cannot take csv: datagrams may be lost or change places, and its lines have no number"
      ]
    ),
    (
      "stream prometheus tcp://a:1",
      ["19: 'tcp://a:1' cannot take prometheus; it goes to file:/PATH.prom alone"]
    ),
    ("stream prometheus file:/a.%Y", ["19: 'file:/a.%Y' has a date; prometheus reads one file"]),
    (
      "stream prometheus file:/a every 2",
      ["27: 'every': prometheus is made of all records; it takes from, name and interval"]
    ),
    ("stream prometheus file:/a rotate 1d", ["27: 'rotate': prometheus writes its file anew"]),
    ("probe ${NOPE}", ["7: 'NOPE' is not set in the environment; ${NAME:-default} gives it a default"]),
    ("probe $HOME", ["7: '$HOME': write ${NAME} for a variable, or '$' in single quotes"]),
    ("probe \"a", ["7: '\"a' has no closing quote"]),
    ("probe a\u{1b}[1m", ["8: '\\x1b' is a control character; only tabs are accepted"]),
  ]

  @Test(arguments: lines) func line(text: String, problems: [String]) {
    #expect(ConfigurationFixture("\n" + text).problems == problems.map { "/c:2:" + $0 })
    // The same on the command line, where the first line is not counted.
    var fixture = ConfigurationFixture()
    fixture.request.settings = [Array("watch 8ms".utf8), Array(text.utf8)]
    let expected = problems.map { "--set 2, column " + $0 }
    #expect(fixture.problems == expected)
    #expect(fixture.problems.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7e).contains($0) } })
  }

  @Test func allOfThemAtOnceInOrder() {
    let text = Self.lines.filter { !$0.0.hasPrefix("warning") && !$0.0.contains("from gps1") }.map { $0.0 }
    let problems = ConfigurationFixture(text.joined(separator: "\n")).problems
    for (index, line) in text.enumerated() {
      #expect(problems.contains { $0.hasPrefix("/c:\(index + 1):") }, "\(line)")
    }
    let places = problems.map { $0.split(separator: ":")[1...2].map { Int($0)! } }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0[0] < $1[0] || $0[0] == $1[0] && $0[1] <= $1[1] })
  }

  @Test(
    arguments: [
      ("critical 1ms\nlimit 2ms", ["/c:2:1: critical was given in line 1 already"]),
      ("label a b\nlabel a c", ["/c:2:1: label 'a' was given in line 1 already"]),
      ("reference a\nreference b name a", ["/c:2:1: a reference named 'a' is there already: /c:1"]),
      (
        "stream jsonl tcp://a:1\nstream jsonl tcp://a:1",
        ["/c:2:1: a stream named 'jsonl tcp://a:1' is there already: /c:1; give it a name"]
      ),
      ("stream jsonl file:/a\nstream csv file:/a", ["/c:2:1: another stream writes there already: /c:1"]),
      ("stream jsonl stdout\nstream csv stdout", ["/c:2:1: another stream writes there already: /c:1"]),
      (
        "reference a\nreference b\nstream jsonl stdout from a,c",
        ["/c:3:26: from: no reference is named 'c'; known are 'a' 'b'"]
      ),
      ("critical 500us\nwarning 501us", ["/c:2:1: warning 501us is past critical 500us"]),
    ] as [(String, [String])])
  func together(text: String, problems: [String]) {
    #expect(ConfigurationFixture(text).problems == problems)
  }

  @Test func aStreamFromAReferenceThatCannotBeReadIsNotTold() {
    let problems = ConfigurationFixture("reference 10.0.0 name gps1\nstream jsonl stdout from gps1").problems
    #expect(problems.count == 1 && problems[0].hasPrefix("/c:1:11:"))
  }

  @Test func atMostSoMany() {
    let references = (0...ServiceLimits.references).map { "reference a\($0)" }
    #expect(
      ConfigurationFixture(references.joined(separator: "\n")).problems == [
        "/c:65:1: at most 64 references can be given"
      ])
    let labels = (0...ServiceLimits.labels).map { "label a\($0) b" }
    #expect(
      ConfigurationFixture(labels.joined(separator: "\n")).problems == [
        "/c:33:1: at most 32 labels can be given"
      ])
    let streams = (0...ServiceLimits.streams).map { "stream csv file:/\($0)" }
    #expect(
      ConfigurationFixture(streams.joined(separator: "\n")).problems == [
        "/c:17:1: at most 16 streams can be given"
      ])
    let many = String(repeating: "x\n", count: 5000)
    #expect(ConfigurationFixture(many).problems.count == ConfigurationReader.mostProblems)
  }
}
