import FoundationEssentials
import JSON

/// What a token allows, as far as it says so: token servers put it into the claim `access` of a JSON Web Token.
///
/// https://distribution.github.io/distribution/spec/auth/jwt/ and RFC 7519
package struct TokenAccess: Hashable, Sendable {
  /// The actions on each repository, by its path.
  private let actions: [String: Set<String>]

  /// Nil if the token is no JSON Web Token with this claim: many registries have tokens that only they can read. Its signature
  /// is not verified, because nothing is allowed by what is read here.
  init?(token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = Self.decoded(parts[1]),
      let node = try? JSONNode(JSONValue(decoding: payload)).required("access"), let entries = try? node.array()
    else { return nil }
    var actions: [String: Set<String>] = [:]
    for entry in entries {
      guard (try? entry.required("type").string()) == "repository", let name = try? entry.required("name").string(),
        let granted = try? entry.required("actions").strings()
      else { continue }
      actions[name, default: []].formUnion(granted)
    }
    self.actions = actions
  }

  /// What the token allows on this repository, in alphabetical order: `pull`, `push`; none if it is not mentioned.
  package func actions(on path: String) -> [String] { actions[path, default: []].sorted() }

  /// base64url without padding (RFC 7515 §2).
  private static func decoded(_ text: Substring) -> [UInt8]? {
    let digits = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
    return Data(base64Encoded: digits + padding).map { Array($0) }
  }
}
