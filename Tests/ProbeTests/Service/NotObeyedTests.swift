import Testing

@testable import Probe

@Suite("What is configured and not done yet") struct NotObeyedTests {
  private func words(_ change: (inout ServiceSettings) -> Void) -> [String] {
    var settings = ServiceSettings(probe: Array("vm7".utf8))
    settings.references = [
      Stated(ReferenceSettings(target: ReferenceSetting(name: "a", host: "10.0.0.1", port: 123)))
    ]
    change(&settings)
    return settings.notObeyed.map { "\($0)".components(separator: " ")[0] }
  }

  @Test func isSaid() {
    #expect(words { _ in } == [])
    #expect(words { $0.against = Stated(.utc) } == ["against"])
    #expect(words { $0.driftTolerance = Stated(.partsPerMillion(2)) } == ["drift-tolerance"])
    #expect(words { $0.rateWindow = Stated(.seconds(60)) } == ["rate-window"])
    #expect(words { $0.references[0].value.hardwareStamps = true } == ["hwtimestamp"])
  }
}

extension String {
  fileprivate func components(separator: Character) -> [String] {
    split(separator: separator).map(String.init)
  }
}
