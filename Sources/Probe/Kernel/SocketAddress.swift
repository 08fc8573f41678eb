import CShim

extension Endpoint {
  /// The shim's layout of this endpoint.
  var shim: tp_endpoint {
    var endpoint = tp_endpoint()
    endpoint.family = address.family == .v4 ? 4 : 6
    endpoint.port = port
    endpoint.scope = address.zone
    withUnsafeMutableBytes(of: &endpoint.address) { (buffer: UnsafeMutableRawBufferPointer) in
      var bytes = MutableSpan<UInt8>(_unsafeBytes: buffer)
      address.write(to: &bytes)
    }
    return endpoint
  }

  /// nil where the kernel gave neither IPv4 nor IPv6.
  init?(_ shim: tp_endpoint) {
    var copy = shim
    let address = withUnsafeBytes(of: &copy.address) { (buffer: UnsafeRawBufferPointer) -> IPAddress? in
      let bytes = Span<UInt8>(_unsafeBytes: buffer)
      switch shim.family {
      case 4: return IPAddress(networkOrder: bytes.extracting(0..<4))
      case 6: return IPAddress(networkOrder: bytes, zone: shim.scope)
      default: return nil
      }
    }
    guard let address else { return nil }
    self.init(address: address, port: shim.port)
  }
}
