#pragma once
#include <stdbool.h>
#include <stddef.h>

/// libyaml's parser, loaded on first use: most runs read no YAML, and a machine without libyaml can do everything else.
typedef struct cyaml_parser cyaml_parser;

typedef enum {
  CYAML_OTHER, // The beginning and the end of the stream and its documents.
  CYAML_END,
  CYAML_SCALAR,
  CYAML_ALIAS,
  CYAML_SEQUENCE,
  CYAML_SEQUENCE_END,
  CYAML_MAPPING,
  CYAML_MAPPING_END,
} cyaml_kind;

/// A part of a YAML text. What it points at is valid until the next call.
typedef struct {
  cyaml_kind kind;
  /// Where it begins, counted from 0.
  size_t line;
  /// The text of a scalar, or the name of an alias.
  const char *text;
  size_t length;
  /// Of a scalar: it is not in quotation marks, and has no tag.
  bool is_plain;
  /// The tag (`tag:yaml.org,2002:str`); NULL if there is none.
  const char *tag;
} cyaml_event;

/// Why libyaml could not be loaded; NULL if it could.
const char *cyaml_error(void);

/// The bytes must stay until `cyaml_parser_free`. NULL if libyaml cannot be loaded, or there is no memory.
cyaml_parser *cyaml_parser_new(const unsigned char *bytes, size_t count);

/// Reads the next part. False if the text is not YAML; then the event has libyaml's reason as its text, and the line.
bool cyaml_parser_next(cyaml_parser *parser, cyaml_event *event);

void cyaml_parser_free(cyaml_parser *parser);
