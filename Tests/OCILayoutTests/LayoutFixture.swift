import LocalSystem
import OCI
import OCILayout
import TestSupport
import Testing

/// A layout with one image, written file by file.
struct LayoutFixture {
  static let refName = "org.opencontainers.image.ref.name"
  static let containerdName = "io.containerd.image.name"

  let directory: TemporaryDirectory
  let layer: Descriptor
  let config: Descriptor
  let manifest: Descriptor
  /// More than two pieces.
  static let layerText = String(repeating: "0123456789abcdef", count: 40_000)

  var path: String { directory.path }

  init() throws {
    directory = try TemporaryDirectory(["oci-layout": #"{"imageLayoutVersion": "1.0.0"}"#])
    layer = try Self.write(Self.layerText, "application/vnd.oci.image.layer.v1.tar", in: directory)
    config = try Self.write(#"{"os": "linux", "architecture": "arm64"}"#, MediaType.ociConfig.rawValue, in: directory)
    let text = """
      {"schemaVersion": 2, "mediaType": "\(MediaType.ociManifest)",
       "config": \(Self.json(config)), "layers": [\(Self.json(layer))]}
      """
    manifest = try Self.write(text, MediaType.ociManifest.rawValue, in: directory)
    try writeIndex([Self.json(manifest, [Self.refName: "v1"])])
  }

  func writeIndex(_ entries: [String]) throws {
    try directory.write("index.json", #"{"schemaVersion": 2, "manifests": [\#(entries.joined(separator: ", "))]}"#)
  }

  func blob(_ descriptor: Descriptor) -> String { "\(path)/blobs/sha256/\(descriptor.digest.hex)" }

  func writeBlob(_ text: String, _ type: MediaType = .ociManifest) throws -> Descriptor {
    try Self.write(text, type.rawValue, in: directory)
  }

  static func write(_ text: String, _ type: String, in directory: TemporaryDirectory) throws -> Descriptor {
    let digest = try Digest(of: Array(text.utf8))
    try directory.write("blobs/sha256/\(digest.hex)", text)
    return Descriptor(mediaType: MediaType(rawValue: type), size: Int64(text.utf8.count), digest: digest)
  }

  static func json(_ descriptor: Descriptor, _ annotations: [String: String] = [:]) -> String {
    var descriptor = descriptor
    descriptor.annotations = annotations
    return String(decoding: descriptor.json.encoded(), as: UTF8.self)
  }
}

/// All pieces of a blob, as text.
func text(_ pieces: any AsyncSequence<[UInt8], any Error>) async throws -> (text: String, sizes: [Int]) {
  var (bytes, sizes): ([UInt8], [Int]) = ([], [])
  for try await piece in pieces {
    bytes += piece
    sizes.append(piece.count)
  }
  return (String(decoding: bytes, as: UTF8.self), sizes)
}

/// The message of the `LayoutError` that `body` throws, without the path of the temporary directory.
func message(_ path: String, _ location: SourceLocation = #_sourceLocation, of body: () async throws -> Void) async
  -> String
{
  let error = await #expect(throws: LayoutError.self, sourceLocation: location) { try await body() }
  return error.map { "\($0)".split(separator: path, omittingEmptySubsequences: false).joined(separator: "DIR") } ?? ""
}
