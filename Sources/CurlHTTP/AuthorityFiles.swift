import HTTP
import LocalSystem

/// Certificate authorities that were read from files, and what could not be read.
struct AuthorityFiles {
  private(set) var certificates: PEMCertificates
  private(set) var unusable: [UnusableCertificates] = []

  init(_ certificates: PEMCertificates) { self.certificates = certificates }

  /// - Parameter name: The file, and what configures it.
  mutating func add(_ file: String, named name: String) {
    let bytes: [UInt8]
    do { bytes = try File.contents(of: file) } catch { return leaveOut(name, "\(error)") }
    switch certificates.add(bytes) {
    case nil: break
    // This is how to trust no authority.
    case .empty where file == "/dev/null": break
    case .empty: leaveOut(name, "it is empty")
    case .other: leaveOut(name, "it contains no -----BEGIN CERTIFICATE----- (PEM)")
    case let flaw?: leaveOut(file, named: name, flaw)
    }
  }

  /// Adds the certificates of the system's own files.
  mutating func addSystemFiles(in directory: String) {
    for file in (try? plainFiles(in: directory)) ?? [] {
      do { _ = certificates.add(try File.contents(of: file)) } catch { leaveOut(file, "\(error)") }
    }
  }

  /// Adds all files of a directory. As in Go, files without certificates can be in it.
  mutating func add(directory: String, named name: String) {
    let files: [String]
    do { files = try plainFiles(in: directory) } catch { return leaveOut(name, "\(error)") }
    for file in files {
      let fileName = name + file.dropFirst(directory.count)
      do {
        if let flaw = certificates.add(try File.contents(of: file)) { leaveOut(file, named: fileName, flaw) }
      } catch { leaveOut(fileName, "\(error)") }
    }
  }

  private mutating func leaveOut(_ file: String, named name: String, _ flaw: PEMCertificates.Flaw) {
    switch flaw {
    case .empty, .other: break
    case .binary:
      let command = "openssl x509 -inform der -in \(file) -out \(file)"
      leaveOut(name, "it is in DER, not in PEM (to convert it: \(command))")
    case .damaged(let count, let isAll):
      isAll ? leaveOut(name, "incomplete or damaged") : unusable.append(.damaged(count, place: name))
    }
  }

  private mutating func leaveOut(_ place: String, _ reason: String) {
    unusable.append(.authorities(place: place, reason: reason))
  }
}
