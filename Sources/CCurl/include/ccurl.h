#pragma once
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

/// libcurl, loaded on first use: with the libraries that it needs it would add 8 ms to every start of the program, and
/// most starts (metadata, help, completion of words) send no request. The functions below are libcurl's own of the same
/// name; where libcurl's is variadic, which Swift cannot call, there is one for each type of argument.
/// None of them may be called before `ccurl_error` has returned NULL.

/// Why libcurl could not be loaded; NULL if it could.
const char *ccurl_error(void);
/// Where this libcurl looks for the system's certificate authorities as one file; NULL if it has no such place.
const char *ccurl_default_ca_file(void);
/// The same as a directory of hashed names; NULL if it has no such place.
const char *ccurl_default_ca_directory(void);

/// Whether the TLS library of libcurl can read a certificate in DER; `is_trusted` if OpenSSL's own data follows it. False if
/// that is another library than OpenSSL.
bool ccurl_is_certificate(const void *bytes, size_t count, bool is_trusted);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *easy);
const char *ccurl_easy_strerror(CURLcode code);
CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
/// CURLOPT_QUICK_EXIT, which curl.h has since 7.87: a look-up that takes too long is left to its thread. Without it, libcurl
/// waits for the name server, and so do all other transfers. Older versions have no such option.
void ccurl_leave_lookups(CURL *easy);
/// libcurl copies the string.
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value);
/// libcurl copies the bytes.
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count);
/// libcurl copies the bytes: they become the request's body.
CURLcode ccurl_set_body(CURL *easy, const void *bytes, size_t count);
/// The length of a request's body that a CURLOPT_READFUNCTION provides.
CURLcode ccurl_set_body_length(CURL *easy, long long count);

/// For CURLOPT_HEADERFUNCTION and CURLOPT_WRITEFUNCTION: receives `size * count` bytes and returns that number; any
/// other ends the transfer, but for CURL_WRITEFUNC_PAUSE. For CURLOPT_READFUNCTION: fills in at most that many bytes and
/// returns how many; CURL_READFUNC_PAUSE if there are none yet.
typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
CURLcode ccurl_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback);

/// For CURLOPT_PREREQFUNCTION: the request is about to be sent on a connection between these addresses and ports; returns
/// a CURL_PREREQFUNC_ value. libcurl has it since 7.80.
typedef int (*ccurl_prereq_callback)(void *context, char *address, char *own_address, int port, int own_port);
CURLcode ccurl_set_prereq_callback(CURL *easy, ccurl_prereq_callback callback);

/// For CURLOPT_DEBUGFUNCTION: what libcurl does, with CURLOPT_VERBOSE.
typedef int (*ccurl_debug_callback)(CURL *easy, curl_infotype kind, char *bytes, size_t count, void *context);
CURLcode ccurl_set_debug_callback(CURL *easy, ccurl_debug_callback callback);

/// Continues a transfer that a callback has paused. May call the callbacks.
CURLcode ccurl_easy_continue(CURL *easy);

long ccurl_get_long(CURL *easy, CURLINFO info);
/// In microseconds for the CURLINFO_…_TIME_T values, in seconds for CURLINFO_RETRY_AFTER; 0 if it is not known.
long long ccurl_get_offset(CURL *easy, CURLINFO info);
/// Belongs to the handle; NULL where there is none.
const char *ccurl_get_string(CURL *easy, CURLINFO info);
/// What the server's own certificate says, with CURLOPT_CERTINFO, as lines `NAME:VALUE`. Belongs to the handle; NULL where
/// there is none.
struct curl_slist *ccurl_get_certificate(CURL *easy);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line);
void ccurl_slist_free_all(struct curl_slist *list);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_perform(CURLM *multi, int *running);
CURLMcode ccurl_multi_poll(CURLM *multi, int milliseconds);
CURLMcode ccurl_multi_wakeup(CURLM *multi);
/// The next transfer that has ended and its result; false if there is none.
bool ccurl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *result);
