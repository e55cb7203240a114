#include "cyaml.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static struct {
  int (*initialize)(yaml_parser_t *);
  void (*set_input)(yaml_parser_t *, const unsigned char *, size_t);
  int (*parse)(yaml_parser_t *, yaml_event_t *);
  void (*delete_event)(yaml_event_t *);
  void (*delete_parser)(yaml_parser_t *);
} yaml;

struct cyaml_parser {
  yaml_parser_t parser;
  /// The last one, whose memory the caller may still use.
  yaml_event_t event;
  bool has_event;
  const unsigned char *bytes;
};

static char error[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen("libyaml-0.so.2", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(error, sizeof error, "%s", dlerror());
    return;
  }
  const struct { const char *name; void **slot; } symbols[] = {
      {"yaml_parser_initialize", (void **)&yaml.initialize},
      {"yaml_parser_set_input_string", (void **)&yaml.set_input},
      {"yaml_parser_parse", (void **)&yaml.parse},
      {"yaml_event_delete", (void **)&yaml.delete_event},
      {"yaml_parser_delete", (void **)&yaml.delete_parser},
  };
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    *symbols[i].slot = dlsym(library, symbols[i].name);
    if (!*symbols[i].slot) {
      snprintf(error, sizeof error, "libyaml has no %s", symbols[i].name);
      return;
    }
  }
}

const char *cyaml_error(void) {
  pthread_once(&once, load);
  return *error ? error : NULL;
}

cyaml_parser *cyaml_parser_new(const unsigned char *bytes, size_t count) {
  if (cyaml_error()) return NULL;
  cyaml_parser *parser = calloc(1, sizeof *parser);
  if (!parser) return NULL;
  if (!yaml.initialize(&parser->parser)) {
    free(parser);
    return NULL;
  }
  parser->bytes = bytes;
  yaml.set_input(&parser->parser, bytes, count);
  return parser;
}

/// libyaml says where a text is not valid UTF-8 by its offset alone.
static size_t line_of(const unsigned char *bytes, size_t offset) {
  size_t line = 0;
  for (size_t i = 0; i < offset; i++) line += bytes[i] == '\n';
  return line;
}

bool cyaml_parser_next(cyaml_parser *parser, cyaml_event *event) {
  memset(event, 0, sizeof *event);
  if (parser->has_event) yaml.delete_event(&parser->event);
  parser->has_event = yaml.parse(&parser->parser, &parser->event);
  if (!parser->has_event) {
    const yaml_parser_t *failed = &parser->parser;
    bool is_unreadable = failed->error == YAML_READER_ERROR;
    event->line = is_unreadable ? line_of(parser->bytes, failed->problem_offset) : failed->problem_mark.line;
    event->text = failed->problem ? failed->problem : "libyaml cannot read it";
    event->length = strlen(event->text);
    return false;
  }
  const yaml_event_t *read = &parser->event;
  event->line = read->start_mark.line;
  switch (read->type) {
  case YAML_STREAM_END_EVENT: event->kind = CYAML_END; break;
  case YAML_SCALAR_EVENT:
    event->kind = CYAML_SCALAR;
    event->text = (const char *)read->data.scalar.value;
    event->length = read->data.scalar.length;
    event->is_plain = read->data.scalar.plain_implicit;
    event->tag = (const char *)read->data.scalar.tag;
    break;
  case YAML_ALIAS_EVENT:
    event->kind = CYAML_ALIAS;
    event->text = (const char *)read->data.alias.anchor;
    event->length = strlen(event->text);
    break;
  case YAML_SEQUENCE_START_EVENT:
    event->kind = CYAML_SEQUENCE;
    event->tag = (const char *)read->data.sequence_start.tag;
    break;
  case YAML_SEQUENCE_END_EVENT: event->kind = CYAML_SEQUENCE_END; break;
  case YAML_MAPPING_START_EVENT:
    event->kind = CYAML_MAPPING;
    event->tag = (const char *)read->data.mapping_start.tag;
    break;
  case YAML_MAPPING_END_EVENT: event->kind = CYAML_MAPPING_END; break;
  default: event->kind = CYAML_OTHER; break;
  }
  return true;
}

void cyaml_parser_free(cyaml_parser *parser) {
  if (parser->has_event) yaml.delete_event(&parser->event);
  yaml.delete_parser(&parser->parser);
  free(parser);
}
