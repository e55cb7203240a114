#pragma once

/// The arguments that this process was started with, the program's name first, and NULL at the end. Swift's CommandLine
/// reads /proc/self/cmdline, and has none where /proc is not mounted.
char *const *carguments(void);
