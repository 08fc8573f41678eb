import Testing

@testable import Probe

/// What a hypervisor publishes, and the current clocksource: read on this machine where it has them.
struct GuestPagesTests {
  @Test func `the pvclock page gives the counter's rate, or says why not`() throws {
    let page: PvclockPage
    do throws(SystemError) { page = try PvclockPage() } catch {
      // ENOENT: no such mapping. EFAULT: never used. EINVAL: something else.
      #expect([2, 14, 22].contains(error.code))
      return
    }
    let first = try #require(page.read())
    #expect(first.isPlausible)
    let before = try #require(first.time(at: Counter.read()))
    let after = try #require(first.time(at: Counter.read()))
    #expect(after >= before)
  }

  @Test func `a mapping that cannot be read is an error and no signal`() throws {
    let scratch = try ScratchFolder()
    // The first page of the address space is never mapped.
    let path = try scratch.write("maps", "00001000-00002000 r--p 00000000 00:00 0   [vvar_vclock]\n")
    #expect(throws: SystemError("write", 14)) { try PvclockPage(maps: path) }
  }

  @Test func `a page with another layout is refused`() throws {
    let bytes = [UInt8](repeating: 0x5a, count: 4096)
    try bytes.withUnsafeBytes { buffer in
      let from = UInt(bitPattern: buffer.baseAddress!)
      let scratch = try ScratchFolder()
      let line =
        String(from, radix: 16) + "-" + String(from + 4096, radix: 16) + " r--p 0 0 0 [vvar_vclock]\n"
      let path = try scratch.write("maps", line)
      #expect(throws: SystemError("pvclock", 22)) { try PvclockPage(maps: path) }
    }
  }

  @Test func `no proc, no page`() {
    #expect(throws: SystemError("open", 2)) { try PvclockPage(maps: "/nowhere/maps") }
  }

  @Test func `what is no VMCLOCK page is refused`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("vmclock0", String(repeating: "x", count: 200))
    #expect(throws: SystemError("vmclock", 22)) { try VmclockPage(path: path) }
    #expect(throws: SystemError("open", 2)) { try VmclockPage(path: scratch.path + "/none") }
  }

  @Test func `the clocksource is read again and again from one descriptor`() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("current_clocksource", "kvm-clock\n")
    let file = try ClocksourceFile(path: path)
    #expect(file.read().map { Array($0) } == Array("kvm-clock".utf8))
    _ = try scratch.write("current_clocksource", "tsc\n")
    #expect(file.read().map { Array($0) } == Array("tsc".utf8))
    _ = try scratch.write("current_clocksource", "")
    #expect(file.read() == nil)
  }
}
