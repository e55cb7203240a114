import Glibc

/// True if a call for an open file failed only for now, as `errno` says: a signal came, or the file does not block and was not
/// ready. Then it is waited for: other programs that have a pipe or a terminal in common with this one make it so.
package func isWorthAnotherTry(_ descriptor: Int32, for events: Int32) -> Bool {
  if errno == EINTR { return true }
  guard errno == EAGAIN else { return false }
  var file = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  return poll(&file, 1, -1) == 1 || errno == EINTR
}
