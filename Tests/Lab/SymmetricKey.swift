/// A key of NTP's symmetric authentication: the MAC is hash(secret + packet), RFC 5905 section 7.3.
struct SymmetricKey: Sendable {
  enum Hash: String, Sendable {
    case md5 = "MD5"
    case sha1 = "SHA1"
  }

  let id: UInt32
  let hash: Hash
  let secret: String

  var chronyLine: String { "\(id) \(hash.rawValue) ASCII:\(secret)" }
  var ntpsecLine: String { "\(id) \(hash.rawValue) \(secret)" }

  /// Key identifier and digest, to be appended to `packet`. coreutils' md5sum and sha1sum do the arithmetic:
  /// the lab needs no cryptography of its own.
  func mac(of packet: [UInt8]) throws -> [UInt8] {
    let program = hash == .md5 ? "md5sum" : "sha1sum"
    let outcome = try Child.run([program], input: Array(secret.utf8) + packet)
    let hex = Array(outcome.stdout.prefix { $0.isHexDigit })
    let digest = stride(from: 0, to: hex.count - 1, by: 2).compactMap {
      UInt8(String(hex[$0...$0 + 1]), radix: 16)
    }
    return RawQuery.bigEndian(id) + digest
  }
}
