#include "ccurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static struct {
  CURLcode (*global_init)(long);
  curl_version_info_data *(*version_info)(CURLversion);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *);
  CURLcode (*easy_set)(CURL *, CURLoption, ...);
  CURLcode (*easy_get)(CURL *, CURLINFO, ...);
  CURLcode (*easy_pause)(CURL *, int);
  const char *(*easy_strerror)(CURLcode);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *);
  CURLMcode (*multi_set)(CURLM *, CURLMoption, ...);
  CURLMcode (*multi_add_handle)(CURLM *, CURL *);
  CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
  CURLMcode (*multi_perform)(CURLM *, int *);
  CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned int, int, int *);
  CURLMcode (*multi_wakeup)(CURLM *);
  CURLMsg *(*multi_info_read)(CURLM *, int *);
} curl;

// Of the TLS library that libcurl uses; NULL if that is not OpenSSL.
static struct {
  void *(*read)(void **, const unsigned char **, long);
  void *(*read_trusted)(void **, const unsigned char **, long);
  void (*free)(void *);
  void (*clear_errors)(void);
} x509;

static char error[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(error, sizeof error, "%s", dlerror());
    return;
  }
  const struct { const char *name; void **slot; } symbols[] = {
      {"curl_global_init", (void **)&curl.global_init},
      {"curl_version_info", (void **)&curl.version_info},
      {"curl_easy_init", (void **)&curl.easy_init},
      {"curl_easy_cleanup", (void **)&curl.easy_cleanup},
      {"curl_easy_setopt", (void **)&curl.easy_set},
      {"curl_easy_getinfo", (void **)&curl.easy_get},
      {"curl_easy_pause", (void **)&curl.easy_pause},
      {"curl_easy_strerror", (void **)&curl.easy_strerror},
      {"curl_slist_append", (void **)&curl.slist_append},
      {"curl_slist_free_all", (void **)&curl.slist_free_all},
      {"curl_multi_init", (void **)&curl.multi_init},
      {"curl_multi_cleanup", (void **)&curl.multi_cleanup},
      {"curl_multi_setopt", (void **)&curl.multi_set},
      {"curl_multi_add_handle", (void **)&curl.multi_add_handle},
      {"curl_multi_remove_handle", (void **)&curl.multi_remove_handle},
      {"curl_multi_perform", (void **)&curl.multi_perform},
      {"curl_multi_poll", (void **)&curl.multi_poll},
      {"curl_multi_wakeup", (void **)&curl.multi_wakeup},
      {"curl_multi_info_read", (void **)&curl.multi_info_read},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (!*symbols[i].slot) {
      snprintf(error, sizeof error, "libcurl is older than 7.77: it has no %s", symbols[i].name);
      return;
    }
  }
  x509.read = (void *(*)(void **, const unsigned char **, long))dlsym(library, "d2i_X509");
  x509.read_trusted = (void *(*)(void **, const unsigned char **, long))dlsym(library, "d2i_X509_AUX");
  x509.free = (void (*)(void *))dlsym(library, "X509_free");
  x509.clear_errors = (void (*)(void))dlsym(library, "ERR_clear_error");
  CURLcode code = curl.global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) snprintf(error, sizeof error, "%s", curl.easy_strerror(code));
}

const char *ccurl_error(void) {
  pthread_once(&once, load);
  return *error ? error : NULL;
}

// Both paths are in the structure since its seventh version (libcurl 7.70).
const char *ccurl_default_ca_file(void) {
  curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
  return info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
}

const char *ccurl_default_ca_directory(void) {
  curl_version_info_data *info = curl.version_info(CURLVERSION_NOW);
  return info->age >= CURLVERSION_SEVENTH ? info->capath : NULL;
}

bool ccurl_is_certificate(const void *bytes, size_t count, bool is_trusted) {
  if (!x509.read || !x509.read_trusted || !x509.free || !x509.clear_errors) return false;
  const unsigned char *start = bytes;
  void *certificate = (is_trusted ? x509.read_trusted : x509.read)(NULL, &start, (long)count);
  x509.free(certificate);
  x509.clear_errors();
  return certificate != NULL;
}

CURL *ccurl_easy_init(void) { return curl.easy_init(); }
void ccurl_easy_cleanup(CURL *easy) { curl.easy_cleanup(easy); }
const char *ccurl_easy_strerror(CURLcode code) { return curl.easy_strerror(code); }

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) { return curl.easy_set(easy, option, value); }

void ccurl_leave_lookups(CURL *easy) {
  // libcurl may be newer than its header.
  const int quick_exit = CURLOPTTYPE_LONG + 322;
  curl.easy_set(easy, quick_exit, 1L);
}

CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl.easy_set(easy, option, value);
}

CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
  return curl.easy_set(easy, option, value);
}

CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
  return curl.easy_set(easy, option, &blob);
}

CURLcode ccurl_set_body(CURL *easy, const void *bytes, size_t count) {
  // The size is set first: without it libcurl would copy up to the first zero byte.
  CURLcode code = curl.easy_set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code == CURLE_OK ? curl.easy_set(easy, CURLOPT_COPYPOSTFIELDS, count ? bytes : "") : code;
}

CURLcode ccurl_set_body_length(CURL *easy, long long count) {
  return curl.easy_set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
}

CURLcode ccurl_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback) {
  return curl.easy_set(easy, option, callback);
}

CURLcode ccurl_set_prereq_callback(CURL *easy, ccurl_prereq_callback callback) {
  return curl.easy_set(easy, CURLOPT_PREREQFUNCTION, callback);
}

CURLcode ccurl_set_debug_callback(CURL *easy, ccurl_debug_callback callback) {
  return curl.easy_set(easy, CURLOPT_DEBUGFUNCTION, callback);
}

CURLcode ccurl_easy_continue(CURL *easy) { return curl.easy_pause(easy, CURLPAUSE_CONT); }

long ccurl_get_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl.easy_get(easy, info, &value) == CURLE_OK ? value : 0;
}

long long ccurl_get_offset(CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl.easy_get(easy, info, &value) == CURLE_OK ? value : 0;
}

const char *ccurl_get_string(CURL *easy, CURLINFO info) {
  char *value = NULL;
  return curl.easy_get(easy, info, &value) == CURLE_OK ? value : NULL;
}

struct curl_slist *ccurl_get_certificate(CURL *easy) {
  struct curl_certinfo *chain = NULL;
  if (curl.easy_get(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || !chain || chain->num_of_certs < 1) return NULL;
  return chain->certinfo[0];
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line) {
  return curl.slist_append(list, line);
}

void ccurl_slist_free_all(struct curl_slist *list) { curl.slist_free_all(list); }

CURLM *ccurl_multi_init(void) { return curl.multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { curl.multi_cleanup(multi); }
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl.multi_set(multi, option, value);
}
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *easy) { return curl.multi_add_handle(multi, easy); }
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *easy) { return curl.multi_remove_handle(multi, easy); }
CURLMcode ccurl_multi_perform(CURLM *multi, int *running) { return curl.multi_perform(multi, running); }
CURLMcode ccurl_multi_poll(CURLM *multi, int milliseconds) {
  return curl.multi_poll(multi, NULL, 0, milliseconds, NULL);
}
CURLMcode ccurl_multi_wakeup(CURLM *multi) { return curl.multi_wakeup(multi); }

bool ccurl_multi_next_ended(CURLM *multi, CURL **easy, CURLcode *result) {
  int left = 0;
  for (CURLMsg *message; (message = curl.multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    *easy = message->easy_handle;
    *result = message->data.result;
    return true;
  }
  return false;
}
