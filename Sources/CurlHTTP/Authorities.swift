import CCurl
import FoundationEssentials
import Glibc
import HTTP
import LocalSystem

/// The certificate authorities that are trusted: the system's, or those of the environment instead, and those of a
/// registry. Each file is read once, when it is first needed. Used by the curl thread only.
final class Authorities {
  private let environment: SystemAuthorities
  private lazy var system = environment.without(file: systemFile, directory: systemDirectory)
  private var cachedTrust: [[String]: Trust] = [:]
  private var cachedEnvironmentFiles: AuthorityFiles?
  private var checksEach = false
  private var readsFileBesidesDirectory = false
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
    /// Whether the system has a file that is not used, and may have authorities that its directory does not have.
    var leavesOutFile = false
    /// What cannot be used. The rest is used.
    var unusable: [UnusableCertificates] = []
    /// The system's own file where it cannot be read, and there is nothing instead. Many containers have none, and need none.
    var missing: UnusableCertificates?
    /// Whether the TLS library has read each certificate of the bundle.
    var isChecked = false

    /// What may be why a server is not trusted.
    var allUnusable: [UnusableCertificates] { unusable + [missing].compactMap(\.self) }
  }

  /// - Parameter files: Those of the registry; none for a proxy.
  func trust(_ files: [String]) -> Trust {
    if let cached = cachedTrust[files] { return cached }
    let trust = makeTrust(files)
    cachedTrust[files] = trust
    return trust
  }

  /// Has the TLS library read each certificate from now on, and leaves out those that it cannot read: it would reject the
  /// whole bundle. Only where it did so, because that takes as long as loading the bundle.
  func checkEach() {
    if checksEach { return }
    checksEach = true
    cachedTrust = [:]
    cachedEnvironmentFiles = nil
  }

  /// Uses the system's file besides its directory from now on.
  func readFileBesidesDirectory() {
    if readsFileBesidesDirectory { return }
    readsFileBesidesDirectory = true
    cachedTrust = [:]
  }

  /// If the system has a directory of hashed names, its authorities are looked up there and its bundle is not used, unless
  /// that turns out to be needed: parsing all of it takes longer than the rest of a request.
  private func makeTrust(_ files: [String]) -> Trust {
    var found = environmentFiles()
    for file in files { found.add(file, named: file) }
    var trust = Trust(bundle: found.certificates.bytes, unusable: found.unusable, isChecked: checksEach)
    trust.usesDefaultDirectory = system.directories == nil
    let hasDirectory = trust.usesDefaultDirectory && hasHashedDirectory && !readsFileBesidesDirectory
    trust.leavesOutFile = hasDirectory && system.file == nil && systemFile.map { access($0, R_OK) == 0 } ?? false
    let isDefault = files.isEmpty && system.file == nil && system.directories == nil
    trust.usesDefaultFile = isDefault && !hasDirectory
    guard !hasDirectory, system.file == nil, let systemFile else { return trust }
    // libcurl makes no request without its file.
    trust.usesDefaultFile = isDefault && !checksEach && access(systemFile, R_OK) == 0
    if trust.usesDefaultFile { return trust }
    do {
      let certificates = try checked(File.contents(of: systemFile))
      trust.bundle += certificates
      if isDefault, certificates.isEmpty {
        trust.missing = .authorities(place: systemFile, reason: "it contains no certificate that can be used")
      }
    } catch {
      let hint = error.code == ENOENT ? " (Debian, Ubuntu: apt-get install ca-certificates)" : ""
      let problem = UnusableCertificates.authorities(place: systemFile, reason: "\(error)\(hint)")
      if isDefault || error.code == ENOENT { trust.missing = problem } else { trust.unusable.append(problem) }
    }
    return trust
  }

  /// The certificates of the system's file that the TLS library can read, if each is to be checked.
  private func checked(_ bytes: [UInt8]) -> [UInt8] {
    guard checksEach else { return bytes }
    var certificates = PEMCertificates(isReadable: isReadable)
    _ = certificates.add(bytes)
    return certificates.bytes
  }

  /// The certificates of the files and directories that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
  private func environmentFiles() -> AuthorityFiles {
    if let cachedEnvironmentFiles { return cachedEnvironmentFiles }
    var files = AuthorityFiles(checksEach ? PEMCertificates(isReadable: isReadable) : PEMCertificates())
    if let file = system.file { files.add(file, named: "\(SystemAuthorities.fileVariable), \(file)") }
    if let directories = system.directories {
      for directory in directories {
        files.add(directory: directory, named: "\(SystemAuthorities.directoryVariable), \(directory)")
      }
    } else if system.file != nil, !hasHashedDirectory, let systemDirectory {
      // Unlike libcurl, Go uses the system's directory even if the names in it are not hashed.
      files.addSystemFiles(in: systemDirectory)
    }
    cachedEnvironmentFiles = files
    return files
  }
}

private func isReadable(_ der: Data, _ isTrusted: Bool) -> Bool {
  der.withUnsafeBytes { ccurl_is_certificate($0.baseAddress, $0.count, isTrusted) }
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
