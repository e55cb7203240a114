import CCurl
import Glibc
import HTTP
import LocalSystem

/// The certificate authorities that are trusted: the system's, or those of the environment instead, and those of a
/// registry. Each file is read once, when it is first needed. Used by the curl thread only.
final class Authorities {
  private let environment: SystemAuthorities
  private lazy var system = environment.without(file: systemFile, directory: systemDirectory)
  private var cachedTrust: [[String]: Result<Trust, TransportError>] = [:]
  private var cachedEnvironmentCertificates: Result<PEMCertificates, TransportError>?
  private(set) lazy var systemFile = ccurl_default_ca_file().map { String(cString: $0) }
  private(set) lazy var systemDirectory = ccurl_default_ca_directory().map { String(cString: $0) }
  private lazy var hasHashedDirectory = systemDirectory.map(hasHashedNames) ?? false

  init(_ environment: SystemAuthorities) { self.environment = environment }

  /// Which authorities libcurl trusts.
  struct Trust {
    /// In PEM.
    var bundle: [UInt8] = []
    /// Whether libcurl's default file is used; never together with a bundle.
    var usesDefaultFile = true
    var usesDefaultDirectory = true
  }

  /// - Parameter files: Those of the registry; none for a proxy.
  /// - Throws: `TransportError.authorities` for a file that cannot be used.
  func trust(_ files: [String]) throws(TransportError) -> Trust {
    if let cached = cachedTrust[files] { return try cached.get() }
    let result = Result { () throws(TransportError) in try makeTrust(files) }
    cachedTrust[files] = result
    return try result.get()
  }

  /// The files and variables that authorities besides the system's come from, to name them in an error.
  func additionalSources(_ files: [String]) -> [String] {
    let variables = [
      system.file.map { _ in SystemAuthorities.fileVariable },
      system.directories.map { _ in SystemAuthorities.directoryVariable },
    ]
    return files + variables.compactMap(\.self)
  }

  /// If the system has a directory of hashed names, its authorities are looked up there and its bundle is not used:
  /// parsing all of it takes longer than the rest of a request.
  private func makeTrust(_ files: [String]) throws(TransportError) -> Trust {
    var certificates = try environmentCertificates()
    for file in files { try certificates.add(file, named: file) }
    var trust = Trust(bundle: certificates.bytes)
    trust.usesDefaultDirectory = system.directories == nil
    let hasDirectory = trust.usesDefaultDirectory && hasHashedDirectory
    trust.usesDefaultFile = additionalSources(files).isEmpty && !hasDirectory
    if !trust.usesDefaultFile, !hasDirectory, system.file == nil, let systemFile {
      // A small container may have no such file.
      trust.bundle += (try? File.contents(of: systemFile)) ?? []
    }
    return trust
  }

  /// The certificates of the files and directories that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
  private func environmentCertificates() throws(TransportError) -> PEMCertificates {
    if let cachedEnvironmentCertificates { return try cachedEnvironmentCertificates.get() }
    let result = Result { () throws(TransportError) in try readEnvironmentCertificates() }
    cachedEnvironmentCertificates = result
    return try result.get()
  }

  private func readEnvironmentCertificates() throws(TransportError) -> PEMCertificates {
    var certificates = PEMCertificates()
    if let file = system.file {
      // /dev/null means that no authority is trusted.
      try certificates.add(file, named: "\(SystemAuthorities.fileVariable), \(file)", mayBeEmpty: true)
    }
    // Unlike libcurl, Go uses the system's directory even if the names in it are not hashed.
    let usesSystemDirectory = system.file != nil && !hasHashedDirectory
    let directories = system.directories ?? (usesSystemDirectory ? systemDirectory.map { [$0] } ?? [] : [])
    for file in directories.flatMap(plainFiles) {
      if let bytes = try? File.contents(of: file) { _ = certificates.add(bytes) }
    }
    return certificates
  }
}

extension SystemAuthorities {
  /// The same without what names the system's own places, as many images for CI do: libcurl looks authorities up in a hashed
  /// directory, while reading all of them takes longer than the rest of a request.
  fileprivate func without(file systemFile: String?, directory systemDirectory: String?) -> SystemAuthorities {
    let file = isSame(file, systemFile) ? nil : file
    let directories = directories.flatMap { $0.allSatisfy { isSame($0, systemDirectory) } ? nil : $0 }
    return SystemAuthorities(file: file, directories: directories)
  }

  private func isSame(_ path: String?, _ other: String?) -> Bool {
    guard let path = path.flatMap(resolved), let other = other.flatMap(resolved) else { return false }
    return path == other
  }

  /// Without symbolic links; nil if there is no such file.
  private func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
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
      throw .authorities(place: name, reason: "it is in DER, not in PEM. To convert it: \(command)")
    case .broken: throw .authorities(place: name, reason: "the certificate in it is incomplete")
    case .other: throw .authorities(place: name, reason: "it contains no -----BEGIN CERTIFICATE----- (PEM)")
    }
  }
}
