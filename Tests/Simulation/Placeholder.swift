import Testing

@Suite struct PlaceholderSimulation {
  @Test func builds() { #expect(Bool(true)) }
}
