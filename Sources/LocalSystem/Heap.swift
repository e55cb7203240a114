import CProcess

/// What the allocator of this process does.
package enum Heap {
  /// Without this, threads have heaps of their own, and what one of them frees is not used by the others. Tasks go from thread
  /// to thread, so a second large document would take memory of its own, depending on the thread that reads it.
  package static func shareAmongThreads() { cprocess_use_one_arena() }
}
