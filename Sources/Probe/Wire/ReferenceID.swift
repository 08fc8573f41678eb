public struct ReferenceID: Hashable, Sendable {
  public var bits: UInt32
  public init(bits: UInt32) { self.bits = bits }
  public func append(to text: inout [UInt8], stratum: UInt8) {}
}
