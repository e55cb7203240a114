/// The values of `event` in the output of `--progress rawjson`. They are documented in docs/progress.md.
enum ProgressEvent: String {
  case resolved, assembled, warning, message, debug, error, waiting, interrupted
  case pushing, pushed
  case pushProgress = "push-progress"
  case planned, copying, copied
  case blobProgress = "blob-progress"
  case blobFinished = "blob-finished"
  case tagged, publishing, published, unchanged
  case leftOut = "left-out"
  case publishingAgain = "publishing-again"
}
