/// What a configuration is read from.
public struct ConfigurationWorld {
  public var files: FileWorld
  /// Of the environment.
  public var variable: ([UInt8]) -> [UInt8]?
  /// This host's name.
  public var host: [UInt8]

  public init(files: FileWorld, variable: @escaping ([UInt8]) -> [UInt8]?, host: [UInt8]) {
    self.files = files
    self.variable = variable
    self.host = host
  }
}

extension ConfigurationWorld {
  /// This system's.
  public static func system() -> ConfigurationWorld {
    let host = Array(Host.name.utf8)
    return ConfigurationWorld(
      files: .system(),
      variable: { name in
        if let value = Host.variable(name) { return value }
        // Shells have it and do not export it.
        return name.elementsEqual("HOSTNAME".utf8) ? host : nil
      },
      host: host)
  }
}
