#pragma once

/// The arguments that this process was started with, the program's name first, and NULL at the end. Swift's CommandLine
/// reads /proc/self/cmdline, and has none where /proc is not mounted.
char *const *cprocess_arguments(void);

/// All threads allocate from one heap from now on: mallopt(3), which Swift's Glibc module does not have.
void cprocess_use_one_arena(void);
