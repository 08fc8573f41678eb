/// The one place that the version comes from.
public enum Version {
  public static let text: StaticString = "0.1.0"
}
