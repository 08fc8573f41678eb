import Testing

@Suite struct PlaceholderLab {
  @Test func builds() { #expect(Bool(true)) }
}
