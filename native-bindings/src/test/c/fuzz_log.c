/*
 * The log writer on real files: random lines, sizes and numbers of files, now and then a disk that is full. Whatever happens, each file
 * holds whole records in order, and nothing is missing but what was counted as lost or rotated away.
 */
#include "../../main/c/log.h"
#include "fuzz.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];
static struct log journal;

static void remove_directory(void) {
    if (directory[0]) {
        rmdir(directory);
    }
}

static void make_directory(void) {
    if (!directory[0]) {
        strcpy(directory, "/tmp/shim-log-XXXXXX");
        require(mkdtemp(directory));
        atexit(remove_directory);
        /* A limit on the size of files stands for a full disk: the write is cut short, the next one fails. */
        signal(SIGXFSZ, SIG_IGN);
    }
}

static void limit_size(rlim_t size) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = size;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void open_log(struct source *in, u64 max_size, u32 max_files) {
    static union {
        struct plan_header plan;
        u8 bytes[sizeof(struct plan_header) + 512];
    } holder;
    struct plan_header *plan = &holder.plan;
    *plan = (struct plan_header){.log_mode = LOG_JSON, .log_max_size = max_size, .log_max_files = max_files};
    plan->data = (struct plan_section){sizeof *plan, 512};
    int length = sprintf((char *)plan_data(plan), "%s/log", directory);
    plan->log_path = (struct plan_range){0, (u32)length};
    memcpy(plan_data(plan) + 256, "{\"a\":1}", 8);
    plan->log_attrs = (struct plan_range){256, take(in, 2) ? 7 : 0};
    memset(&journal, 0, sizeof journal);
    require(log_open(&journal, plan) == 0);
}

static void file_name(char *to, u32 number) {
    int length = sprintf(to, "%s/log", directory);
    if (number) {
        sprintf(to + length, ".%u", number);
    }
}

/* The number in the record, after checking that it is one whole line of ours. */
static unsigned record_number(const char *line, size_t length) {
    unsigned number = 0;
    require(sscanf(line, "{\"log\":\"%u ", &number) == 1);
    require(length > 4 && memcmp(line + length - 3, "Z\"}", 3) == 0);
    return number;
}

/* The records of one file; each number is larger than the one before. Returns the last number. */
static unsigned check_file(u32 number, unsigned after, unsigned *records) {
    char name[96];
    char *line = NULL;
    size_t room = 0;
    file_name(name, number);
    FILE *file = fopen(name, "r");
    if (!file) {
        return after;
    }
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        require(line[length - 1] == '\n');
        unsigned found = record_number(line, (size_t)length - 1);
        require(found > after);
        after = found;
        ++*records;
    }
    free(line);
    fclose(file);
    unlink(name);
    return after;
}

static void close_log(void) {
    close(journal.fd);
    close(journal.directory);
}

static unsigned write_lines(struct source *in, bool full_disk) {
    static u8 text[LOG_LINE];
    unsigned lines = take(in, 200);
    for (unsigned i = 1; i <= lines; i++) {
        int length = sprintf((char *)text, "%u ", i);
        u32 more = take(in, take(in, 10) ? 100 : LOG_LINE - 16);
        memset(text + length, take(in, 2) ? 'x' : 1, more);
        log_record(&journal, "stdout", text, (u32)length + more, take(in, 4), (struct timestamp){1, 0});
        if (take(in, 5) == 0) {
            log_flush(&journal);
        }
        if (full_disk && take(in, 20) == 0) {
            limit_size(take(in, 2) ? RLIM_INFINITY : 1 + take(in, 30000));
        }
    }
    log_flush(&journal);
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct source in = {bytes, bytes + size};
    u32 max_files = 1 + take(&in, 5);
    u64 max_size = take(&in, 2) ? 1 + take(&in, 20000) : 0;
    bool full_disk = take(&in, 2);
    unsigned records = 0;
    unsigned last = 0;
    make_directory();
    open_log(&in, max_size, max_files);
    unsigned lines = write_lines(&in, full_disk);
    limit_size(RLIM_INFINITY);
    close_log();
    for (u32 number = max_files; number-- > 0;) {
        last = check_file(number, last, &records);
    }
    char beyond[96];
    file_name(beyond, max_files);
    require(access(beyond, F_OK) != 0);
    require(full_disk || last == lines);
    require(full_disk || journal.lost == 0);
    require(max_size || journal.lost || records == lines);
    return 0;
}
