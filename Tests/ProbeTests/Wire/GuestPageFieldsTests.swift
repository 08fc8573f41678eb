import Testing

@testable import Probe

/// The bytes of the hypervisor's pages.
struct GuestPageFieldsTests {
  /// As read from a KVM guest with a TSC of 2596 MHz.
  static let pvclock: [UInt8] = [
    0x5a, 0, 0, 0, 0, 0, 0, 0, 0xcb, 0xb4, 0xe5, 0xd1, 0, 0, 0, 0, 0xc0, 0xb6, 0xbb, 0x50, 0, 0, 0, 0,
    0x1c, 0x19, 0x38, 0xc5, 0xff, 0x01, 0, 0,
  ]

  static func page(_ bytes: [UInt8]) -> PvclockFields? { PvclockFields(bytes.span) }
  static func clock(_ bytes: [UInt8]) -> VmclockFields? { VmclockFields(bytes.span) }

  @Test func pvclockOfAGuest() throws {
    let fields = try #require(Self.page(Self.pvclock))
    #expect(fields.version == 90 && fields.shift == -1 && fields.flags == PvclockFields.tscStable)
    #expect(fields.isPlausible)
    #expect(abs(try #require(fields.frequency) - 2_596_097_000) < 2000)
    #expect(fields.time(at: fields.tscTimestamp) == Int64(fields.systemTime))
    // A second later, and a second before.
    let second = try #require(fields.time(at: fields.tscTimestamp + 2_596_096_984))
    #expect(abs(second - Int64(fields.systemTime) - 1_000_000_000) < 1000)
    let before = try #require(fields.time(at: fields.tscTimestamp - 2_596_096_984))
    #expect(abs(before - Int64(fields.systemTime) + 1_000_000_000) < 1000)
  }

  @Test func pvclockThatMakesNoSense() throws {
    #expect(Self.page([UInt8](repeating: 0, count: 31)) == nil)
    #expect(try #require(Self.page([UInt8](repeating: 0, count: 32))).isPlausible == false)
    #expect(try #require(Self.page([UInt8](repeating: 0xff, count: 32))).isPlausible == false)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
      let fields = try #require(Self.page(bytes))
      _ = (fields.isPlausible, fields.time(at: UInt64.random(in: 0...UInt64.max, using: &random)))
    }
  }

  static func vmclock(_ edit: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 104)
    func put(_ value: UInt64, _ count: Int, at place: Int) {
      for index in 0..<count { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    }
    put(0x4b4c_4356, 4, at: 0)
    put(4096, 4, at: 4)
    put(1, 2, at: 8)
    bytes[10] = VmclockFields.Counter.tsc
    bytes[11] = VmclockFields.TimeType.tai
    put(4, 4, at: 12)
    put(0xabcd, 8, at: 16)
    put(VmclockFields.Flag.taiOffsetValid, 8, at: 24)
    bytes[34] = 2
    put(37, 2, at: 36)
    // 2 GHz: 2^64 / 2e9 a tick; at tick 1000 it is 1.5 s.
    put(1000, 8, at: 40)
    put(9_223_372_037, 8, at: 48)
    put(1, 8, at: 72)
    put(1 << 63, 8, at: 80)
    edit(&bytes)
    return bytes
  }

  @Test func vmclock() throws {
    let fields = try #require(Self.clock(Self.vmclock()))
    #expect(fields.disruptionMarker == 0xabcd && fields.taiOffset == 37 && fields.isStable)
    #expect(fields.maxError == nil)
    #expect(abs(try #require(fields.frequency) - 2e9) < 1)
    #expect(fields.time(at: 1000) == 1_500_000_000)
    #expect(abs(try #require(fields.time(at: 2_000_001_000)) - 2_500_000_000) <= 1)
    #expect(abs(try #require(fields.time(at: 1000 &- 2_000_000_000)) - 500_000_000) <= 1)
    let shifted = try #require(Self.clock(Self.vmclock { $0[39] = 1 }))
    #expect(abs(try #require(shifted.time(at: 2_000_001_000)) - 2_000_000_000) <= 1)
  }

  @Test func vmclockThatMakesNoSense() throws {
    #expect(Self.clock(Array(Self.vmclock().dropLast())) == nil)
    #expect(Self.clock(Self.vmclock { $0[0] = 0 }) == nil, "magic")
    #expect(Self.clock(Self.vmclock { $0[8] = 2 }) == nil, "version")
    #expect(Self.clock(Self.vmclock { ($0[4], $0[5]) = (50, 0) }) == nil, "size")
    #expect(try #require(Self.clock(Self.vmclock { $0[10] = 0xff })).time(at: 1000) == nil)
    #expect(try #require(Self.clock(Self.vmclock { $0[12] = 5 })).isStable == false)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = Self.vmclock { bytes in
        for index in 10..<104 { bytes[index] = UInt8.random(in: 0...255, using: &random) }
      }
      let fields = try #require(Self.clock(bytes))
      _ = (fields.frequency, fields.time(at: UInt64.random(in: 0...UInt64.max, using: &random)))
    }
  }

  @Test func mappings() {
    func find(_ name: StaticString, _ text: String) -> [UInt64]? {
      MemoryMaps.find(name, in: Array(text.utf8).span).map { [$0.from, $0.to] }
    }
    let text = """
      7f4a8f712000-7f4a8f716000 r--p 00000000 00:00 0                          [vvar]
      7f4a8f716000-7f4a8f718000 r--p 00000000 00:00 0                          [vvar_vclock]
      7f4a8f718000-7f4a8f71a000 r-xp 00000000 00:00 0                          [vdso]
      """
    #expect(find("[vvar]", text) == [0x7f4a_8f71_2000, 0x7f4a_8f71_6000])
    #expect(find("[vvar_vclock]", text) == [0x7f4a_8f71_6000, 0x7f4a_8f71_8000])
    #expect(find("[vdso]", text) == [0x7f4a_8f71_8000, 0x7f4a_8f71_a000])
    #expect(find("[stack]", text) == nil)
    for bad in [
      "", "[vvar]", " [vvar]", "1-2 [vvar", "x-2 [vvar]", "1- [vvar]", "2-1 r [vvar]",
      "12345678901234567-2 [vvar]",
    ] {
      #expect(find("[vvar]", bad) == nil, "\(bad)")
    }
  }

  @Test(
    arguments: [
      ("0", [0]), ("0-3", [0, 1, 2, 3]), ("0-1,4,7-8\n", [0, 1, 4, 7, 8]), ("", nil), ("\n", nil),
      ("3-1", nil),
      ("a", nil), ("0,", nil), ("0-", nil), ("0-99999", nil), ("1234567", nil), ("0 1", nil),
    ] as [(String, [Int]?)])
  func processors(text: String, numbers: [Int]?) {
    #expect(ProcessorText.list(Array(text.utf8).span) == numbers)
  }

  @Test func flags() {
    let text = "processor\t: 0\nflags\t\t: fpu tsc constant_tsc rdtscp nonstop_tscx\nflags\t\t: tsc_adjust\n"
    #expect(ProcessorText.flags(Array(text.utf8).span) == 0b10001)
    #expect(ProcessorText.flags(Array("Features\t: fp\n".utf8).span) == nil)
    #expect(ProcessorText.flags(Array("flags\t\t:".utf8).span) == 0)
  }
}
