import DockerConfig
import FoundationEssentials

/// The value of an `Authorization` field (RFC 9110 §11.6.2).
struct Authorization: Hashable, Sendable {
  enum Scheme: String, Sendable {
    case basic = "Basic"
    case bearer = "Bearer"
  }

  let scheme: Scheme
  /// A token, or the base64 of a user name and a password.
  let credentials: Secret

  /// RFC 7617.
  static func basic(_ username: String, _ password: Secret) -> Authorization {
    let pair = Data("\(username):\(password.revealed)".utf8)
    return Authorization(scheme: .basic, credentials: Secret(pair.base64EncodedString()))
  }

  /// RFC 6750.
  static func bearer(_ token: Secret) -> Authorization { Authorization(scheme: .bearer, credentials: token) }

  /// Reveals the secret: for the field itself only.
  var fieldValue: String { "\(scheme.rawValue) \(credentials.revealed)" }
}
