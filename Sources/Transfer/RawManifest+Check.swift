import FoundationEssentials
import OCI

extension RawManifest {
  /// - Throws: `ManifestError` if it has another size or type than its descriptor says, or other bytes. The digest was
  ///   compared when it was fetched.
  package func check(against descriptor: Descriptor) throws(ManifestError) {
    guard bytes.count == descriptor.size else {
      throw .differs(member: "size", said: "\(descriptor.size)", found: "\(bytes.count)")
    }
    guard mediaType == descriptor.mediaType else {
      throw .differs(member: "mediaType", said: "\(descriptor.mediaType)", found: "\(mediaType)")
    }
    try descriptor.checkEmbeddedContent(is: bytes)
  }
}

extension Descriptor {
  /// Image spec, "Descriptors": whoever uses the embedded content may not look at what the descriptor is of.
  ///
  /// - Throws: `ManifestError.otherData` if its `data` is not these bytes.
  package func checkEmbeddedContent(is bytes: [UInt8]) throws(ManifestError) {
    if let data = embeddedContent, data != Data(bytes).base64EncodedString() { throw .otherData }
  }
}
