import JSON
import OCI
import OCIRegistry
import Transfer

extension ImageSource {
  /// The config of an image, where the manifest describes one. Publishing and inspecting both decide here, so that they
  /// never disagree about an image.
  ///
  /// Some tools give an image's config a general type (`text/html`, `application/octet-stream`). Such a blob is an image's
  /// config if it can be read as one. The configs of other artifacts are not read.
  ///
  /// - Parameters:
  ///   - descriptor: Of the config, from the manifest.
  ///   - name: Of the image.
  /// - Returns: Nil if the manifest does not describe an image.
  /// - Throws: What the store throws, or `ManifestError` if an image's config cannot be read.
  func imageConfig(_ descriptor: Descriptor, of name: ManifestName) async throws -> ImageConfig? {
    try await imageConfig(descriptor, of: name) { config, _ in config }
  }

  /// What is read from the config of an image, by the same rule.
  ///
  /// - Parameter read: Gets the config, and the JSON that it was read from. What it returns should not contain the JSON: many
  ///   configs are read at the same time.
  func imageConfig<Value: Sendable>(
    _ descriptor: Descriptor,
    of name: ManifestName,
    _ read: @escaping @Sendable (ImageConfig, JSONNode) throws -> Value
  ) async throws -> Value? {
    guard descriptor.mediaType.mayBeImageConfig else { return nil }
    do {
      return try await config(descriptor, of: name) { bytes in
        try descriptor.checkEmbeddedContent(is: bytes)
        let document = try ImageConfig.document(decoding: bytes)
        return try read(ImageConfig(document), document)
      }
    } catch {
      guard !descriptor.mediaType.isImageConfig, error.saysNoConfig else { throw error }
      return nil
    }
  }
}

extension Error {
  /// True if the blob is there, and is not the config of an image.
  fileprivate var saysNoConfig: Bool {
    if case .tooLarge? = self as? RegistryError { true } else { self is ManifestError }
  }
}
