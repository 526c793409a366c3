#include "log.h"

#include "json.h"

#include <linux/stat.h>

#define LOG_MODE 0640
#define ROTATION_RETRY (64 * 1024)
#define AT_EMPTY_PATH_ 0x1000

static u64 file_size(int fd) {
    struct statx status;
    long error = SYS5(statx, fd, "", AT_EMPTY_PATH_, STATX_SIZE, &status);
    return error < 0 ? 0 : status.stx_size;
}

static int open_name(int directory, const char *name, int flags) {
    return (int)sys_openat(directory, name, OPEN_WRITE | OPEN_APPEND | OPEN_CREATE | OPEN_NOFOLLOW | flags, LOG_MODE);
}

/* The directory is kept open: rotation must work however deep the path is, and in the same place whatever is renamed. */
static long open_directory(struct log *log, const char *path, u32 length) {
    char parent[4096];
    u32 base = length;
    while (path[base - 1] != '/') {
        base--;
    }
    if (base >= sizeof parent) {
        return -ENAMETOOLONG;
    }
    memcpy(parent, path, base);
    parent[base] = 0;
    memcpy(log->name, path + base, length - base + 1);
    return sys_openat(AT_FDCWD_, parent, OPEN_DIRECTORY, 0);
}

/* A shim that was killed may have left half a record; what follows it must begin a line. */
static void end_torn_record(struct log *log) {
    char byte = '\n';
    int reader = (int)sys_openat(log->directory, log->name, OPEN_READ | OPEN_NOFOLLOW, 0);
    if (reader >= 0) {
        SYS4(pread64, reader, &byte, 1, log->size - 1);
        sys_close(reader);
    }
    if (byte != '\n') {
        log->out[log->pending++] = '\n';
    }
}

long log_open(struct log *log, const struct plan_header *plan) {
    log->fd = -1;
    if (plan->log_mode == LOG_NONE) {
        return 0;
    }
    long opened = open_directory(log, plan_string(plan, plan->log_path), plan->log_path.length);
    if (opened < 0) {
        return opened;
    }
    log->directory = (int)opened;
    log->fd = open_name(log->directory, log->name, 0);
    if (log->fd < 0) {
        return log->fd;
    }
    log->max_files = plan->log_max_files;
    log->max_size = log->rotate_at = plan->log_max_size;
    log->attrs_length = plan->log_attrs.length;
    memcpy(log->attrs, plan_string(plan, plan->log_attrs), log->attrs_length);
    log->size = file_size(log->fd);
    if (log->size > 0) {
        end_torn_record(log);
    }
    return 0;
}

/* The end of the last whole record among the first bytes of what was to be written. */
static u32 whole_records(const struct log *log, u32 written) {
    while (written > 0 && log->out[written - 1] != '\n') {
        written--;
    }
    return written;
}

/*
 * The file got less than it should. The piece of a record at its end is taken off again: a reader would join it with the next
 * record. The size is asked for, because somebody may have emptied the file meanwhile.
 */
static void drop_unwritten(struct log *log, u32 written) {
    u32 whole = whole_records(log, written);
    u64 size = file_size(log->fd);
    u32 piece = written - whole;
    if (piece > 0 && size >= piece) {
        SYS2(ftruncate, log->fd, size - piece);
        size -= piece;
    }
    log->lost += log->pending - whole;
    log->size = size;
}

void log_flush(struct log *log) {
    u32 written = 0;
    if (log->fd < 0 || log->pending == 0) {
        return;
    }
    while (written < log->pending) {
        long count = sys_write(log->fd, log->out + written, log->pending - written);
        if (count <= 0) {
            break;
        }
        written += (u32)count;
    }
    if (written < log->pending) {
        drop_unwritten(log, written);
    } else {
        log->size += written;
    }
    log->pending = 0;
}

/* The name with a suffix: .1 is the youngest of the old files. */
static void numbered(const struct log *log, u32 number, char *to) {
    char digits[10];
    u32 count = 0;
    char *at = (char *)json_raw((u8 *)to, log->name);
    *at++ = '.';
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) {
        *at++ = digits[--count];
    }
    *at = 0;
}

static bool rename_in(int directory, const char *from, const char *to) {
    long error = SYS5(renameat2, directory, from, directory, to, 0);
    return error == 0 || error == -ENOENT;
}

/* Old files move up by one, the oldest is replaced. */
static bool shift_files(const struct log *log) {
    char from[sizeof log->name + 12];
    char to[sizeof log->name + 12];
    for (u32 i = log->max_files - 1; i > 1; i--) {
        numbered(log, i - 1, from);
        numbered(log, i, to);
        if (!rename_in(log->directory, from, to)) {
            return false;
        }
    }
    numbered(log, 1, to);
    return rename_in(log->directory, log->name, to);
}

/* The new file is made first: on a full disk the old one stays in place and in use. */
static bool replace_file(struct log *log) {
    char fresh[sizeof log->name + 8];
    u8 *end = json_raw(json_raw((u8 *)fresh, log->name), ".new");
    *end = 0;
    int fd = open_name(log->directory, fresh, OPEN_TRUNCATE);
    if (fd < 0) {
        return false;
    }
    if (!shift_files(log) || !rename_in(log->directory, fresh, log->name)) {
        sys_close(fd);
        SYS3(unlinkat, log->directory, fresh, 0);
        return false;
    }
    sys_close(log->fd);
    log->fd = fd;
    return true;
}

static void rotate(struct log *log) {
    bool done = log->max_files > 1 ? replace_file(log) : SYS2(ftruncate, log->fd, 0) == 0;
    if (done) {
        log->size = 0;
        log->rotate_at = log->max_size;
    } else {
        /* Not at every record again: that would cost more than the log. */
        log->rotate_at = log->size + ROTATION_RETRY;
    }
}

void log_record(struct log *log, const char *stream, const u8 *text, u32 length, bool line_break, struct timestamp time) {
    if (log->fd < 0) {
        return;
    }
    /* As Docker: a file is full once it has reached its size, so it may exceed it by one record. */
    if (log->max_size && log->size + log->pending >= log->rotate_at) {
        log_flush(log);
        if (log->size >= log->rotate_at) {
            rotate(log);
        }
    }
    u8 *to = json_raw(log->out + log->pending, "{\"log\":\"");
    to = json_escape(to, text, length);
    to = json_raw(to, line_break ? "\\n\",\"stream\":\"" : "\",\"stream\":\"");
    to = json_raw(to, stream);
    *to++ = '"';
    if (log->attrs_length) {
        to = json_raw(to, ",\"attrs\":");
        memcpy(to, log->attrs, log->attrs_length);
        to += log->attrs_length;
    }
    to = json_raw(to, ",\"time\":");
    to = json_time(to, time);
    to = json_raw(to, "}\n");
    log->pending = (u32)(to - log->out);
    if (log->pending >= LOG_BATCH) {
        log_flush(log);
    }
}
