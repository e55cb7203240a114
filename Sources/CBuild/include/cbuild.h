#pragma once

/// The commit that the program was built from, as 40 hexadecimal digits, with "-dirty" where files differed from it. Other text
/// where it is not known.
const char *cbuild_commit(void);

/// When that commit was made, in the form of RFC 3339. Other text where it is not known.
const char *cbuild_commit_time(void);
