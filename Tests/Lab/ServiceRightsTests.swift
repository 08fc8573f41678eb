import Foundation
import Testing

/// What the service may do, as the kernel sees it.
@Suite(.needsRoot, .needs(.setpriv), .needsTimeprobe) struct ServiceRightsTests {
  /// Fields of /proc/PID/status of each thread.
  private func threads(_ service: Service) throws -> [[String: String]] {
    let folder = "/proc/\(service.child.id)/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder).map { id in
      let text = try String(contentsOfFile: "\(folder)/\(id)/status", encoding: .utf8)
      return Dictionary(
        text.split(separator: "\n").compactMap { line in
          let words = line.split(separator: ":", maxSplits: 1)
          return words.count == 2 ? (String(words[0]), words[1].trimmingCharacters(in: .whitespaces)) : nil
        }, uniquingKeysWith: { $1 })
    }
  }

  /// - Parameter bounding: without CAP_SETPCAP that set stays as it was; an exec gains nothing by it (no_new_privs)
  private func expectNoRights(_ service: Service, user: String, bounding: Bool = true) throws {
    let threads = try threads(service)
    #expect(threads.count >= 2)
    for thread in threads {
      for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] + (bounding ? ["CapBnd"] : []) {
        #expect(thread[set] == "0000000000000000", "\(set) of \(thread["Name"] ?? "")")
      }
      #expect(thread["NoNewPrivs"] == "1" && thread["Uid"] == "\(user)\t\(user)\t\(user)\t\(user)")
      if user != "0" { #expect(thread["Groups"] == "") }
    }
  }

  @Test(arguments: ["nobody", "65534:65534"])
  func `started as root it becomes another and keeps nothing`(user: String) throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let out = try OpenFolder()
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "user \(user)",
        "stream jsonl file:\(out.path)/out.jsonl records samples,windows,events",
      ])
      try eventually("samples: \(service.child.stderr)", within: .seconds(20)) { out.count("sample") > 20 }
      try expectNoRights(service, user: "65534")
      let hello = try #require(try out.records().first)
      #expect(hello.object("service")?.int("user") == 65534)
      #expect(hello.object("service")?.fields["capabilities"] == nil)
      // The spool and the control socket are its own.
      for name in ["spool", "control"] {
        let owner =
          try FileManager.default.attributesOfItem(atPath: service.path(name))[.ownerAccountID] as? NSNumber
        #expect(owner?.intValue == 65534, "\(name)")
      }
      #expect(try !FileManager.default.contentsOfDirectory(atPath: service.path("spool")).isEmpty)
      try service.stop()
      ServiceRecords(all: try out.records()).expectWhole()
    }
  }

  @Test func `root that stays root has no rights either`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let service = try Service(["reference \(serve.reference) name a interval 10ms", "stream off"])
      try eventually("it answers", within: .seconds(20)) { (try? service.status()) != nil }
      try expectNoRights(service, user: "0")
    }
  }

  /// CAP_SYS_TIME given on purpose, so that it would hold beyond an exec: clock_settime(2) asks for it in the effective set.
  @Test func `the right to set the clock is given up even where it was given`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let binary = try PublicBinary()
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "stream off", "control off", "spool off",
      ]) {
        [
          "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps",
          "+sys_time,+net_admin",
        ]
          + ["--ambient-caps", "+sys_time,+net_admin", binary.path] + $0.dropFirst()
      }
      try service.waitForLog("is asked at")
      try expectNoRights(service, user: "65534", bounding: false)
    }
  }

  @Test func `started without any right it measures as well, and says what is missing`() throws {
    let serve = try Serve()
    try ClockTurn.measuring {
      let binary = try PublicBinary()
      let out = try OpenFolder()
      let service = try Service([
        "reference \(serve.reference) name a interval 10ms", "real-time 10", "lock-memory yes",
        "spool \(out.path)/spool", "control \(out.path)/control",
        "stream jsonl file:\(out.path)/out.jsonl records samples,windows,events",
      ]) { binary.asNobody(Array($0.dropFirst())) }
      try eventually("samples: \(service.child.stderr)", within: .seconds(20)) {
        guard service.child.isRunning else { throw LabFailure("ended: \(service.child.stderr)") }
        return out.count("sample") > 20
      }
      try expectNoRights(service, user: "65534")
      #expect(
        service.child.stderr.contains("real-time priority") && service.child.stderr.contains("LimitRTPRIO"))
      try service.stop()
      ServiceRecords(all: try out.records()).expectWhole()
    }
  }

  /// Where everybody may write.
  private final class OpenFolder {
    let url: URL
    var path: String { url.path }

    init() throws {
      url = try Scratch.makeFolder()
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: url.path)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func records() throws -> [JSONObject] {
      try Timeprobe.parse(lines: Service.wholeLines(url.appendingPathComponent("out.jsonl").path))
    }

    func count(_ kind: String) -> Int { (try? records().count { $0.kind == kind }) ?? 0 }
  }
}
