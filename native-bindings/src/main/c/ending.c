#include "ending.h"

#define COUNTER_FILE 4096

struct plan_header *plan_open(int fd, enum plan_fault *fault) {
    *fault = PLAN_UNREADABLE;
    long size = SYS3(lseek, fd, 0, SEEK_TO_END);
    long seals = SYS2(fcntl, fd, FCNTL_GET_SEALS);
    /* Unsealed, it could change or shrink after it was checked. */
    if (size <= 0 || size > PLAN_MAX_SIZE || seals < 0 || (seals & (SEAL_SHRINK | SEAL_WRITE)) != (SEAL_SHRINK | SEAL_WRITE)) {
        return NULL;
    }
    long address = SYS6(mmap, NULL, size, MEMORY_READ | MEMORY_WRITE, MAP_COPY, fd, 0);
    if (address < 0 && address >= -MAX_ERRNO) {
        return NULL;
    }
    struct plan_header *plan = (struct plan_header *)address;
    *fault = plan_check(plan, (u64)size);
    if (*fault != PLAN_GOOD) {
        return NULL;
    }
    plan_relocate(plan);
    return plan;
}

bool exit_file_write(int fd, const struct exit_record *record) {
    return SYS4(pwrite64, fd, record, sizeof *record, 0) == sizeof *record;
}

long exit_file_create(const char *path) {
    struct exit_record record = {.magic = EXIT_MAGIC, .state = STILL_RUNNING};
    long fd = sys_openat(AT_FDCWD_, path, OPEN_WRITE | OPEN_CREATE | OPEN_TRUNCATE | OPEN_NOFOLLOW, 0600);
    if (fd >= 0 && !exit_file_write((int)fd, &record)) {
        return -ENOSPC;
    }
    return fd;
}

/* True if the text has a line "key N" with N above 0. */
static bool counts(const char *text, u64 length, const char *key, u32 key_length) {
    const char *end = text + length;
    for (const char *line = text; line < end;) {
        const char *next = memchr(line, '\n', (u64)(end - line));
        u64 size = next ? (u64)(next - line) : (u64)(end - line);
        if (size > key_length + 1 && memcmp(line, key, key_length) == 0 && line[key_length] == ' ') {
            return line[key_length + 1] > '0' && line[key_length + 1] <= '9';
        }
        line += size + 1;
    }
    return false;
}

void oom_open(struct oom_counter *counter, const struct plan_header *plan) {
    *counter = (struct oom_counter){.fd = -1};
    if (plan->oom_path.length == 0 || plan->oom_key.length > sizeof counter->key) {
        return;
    }
    counter->key_length = plan->oom_key.length;
    memcpy(counter->key, plan_string(plan, plan->oom_key), counter->key_length);
    counter->fd = (int)sys_openat(AT_FDCWD_, plan_string(plan, plan->oom_path), OPEN_READ | OPEN_CLOEXEC, 0);
}

void oom_look(struct oom_counter *counter) {
    char text[COUNTER_FILE];
    if (counter->fd < 0) {
        return;
    }
    long length = SYS4(pread64, counter->fd, text, sizeof text, 0);
    counter->hit = length > 0 && counts(text, (u64)length, counter->key, counter->key_length);
    if (counter->hit || length <= 0) {
        sys_close(counter->fd);
        counter->fd = -1;
    }
}
