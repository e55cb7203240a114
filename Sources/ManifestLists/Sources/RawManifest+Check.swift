import FoundationEssentials
import OCI

extension RawManifest {
  /// - Throws: `ManifestError.differs` if it has another size or type than its descriptor says. The digest was compared when
  ///   it was fetched.
  func check(against descriptor: Descriptor) throws(ManifestError) {
    guard bytes.count == descriptor.size else {
      throw .differs(member: "size", said: "\(descriptor.size)", found: "\(bytes.count)")
    }
    guard mediaType == descriptor.mediaType else {
      throw .differs(member: "mediaType", said: "\(descriptor.mediaType)", found: "\(mediaType)")
    }
    // Image spec, "Descriptors": whoever uses the embedded content may not look at the manifest itself.
    if let data = descriptor.embeddedContent, data != Data(bytes).base64EncodedString() {
      throw .differs(member: "data", said: "\(data.prefix(20))\u{2026}", found: "other bytes")
    }
  }
}
