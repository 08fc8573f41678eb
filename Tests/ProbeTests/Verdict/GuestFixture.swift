import Foundation

@testable import Probe

/// A copy of the files that tell of a guest, below a folder of its own.
final class GuestFixture {
  let folder: ScratchFolder
  /// The names of leaf 0x40000000 and 0x40000100; empty: no hypervisor bit; nil: no CPUID.
  var signatures: [String]? = []
  var clock = ClockStatus.bits(0x40)
  var variables: [String: String] = [:]
  var allowed: Int? = 2

  /// A system that nothing is known of: an empty root.
  init() throws { folder = try ScratchFolder() }

  /// /proc and /sys of a process in the kernel's first namespaces, or in others.
  static func system(first: Bool = true) throws -> GuestFixture {
    let fixture = try GuestFixture()
    try fixture.file("proc/self/stat", "100 (timeprobe) R 1")
    try fixture.file("proc/self/schedstat", "1 2 3\n")
    try fixture.file("proc/1/comm", "systemd\n")
    try fixture.file("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n")
    try fixture.file("sys/devices/system/cpu/online", "0-3\n")
    try fixture.file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n")
    try fixture.file("sys/class/net/empty", "")
    try fixture.link("proc/self/ns/pid", first ? "pid:[4026531836]" : "pid:[4026532999]")
    try fixture.link("proc/self/ns/time", "time:[4026531834]")
    return fixture
  }

  func file(_ path: String, _ text: String) throws { _ = try folder.write(path, text) }

  func link(_ path: String, _ target: String) throws {
    try file(path + ".made", "")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/" + path, withDestinationPath: target)
    try FileManager.default.removeItem(atPath: folder.path + "/" + path + ".made")
  }

  func dmi(_ fields: [String: String]) throws {
    for (field, value) in fields { try file("sys/class/dmi/id/\(field)", value + "\n") }
  }

  func process(
    _ pid: Int, _ comm: String, _ command: [String], parent: Int = 1, rights: String = "000001ffffffffff",
    map: String = "         0          0 4294967295\n"
  ) throws {
    try file("proc/\(pid)/comm", comm + "\n")
    try file("proc/\(pid)/cmdline", command.map { $0 + "\0" }.joined())
    try file("proc/\(pid)/status", "Name:\t\(comm)\nPPid:\t\(parent)\nCapEff:\t\(rights)\n")
    try file("proc/\(pid)/uid_map", map)
  }

  func mounts(_ lines: [String]) throws {
    let numbered = lines.enumerated().map { "\($0.offset + 30) 1 0:\($0.offset) \($0.element)\n" }
    try file("proc/self/mountinfo", numbered.joined())
  }

  var world: GuestWorld {
    let (signatures, allowed, clock, variables) = (signatures, allowed, clock, variables)
    return GuestWorld(
      files: .system(root: Array(folder.path.utf8)),
      cpuid: { leaf in
        guard let signatures else { return nil }
        switch leaf {
        case 1: return CPUIDRegisters(eax: 0, ebx: 0, ecx: signatures.isEmpty ? 0 : 1 << 31, edx: 0)
        case 0x4000_0000: return Self.registers(signatures.first ?? "")
        case 0x4000_0100: return Self.registers(signatures.dropFirst().first ?? "")
        default: return Self.registers("")
        }
      },
      allowed: { allowed }, clockStatus: { clock },
      variable: { name in variables[String(decoding: name.ascii, as: UTF8.self)].map { Array($0.utf8) } })
  }

  private static func registers(_ text: String) -> CPUIDRegisters {
    let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 12)
    func word(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
    }
    return CPUIDRegisters(eax: 0x4000_0001, ebx: word(0), ecx: word(4), edx: word(8))
  }

  func survey() -> Guest { Guest.survey(world) }
}

extension Guest {
  /// "docker+kubernetes on kvm/ec2": all words of both layers.
  var place: String {
    func text(_ word: StaticString?, _ before: String) -> String {
      word.map { before + String(decoding: $0.ascii, as: UTF8.self) } ?? ""
    }
    return text(container.name, "") + text(orchestrator, "+") + " on " + text(machine.name, "")
      + text(machineMode, " ") + text(platform, "/")
  }

  func word(_ program: Steerer) -> String {
    "\(String(decoding: program.name.ascii, as: UTF8.self)) \(program.role)"
  }
}
