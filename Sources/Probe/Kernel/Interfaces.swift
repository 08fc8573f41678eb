import CShim

public enum Interfaces {
  /// The interface that holds an address; nil where none does or the kernel does not tell.
  public static func name(of address: IPAddress) -> String? {
    var local = Endpoint(address: address, port: 0).shim
    return read { tp_interface_of(&local, $0) }
  }

  /// The interface's name by its number, the zone of an IPv6 address.
  public static func name(index: UInt32) -> String? { read { tp_interface_name(index, $0) } }

  private static func read(_ call: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
    var buffer = [CChar](repeating: 0, count: 16)
    let result = buffer.withUnsafeMutableBufferPointer { call($0.baseAddress!) }
    guard result >= 0, buffer[0] != 0 else { return nil }
    return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }
}
