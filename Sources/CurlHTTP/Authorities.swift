import CCurl
import HTTP
import LocalSystem

/// The authorities to which a server's certificate must go back: the system's, or what stands in for them, and those of
/// a registry. Read when they are first needed, and once: by the curl thread only.
final class Authorities {
  private let system: SystemAuthorities
  private var read: [[String]: Result<Trust, TransportError>] = [:]
  private var cachedReplacements: Result<PEMCertificates, TransportError>?
  private lazy var systemDirectory = ccurl_default_ca_directory().map { String(cString: $0) }
  private lazy var hasHashedDirectory = systemDirectory.map(hasHashedNames) ?? false

  init(_ system: SystemAuthorities) { self.system = system }

  /// What libcurl is told of authorities.
  struct Trust {
    /// In PEM.
    var bundle: [UInt8] = []
    /// Whether libcurl's own places count. A bundle stands in for the file.
    var keepsFile = true
    var keepsDirectory = true
  }

  /// - Parameter files: Those of the registry; none for a proxy.
  /// - Throws: `TransportError.authorities` for a file that can't be used.
  func trust(_ files: [String]) throws(TransportError) -> Trust {
    if let known = read[files] { return try known.get() }
    let result = Result { () throws(TransportError) in try make(files) }
    read[files] = result
    return try result.get()
  }

  /// Where authorities are from besides the system's, for who has to find one that is no good.
  func places(_ files: [String]) -> [String] {
    let variables = [
      system.file.map { _ in SystemAuthorities.fileVariable },
      system.directories.map { _ in SystemAuthorities.directoryVariable },
    ]
    return files + variables.compactMap(\.self)
  }

  /// The system's authorities are looked up by name in a directory of hashed names where there is one: reading the file
  /// of all of them takes longer than the rest of a request. Authorities of ours then stand in for that file.
  private func make(_ files: [String]) throws(TransportError) -> Trust {
    var certificates = try replacements()
    for file in files { try certificates.add(file, named: file) }
    var trust = Trust(bundle: certificates.bytes)
    trust.keepsDirectory = system.directories == nil
    let hasDirectory = trust.keepsDirectory && hasHashedDirectory
    trust.keepsFile = places(files).isEmpty && !hasDirectory
    if !trust.keepsFile, !hasDirectory, system.file == nil, let file = ccurl_default_ca_file() {
      // A small container may have no file of authorities, and need none of them.
      trust.bundle += (try? File.contents(of: String(cString: file))) ?? []
    }
    return trust
  }

  /// What the variables name.
  private func replacements() throws(TransportError) -> PEMCertificates {
    if let cachedReplacements { return try cachedReplacements.get() }
    let result = Result { () throws(TransportError) in try readReplacements() }
    cachedReplacements = result
    return try result.get()
  }

  private func readReplacements() throws(TransportError) -> PEMCertificates {
    var certificates = PEMCertificates()
    if let file = system.file {
      // /dev/null is how to say: none.
      try certificates.add(file, named: "\(SystemAuthorities.fileVariable), \(file)", mayBeEmpty: true)
    }
    // Where libcurl would look for hashed names in vain, Go finds the files all the same.
    let isInVain = system.file != nil && !hasHashedDirectory
    let directories = system.directories ?? (isInVain ? systemDirectory.map { [$0] } ?? [] : [])
    for file in directories.flatMap(plainFiles) {
      if let bytes = try? File.contents(of: file) { _ = certificates.add(bytes) }
    }
    return certificates
  }
}

extension PEMCertificates {
  /// - Throws: `TransportError.authorities` if there is no certificate in the file.
  fileprivate mutating func add(
    _ file: String,
    named name: String,
    mayBeEmpty: Bool = false
  ) throws(TransportError) {
    let bytes: [UInt8]
    do { bytes = try File.contents(of: file) } catch {
      throw .authorities(place: name, reason: "\(error)")
    }
    switch add(bytes) {
    case nil: break
    case .empty where mayBeEmpty: break
    case .empty: throw .authorities(place: name, reason: "it is empty")
    case .binary:
      let command = "openssl x509 -inform der -in \(file) -out \(file)"
      throw .authorities(place: name, reason: "it is not in PEM but in DER. To change that: \(command)")
    case .broken: throw .authorities(place: name, reason: "the certificate in it is not whole")
    case .other: throw .authorities(place: name, reason: "it holds no -----BEGIN CERTIFICATE-----, as PEM does")
    }
  }
}
