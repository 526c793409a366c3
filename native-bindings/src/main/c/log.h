/* Docker's json-file log: one JSON object a line, files rotated by size. */
#pragma once

#include "plan.h"

enum {
    LOG_LINE = 16384,  /* longer lines are written in parts, as Docker does */
    LOG_BATCH = 16384, /* records are collected up to this size before they are written */
    LOG_OVERHEAD = 256,
};

struct log {
    int fd; /* -1: nothing is written */
    int directory;
    u32 max_files;
    u64 max_size; /* 0: never rotated */
    u64 size;
    u64 rotate_at;
    u64 lost; /* bytes of records that could not be written */
    u32 attrs_length;
    u32 pending; /* bytes in out, whole records only */
    char name[PLAN_MAX_LOG_NAME + 1];
    u8 attrs[PLAN_MAX_LOG_ATTRS];
    /* Never filled but by control characters without end; pages that are not touched take no memory. */
    u8 out[LOG_BATCH + LOG_LINE * 6 + PLAN_MAX_LOG_ATTRS + LOG_OVERHEAD] __attribute__((aligned(4096)));
};

/* A negative error number if the file cannot be opened. */
long log_open(struct log *log, const struct plan_header *plan);

/* One line or part of one, at most LOG_LINE bytes; the line break belongs to the record but not to the text. */
void log_record(struct log *log, const char *stream, const u8 *text, u32 length, bool line_break, struct timestamp time);

/* Writes what has been collected. Records that do not fit the disk are dropped and counted: the container must go on. */
void log_flush(struct log *log);
