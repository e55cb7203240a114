import OCILayout
import OCIRegistry

extension Error {
  /// True if a registry or a layout says that there is no such image, or list.
  package var saysNoSuchImage: Bool {
    if let error = self as? LayoutError { return error.saysNoSuchImage }
    return switch self as? RegistryError {
    case .notFound?, .unexpected(status: 404, _, _)?: true
    default: false
    }
  }
}
