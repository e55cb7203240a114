import HTTP
import LocalSystem
import ManifestLists
import OCI
import OCILayout
import OCIRegistry

extension RegistryError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .notFound: .notFound
    case .refused, .refusedElsewhere, .unanswered, .denied: .credentials
    // A firewall is between here and the registry.
    case .blocked, .busy: .unreachable
    case .unexpected(407, _, _): .credentials
    case .unexpected(let status, _, _): status == 408 || status >= 500 ? .unreachable : .failure
    case .transport(let error, _, _, _), .tokenServer(let error, _, _, _): error.exitStatus
    case .notPut(let error, _, _), .notConfirmed(let error, _), .noToken(let error, _), .uploadNotStarted(_, let error):
      error.exitStatus
    case .configMissing, .blobMissing, .tooLarge, .wrongDigest, .wrongSize, .notAManifest, .schema1, .storedAs,
      .notKept, .malformedAnswer, .redirect, .plainRealm:
      .failure
    }
  }
}

extension TransportError {
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .proxy(_, .credentials, _): .credentials
    case .unknownHost, .cannotConnect, .timedOut, .cut, .untrusted, .notTLS, .tls, .proxy: .unreachable
    case .tooLarge, .other, .unavailable: .failure
    }
  }
}

extension NotUTF8: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .argument: .usage
    case .variable: .failure
    }
  }
}

extension LayoutError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .noSuchImage: .notFound
    case .unavailable(_, let error) where error.isMissingFile: .notFound
    default: .failure
    }
  }
}

extension PublishError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .missing(_, let error, _): error.exitStatus
    case .noMatch, .notSelected, .noLayout, .notInLayout: .notFound
    // The arguments alone show these, whatever the images are.
    case .listIsImage, .sameSource, .dockerListInLayout, .severalNamesInArchive, .keptTagsInArchive: .usage
    case .badChild(_, _, let error): ExitStatus(of: error)
    case .several(let errors), .partlyPut(_, let errors): ExitStatus(ofAll: errors)
    case .afterTags(_, let error): ExitStatus(of: error)
    default: .failure
    }
  }
}

extension InspectError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .missing, .noImage: .notFound
    default: .failure
    }
  }
}

extension ResolveError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .noImage, .otherPlatform, .notInMirror: .notFound
    case .badManifest, .tooDeep: .failure
    }
  }
}

extension EditError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .missing, .notInList, .noSuchImage, .vanished: .notFound
    case .notChecked(_, let error), .unreadableEntry(_, _, let error): ExitStatus(of: error)
    default: .failure
    }
  }
}

extension JoinError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .noImages, .notSelected: .notFound
    case .incomplete(_, let images, _, _): images.isEmpty ? .failure : .notFound
    case .notFinished(_, let error): ExitStatus(of: error)
    case .keepsChanging: .failure
    }
  }
}

/// What the user wrote is not a name, a platform or a template. In a file, an error that says where contains it.
private protocol MistakeInWords: HasExitStatus {}

extension MistakeInWords {
  var exitStatus: ExitStatus { .usage }
}

extension ReferenceError: MistakeInWords {}
extension LayoutReferenceError: MistakeInWords {}
extension PlatformError: MistakeInWords {}
extension TagTemplateError: MistakeInWords {}
extension PublishArgumentError: MistakeInWords {}
extension SubjectError: MistakeInWords {}
extension JoinedLayoutError: MistakeInWords {}
