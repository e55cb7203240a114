#include "cbuild.h"

// install.sh tells the compiler the commit, if it builds from a clone: see Package.swift. In a source archive, git has replaced
// the texts between dollar signs: see .gitattributes.
#ifndef MANIFESTX_COMMIT
#define MANIFESTX_COMMIT "$Format:%H$"
#define MANIFESTX_COMMIT_TIME "$Format:%cI$"
#endif

const char *cbuild_commit(void) { return MANIFESTX_COMMIT; }
const char *cbuild_commit_time(void) { return MANIFESTX_COMMIT_TIME; }
