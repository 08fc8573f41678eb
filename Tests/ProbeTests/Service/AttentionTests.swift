import Testing

@testable import Probe

@Suite struct AttentionTests {
  private var reply: Ready { Ready(data: 1) }

  @Test func aReplyIsWaitedForAlone() {
    var attention = Attention()
    let wanted = attention.wanted(hasSent: true, hasOpen: true)
    #expect(wanted == .sockets)
    attention.waited(for: wanted, reply)
    #expect(attention.wanted(hasSent: false, hasOpen: false) == .alarm)
    #expect(attention.wanted(hasSent: true, hasOpen: true) == .sockets)
  }

  /// Otherwise a reference that has gone would hide the alarm for as long as it is asked.
  @Test func inVainOnlyOnce() {
    var attention = Attention()
    attention.waited(for: attention.wanted(hasSent: true, hasOpen: true), .nothing)
    for _ in 0..<3 {
      let wanted = attention.wanted(hasSent: true, hasOpen: true)
      #expect(wanted == .all)
      attention.waited(for: wanted, .nothing)
    }
    attention.waited(for: .all, reply)
    #expect(attention.wanted(hasSent: true, hasOpen: true) == .sockets)
  }

  @Test func anOpenQueryThatIsNotNewHearsAll() {
    var attention = Attention()
    #expect(attention.wanted(hasSent: false, hasOpen: true) == .all)
  }

  @Test func straysAreTakenNowAndThen() {
    var attention = Attention()
    for _ in 0..<3 {
      for _ in 0..<Attention.mostDeaf { #expect(attention.wanted(hasSent: false, hasOpen: false) == .alarm) }
      #expect(attention.wanted(hasSent: false, hasOpen: false) == .all)
    }
  }
}
