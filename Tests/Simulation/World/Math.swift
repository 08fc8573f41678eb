import Foundation

/// The two functions of libm that chance needs; Foundation is imported here only.
enum Math {
  static func log(_ x: Double) -> Double { Foundation.log(x) }
  static func power(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
}
