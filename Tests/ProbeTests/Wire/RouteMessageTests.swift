import Testing

@testable import Probe

@Suite("rtnetlink")
struct RouteMessageTests {
  private static let address = IPAddress(v4: 0x0a00_0001)

  /// A reply of type RTN_`type` with these attributes.
  private static func reply(type: UInt8, _ attributes: [(UInt16, [UInt8])], length: Int? = nil) -> [UInt8] {
    var body: [UInt8] = [2, 32, 0, 0, 254, 0, 0, type, 0, 0, 0, 0]
    for (kind, value) in attributes {
      body += native(UInt16(4 + value.count)) + native(kind) + value
      while body.count % 4 != 0 { body.append(0) }
    }
    return native(UInt32(length ?? 16 + body.count)) + native(UInt16(24)) + [UInt8](repeating: 0, count: 10)
      + body
  }

  private static func native<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }

  @Test func theQuestionsLayout() {
    let question = RouteMessage.question(to: Self.address, from: nil, interface: 7)
    #expect(question.count == 44 && question[0] == 44)
    #expect(Array(question[16..<20]) == [2, 32, 0, 0])
    #expect(Array(question[28..<36]) == Self.native(UInt16(8)) + Self.native(UInt16(1)) + [10, 0, 0, 1])
    #expect(
      Array(question[36..<44]) == Self.native(UInt16(8)) + Self.native(UInt16(4)) + Self.native(UInt32(7)))
    let v6 = RouteMessage.question(to: IPAddress(v6: 1, 2), from: IPAddress(v6: 3, 4), interface: 0)
    #expect(v6.count == 28 + 20 + 20 && Array(v6[16..<19]) == [10, 128, 128])
  }

  @Test func answers() {
    let direct = RouteMessage.answer(Self.reply(type: 1, [(4, Self.native(UInt32(3)))]).span)
    #expect(direct?.kind == .direct && direct?.interface == 3 && direct?.gateway == nil)
    let far = RouteMessage.answer(Self.reply(type: 1, [(5, [10, 0, 0, 254])]).span)
    #expect(far?.kind == .gateway && far?.gateway == IPAddress(v4: 0x0a00_00fe))
    let via = RouteMessage.answer(
      Self.reply(type: 1, [(18, [10, 0] + [UInt8](repeating: 0xfe, count: 16))]).span)
    #expect(via?.kind == .gateway && via?.gateway?.family == .v6)
    #expect(RouteMessage.answer(Self.reply(type: 2, []).span)?.kind == .local)
    // Blackhole, unreachable, prohibit; an error message; nothing.
    for type: UInt8 in [6, 7, 8] {
      #expect(RouteMessage.answer(Self.reply(type: type, []).span)?.kind == nil)
    }
    #expect(RouteMessage.answer([UInt8](repeating: 0, count: 36).span)?.kind == nil)
    #expect(RouteMessage.answer([UInt8]().span)?.kind == nil)
  }

  @Test func brokenAnswersEndWithoutATrap() {
    var random = SplitMix(seed: 4)
    let whole = Self.reply(type: 1, [(5, [10, 0, 0, 254]), (4, [1, 0, 0, 0])])
    for _ in 0..<20_000 {
      var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &random)))
      for _ in 0..<3 where !bytes.isEmpty {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if let answer = RouteMessage.answer(bytes.span) {
        #expect(answer.kind != .gateway || answer.gateway != nil)
      }
    }
  }

  @Test func folderEntriesOfAnyBytes() {
    var random = SplitMix(seed: 5)
    for _ in 0..<5000 {
      let count = Int.random(in: 0...80, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...40, using: &random) }
      var names: [[UInt8]] = []
      FolderEntries.append(bytes.span, to: &names, most: 3)
      #expect(names.count <= 3 && names.allSatisfy { !$0.isEmpty && !$0.contains(0) })
    }
  }
}
