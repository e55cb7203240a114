import FoundationEssentials
import HTTP
import JSON

/// One member of `auths` in config.json: a registry's credential as docker stores it without a helper.
struct AuthEntry: Hashable, Sendable {
  let credential: Credential

  /// - Throws: `SettingsError`, which names the file and the member, never the value.
  init(_ node: JSONNode, file: String) throws(SettingsError) {
    let (auth, username, password, identity, registry): (JSONNode?, String?, String?, String?, String?)
    do {
      auth = try node.optional("auth")
      (username, password) = (try node.text("username"), try node.text("password"))
      (identity, registry) = (try node.text("identitytoken"), try node.text("registrytoken"))
    } catch { throw SettingsError(path: file, reason: .json(error)) }
    // It is sent unchanged. A line break at its end is a frequent mistake, and would begin another field.
    if let registry, !FieldSyntax.isValue(registry) {
      let problem = "contains line breaks or other control characters"
      throw SettingsError(path: file, reason: .credential(path: "\(node.path).registrytoken", problem: problem))
    }
    if let registry {
      credential = .registryToken(Secret(registry))
    } else if let identity {
      credential = .identityToken(Secret(identity))
    } else if let auth, let decoded = try Self.decode(auth, file: file) {
      credential = decoded
    } else if let username {
      credential = .basic(username: username, password: Secret(password ?? ""))
    } else {
      credential = .anonymous
    }
  }

  /// `auth` is base64 of `USERNAME:PASSWORD`; only the first colon separates. As for docker, nil if both are empty.
  static func decode(_ node: JSONNode, file: String) throws(SettingsError) -> Credential? {
    let text: String
    do { text = try node.string() } catch { throw SettingsError(path: file, reason: .json(error)) }
    func wrong(_ problem: String) -> SettingsError {
      SettingsError(path: file, reason: .credential(path: node.path, problem: problem))
    }
    // Go's decoder ignores line breaks, which `base64` writes after every 76 characters.
    let digits = text.utf8.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    if digits.isEmpty { return nil }
    let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - digits.count % 4) % 4)
    guard let data = Data(base64Encoded: Data(digits + padding)) else { throw wrong("is not base64") }
    // Scalars: a password may begin with a combining character, and Swift takes it and the colon for one.
    guard let decoded = String(bytes: data, encoding: .utf8)?.unicodeScalars else {
      throw wrong("contains a user name or a password that is not UTF-8")
    }
    guard let colon = decoded.firstIndex(of: ":") else {
      throw wrong("is not base64 of USERNAME:PASSWORD")
    }
    // docker once padded passwords with zero bytes, and still removes them.
    let password = decoded[decoded.index(after: colon)...].drop { $0 == "\0" }
    let trimmed = String(String.UnicodeScalarView(password.reversed().drop { $0 == "\0" }.reversed()))
    let username = String(decoded[..<colon])
    return username.isEmpty && trimmed.isEmpty ? nil : .basic(username: username, password: Secret(trimmed))
  }
}

extension JSONNode {
  fileprivate func text(_ name: String) throws(JSONError) -> String? {
    let text = try optional(name)?.string()
    return text?.isEmpty == true ? nil : text
  }
}
