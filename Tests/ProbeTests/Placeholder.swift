import Testing

@Suite struct PlaceholderProbeTests {
  @Test func builds() { #expect(Bool(true)) }
}
