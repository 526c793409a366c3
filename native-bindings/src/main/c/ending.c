#include "ending.h"

#define COUNTER_FILE 4096
#define MOST_PATH 512

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

/* The number in the line "key N"; 0 when there is none. */
static u64 number_of(const char *text, u64 length, const struct oom_counter *counter) {
    const char *end = text + length;
    for (const char *line = text; line < end;) {
        const char *next = memchr(line, '\n', (u64)(end - line));
        const char *stop = next ? next : end;
        const char *at = line + counter->key_length;
        if (stop > at && memcmp(line, counter->key, counter->key_length) == 0 && *at == ' ') {
            u64 number = 0;
            for (at++; at < stop && *at >= '0' && *at <= '9'; at++) {
                number = number * 10 + (u64)(*at - '0');
            }
            return number;
        }
        line = stop + 1;
    }
    return 0;
}

/* False where the file says nothing any more. */
static bool count(const struct oom_counter *counter, int fd, u64 *number) {
    char text[COUNTER_FILE];
    long length = fd < 0 ? -1 : SYS4(pread64, fd, text, sizeof text, 0);
    if (length <= 0) {
        return false;
    }
    *number = number_of(text, (u64)length, counter);
    return true;
}

/* The file of the same name in the directory above the cgroup. */
static int open_above(const char *path, u32 length) {
    char above[MOST_PATH];
    u32 name = length;
    while (name > 0 && path[name - 1] != '/') {
        name--;
    }
    u32 directory = name > 0 ? name - 1 : 0;
    while (directory > 0 && path[directory - 1] != '/') {
        directory--;
    }
    u32 rest = length - name;
    if (directory == 0 || directory + rest >= sizeof above) {
        return -1;
    }
    memcpy(above, path, directory);
    memcpy(above + directory, path + name, rest);
    above[directory + rest] = 0;
    return (int)sys_openat(AT_FDCWD_, above, OPEN_READ | OPEN_CLOEXEC, 0);
}

void oom_open(struct oom_counter *counter, const struct plan_header *plan) {
    *counter = (struct oom_counter){.fd = -1, .above = -1};
    if (plan->oom_path.length == 0 || plan->oom_key.length > sizeof counter->key) {
        return;
    }
    counter->key_length = plan->oom_key.length;
    memcpy(counter->key, plan_string(plan, plan->oom_key), counter->key_length);
    const char *path = plan_string(plan, plan->oom_path);
    counter->fd = (int)sys_openat(AT_FDCWD_, path, OPEN_READ | OPEN_CLOEXEC, 0);
    counter->above = open_above(path, plan->oom_path.length);
    count(counter, counter->above, &counter->killed_above);
}

void oom_look(struct oom_counter *counter) {
    u64 killed = 0;
    u64 above = 0;
    if (counter->fd < 0) {
        return;
    }
    bool counted_above = count(counter, counter->above, &above); /* first: a kill in between is then seen below */
    bool gone = !count(counter, counter->fd, &killed);
    counter->hit = gone ? counted_above && above > counter->killed_above : killed > 0;
    counter->killed_above = above;
    if (counter->hit || gone) {
        sys_close(counter->fd);
        sys_close(counter->above);
        counter->fd = counter->above = -1;
    }
}
