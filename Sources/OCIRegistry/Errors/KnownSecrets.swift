import FoundationEssentials
import HTTP
import Synchronization

/// The secrets of one run. A server may repeat what it was sent, so everything that is printed loses them first, in one
/// place, after the text is made.
///
/// What was never sent is not in the hands of a server, so the secrets are learned from the requests themselves. Those of
/// a proxy are added when the proxy is used.
package final class KnownSecrets: Sendable {
  private let known = Mutex<Set<String>>([])

  /// In characters. A shorter secret could be a part of any name, and would make messages unreadable.
  static let leastLength = 6
  /// In characters. A user name of this length may be an access token, which some registries accept as the name as well.
  static let leastTokenLength = 24

  package init() {}

  /// Adds the user name, if it is as long as a token, and the password, in the forms in which they are sent.
  package func add(username: String, password: String) {
    add(Data("\(username):\(password)".utf8).base64EncodedString())
    add(password)
    if username.count >= Self.leastTokenLength { add(username) }
  }

  package func add(_ proxy: Proxy?) {
    guard let credential = proxy?.credential else { return }
    add(username: credential.username, password: credential.password)
  }

  func add(_ secret: String) {
    guard secret.count >= Self.leastLength else { return }
    known.withLock { known in
      guard known.insert(secret).inserted else { return }
      known.insert(secret.percentEncoded)
    }
  }

  /// The text with `***` in place of every secret, also of a part of one where the text was cut (`…`).
  package func redacting(_ text: String) -> String {
    let secrets = known.withLock { $0.sorted { $0.count > $1.count } }
    // Bytes: a combining character after a secret would hide it from a comparison of characters.
    let bytes = secrets.reduce(Array(text.utf8)) { text, secret in
      let secret = Array(secret.utf8)
      let rest = text.replacing(secret, with: Self.stars)
      // A token can have thousands of characters: nearly every text is left alone without a look at all its parts.
      let ends = [secret.prefix(Self.leastLength), secret.suffix(Self.leastLength)]
      return rest.contains(Self.ellipsis) && ends.contains { rest.contains($0) }
        ? Self.redacting(secret, cutIn: rest) : rest
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let stars = Array("***".utf8)
  private static let ellipsis = Array("…".utf8)

  private static func redacting(_ secret: [UInt8], cutIn text: [UInt8]) -> [UInt8] {
    (leastLength..<max(leastLength, secret.count)).reversed().reduce(text) { text, count in
      text.replacing(secret.prefix(count) + ellipsis, with: stars + ellipsis)
        .replacing(ellipsis + secret.suffix(count), with: ellipsis + stars)
    }
  }
}

extension KnownSecrets {
  /// Adds what a request sends to prove who the user is: its `Authorization`, and the refresh token or password in the form
  /// of a token request.
  func add(from request: HTTPRequest) {
    if let value = request.fields["Authorization"] { add(authorization: value) }
    guard request.method == .post, let body = request.body.bytes, !body.isEmpty else { return }
    for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, ["refresh_token", "password"].contains(parts[0]) else { continue }
      add(String(parts[1]))
      add(String(parts[1]).percentDecoded)
    }
  }

  private func add(authorization value: String) {
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return }
    add(String(parts[1]))
    guard parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])) else { return }
    let pair = String(decoding: data, as: UTF8.self).unicodeScalars
    guard let colon = pair.firstIndex(of: ":") else { return }
    add(username: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...]))
  }
}
