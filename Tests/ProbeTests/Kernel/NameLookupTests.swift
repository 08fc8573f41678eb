import Testing

@testable import Probe

@Suite struct NameLookupTests {
  /// At once: the answer is there before anybody waits, so that even no time at all suffices.
  @Test(arguments: ["127.0.0.1", "::1", "192.0.2.7", "2001:db8::5"])
  func aNumberIsItsOwnAnswer(_ text: String) throws {
    let answers = try NameLookup(text, nil).wait(.zero)
    #expect(answers.count == 1)
    #expect(answers.first.map { Burst.text($0) } == text)
  }

  @Test func aNumberOfTheOtherFamilyIsRefusedInWords() {
    for (text, family, words) in [
      ("::1", IPAddress.Family.v4, "not an IPv4 address"), ("127.0.0.1", .v6, "not an IPv6 address"),
    ] {
      #expect(words == refusal(text, family))
    }
  }

  /// As the resolver says it; nil: there was an answer, or none in time.
  private func refusal(_ text: String, _ family: IPAddress.Family?) -> String? {
    do throws(NameError) {
      let lookup: NameLookup
      do throws(SystemError) { lookup = try NameLookup(text, family) } catch { throw .system(error) }
      _ = try lookup.wait(.seconds(60))
      return nil
    } catch {
      if case .unknown(let words) = error { return words }
      return nil
    }
  }

  @Test(arguments: [nil, .v4] as [IPAddress.Family?])
  func localhostIsLoopback(_ family: IPAddress.Family?) throws {
    let answers = try NameLookup("localhost", family).wait(.seconds(60))
    #expect(!answers.isEmpty)
    #expect(answers.allSatisfy { $0.scope == .loopback && (family == nil || $0.family == family) })
  }

  /// Refused by the resolver itself, without a question to anybody: a label of 64 characters (RFC 1035), an empty one.
  @Test(arguments: [String(repeating: "a", count: 64) + ".invalid", "a..invalid"])
  func anUnknownNameIsRefusedInWords(_ name: String) throws {
    let words = try #require(refusal(name, nil))
    #expect(!words.isEmpty)
  }

  /// The thread is left behind, and the caller goes on.
  @Test func noTimeIsNoAnswer() throws {
    let lookup = try NameLookup("localhost", nil)
    do throws(NameError) {
      #expect(!(try lookup.wait(.zero)).isEmpty)
    } catch {
      guard case .timeout = error else { return fail("\(error)") }
    }
    #expect(!(try lookup.wait(.seconds(60))).isEmpty)
  }
}
