import Foundation
import Testing

@testable import Probe

@Suite("This system's own files and links")
struct SystemGuestTests {
  @Test func aFifoDoesNotBlockAndAFolderIsNoFile() throws {
    let folder = try ScratchFolder()
    #expect(mkfifo(folder.path + "/fifo", 0o600) == 0)
    let files = FileWorld.system(root: Array(folder.path.utf8))
    #expect(files.read(Array("/fifo".utf8), 100) == .bytes([]))
    #expect(files.read(Array("/".utf8), 100) == .absent)
    #expect(files.read(Array("/nothing".utf8), 100) == .absent)
    #expect(files.list(Array("/nothing".utf8), 10) == nil)
  }

  @Test func readsNoFurtherThanAsked() throws {
    let folder = try ScratchFolder()
    _ = try folder.write("long", String(repeating: "x", count: 200_000))
    let files = FileWorld.system(root: Array(folder.path.utf8))
    for most in [1, 4096, 65536] {
      #expect(files.read(Array("/long".utf8), most) == .bytes([UInt8](repeating: 0x78, count: most)))
    }
  }

  @Test func listsFoldersWholeOrAsFarAsAsked() throws {
    let folder = try ScratchFolder()
    for number in 0..<3000 { _ = try folder.write("d/name\(number)", "") }
    let files = FileWorld.system(root: Array(folder.path.utf8))
    let names = try #require(files.list(Array("/d".utf8), 32768))
    #expect(Set(names).count == 3000)
    #expect(files.list(Array("/d".utf8), 10)?.count == 10)
  }

  @Test func thisProcessIsSeen() throws {
    let guest = Guest.survey(.system())
    #expect((guest.processors.allowed ?? 0) >= 1)
    #expect((guest.processors.online ?? 0) >= (guest.processors.allowed ?? 0))
    #expect(guest.container != .unknown && guest.steering.view != .none)
    #if arch(x86_64)
      #expect(guest.machine != .unknown && !guest.machineEvidence.isEmpty)
    #endif
  }

  @Test func theWayToLoopback() {
    let link = LinkFacts.of(IPAddress(v4: 0x7f00_0001), interface: "lo", isBound: false, source: nil)
    #expect(link.route == .local && link.gateway.isEmpty)
    #expect(link.stamping.map { $0.flags & 10 } == 10)
    let nowhere = LinkFacts.of(
      IPAddress(v4: 0x7f00_0001), interface: "no/such\0../..", isBound: true, source: nil)
    #expect(nowhere.driver.isEmpty && nowhere.stamping?.flags == nil)
  }
}
