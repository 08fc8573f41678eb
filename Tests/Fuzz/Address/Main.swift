import FuzzDriver
import Probe

/// Text as from an argument or a configuration file: addresses and endpoints.
@main
enum FuzzAddress {
  static func main() {
    let status = fuzz { text in
      if let address = IPAddress.parse(text) {
        var written: [UInt8] = []
        address.append(to: &written)
        require(written.count <= 39 && IPAddress.parse(written.span) == address)
        require(Endpoint.parse(text) == Endpoint(address: address))
      }
      if let endpoint = Endpoint.parse(text) {
        var written: [UInt8] = []
        endpoint.append(to: &written)
        require(endpoint.port > 0 && Endpoint.parse(written.span) == endpoint)
        require(IPAddress.parse(written.span) == nil)
      }
    }
    require(status == 0)
  }
}
