/*
 * System calls without a C library. Results are the kernel's own: a negative error number, or the value.
 * Only calls that every 64-bit machine has are used, so that a machine needs no more than sys_<machine>.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <asm/unistd.h>
#include <linux/errno.h>

#if defined(__x86_64__)
#include "sys_x86_64.h"
#elif defined(__aarch64__)
#include "sys_aarch64.h"
#else
#error "no sys_<machine>.h for this machine"
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define SYS6(nr, a, b, c, d, e, f) \
    sys6(__NR_##nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYS5(nr, a, b, c, d, e) SYS6(nr, a, b, c, d, e, 0)
#define SYS4(nr, a, b, c, d) SYS6(nr, a, b, c, d, 0, 0)
#define SYS3(nr, a, b, c) SYS6(nr, a, b, c, 0, 0, 0)
#define SYS2(nr, a, b) SYS6(nr, a, b, 0, 0, 0, 0)
#define SYS1(nr, a) SYS6(nr, a, 0, 0, 0, 0, 0)
#define SYS0(nr) SYS6(nr, 0, 0, 0, 0, 0, 0)

/* The few constants and structures of the kernel that are used; its own headers clash with those of a C library in tests. */
enum {
    AT_FDCWD_ = -100,
    OPEN_READ = 00,
    OPEN_WRITE = 01,
    OPEN_CREATE = 0100,
    OPEN_TRUNCATE = 01000,
    OPEN_APPEND = 02000,
    OPEN_NONBLOCK = 04000,
    OPEN_CLOEXEC = 02000000,
    FCNTL_SETFL = 4,
    FCNTL_GET_SEALS = 1034,
    SEAL_SHRINK = 2,
    SEAL_WRITE = 8,
    SEEK_TO_END = 2,
    MEMORY_READ = 1,
    MEMORY_WRITE = 2,
    MAP_COPY = 2,
    ADVISE_DONTNEED = 4,
    WAIT_ANY = 0,
    WAIT_PIDFD = 3,
    WAIT_NOHANG = 1,
    WAIT_EXITED = 4,
    CHILD_EXITED = 1,
    SIGNAL_KILL = 9,
    SIGNAL_CHILD = 17,
    SIGNAL_BACKGROUND_READ = 21,
    SIGNAL_BACKGROUND_WRITE = 22,
    READABLE = 1,
    URGENT = 2,
    WRITABLE = 4,
    CLOCK_WALL = 0,
    CLOCK_STEADY = 1,
    SET_TTY_SIZE = 0x5414,
    SOCKET_UNIX = 1,
    SOCKET_SEQPACKET = 5,
    SOCKET_LEVEL = 1,
    SOCKET_RIGHTS = 1,
    SOCKET_PEER = 17,
    MESSAGE_CONTROL_CUT = 0x8,
    MESSAGE_DONTWAIT = 0x40,
    MESSAGE_NOSIGNAL = 0x4000,
    MESSAGE_CLOEXEC = 0x40000000,
};

#if defined(__aarch64__)
#define OPEN_NOFOLLOW 0100000
#define OPEN_DIRECTORY 040000
#else
#define OPEN_NOFOLLOW 0400000
#define OPEN_DIRECTORY 0200000
#endif

struct timestamp {
    i64 seconds;
    i64 nanoseconds;
};

struct poll_entry {
    int fd;
    u16 events;
    u16 happened;
};

struct io_slice {
    const void *base;
    u64 length;
};

struct message {
    void *name;
    u32 name_length;
    struct io_slice *slices;
    u64 slice_count;
    void *control;
    u64 control_length;
    int flags;
};

/* Control data of a message with exactly one descriptor. */
struct one_fd {
    u64 length;
    int level;
    int type;
    int fd;
    int padding;
};
#define ONE_FD_LENGTH (sizeof(struct one_fd) - sizeof(int))

/* The same with some; one more than is taken, to see that there were more. */
struct cargo {
    u64 length;
    int level;
    int type;
    int fds[66];
};
#define CARGO_HEADER (sizeof(u64) + 2 * sizeof(int))

/* The head of siginfo_t as waitid and rt_sigtimedwait fill it on 64-bit machines. */
struct signal_info {
    int number;
    int error;
    int code;
    int padding;
    int pid;
    u32 uid;
    int status;
    u8 rest[128 - 28];
};

static inline long sys_read(int fd, void *to, u64 length) { return SYS3(read, fd, to, length); }

static inline long sys_write(int fd, const void *from, u64 length) { return SYS3(write, fd, from, length); }

static inline void sys_close(int fd) { SYS1(close, fd); }

static inline void sys_close_range(u32 first, u32 last) { SYS3(close_range, first, last, 0); }

static inline long sys_openat(int directory, const char *path, int flags, int mode) {
    return SYS4(openat, directory, path, flags | OPEN_CLOEXEC, mode);
}

static inline long sys_send(int fd, const struct message *message) {
    return SYS3(sendmsg, fd, message, MESSAGE_DONTWAIT | MESSAGE_NOSIGNAL);
}

static inline struct timestamp sys_clock(int clock) {
    struct timestamp now = {0, 0};
    SYS2(clock_gettime, clock, &now);
    return now;
}

static inline u64 milliseconds(void) {
    struct timestamp now = sys_clock(CLOCK_STEADY);
    return (u64)now.seconds * 1000 + (u64)now.nanoseconds / 1000000;
}

static inline long sys_poll(struct poll_entry *entries, u32 count, i64 timeout_ms) {
    struct timestamp timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};
    return SYS5(ppoll, entries, count, timeout_ms < 0 ? NULL : &timeout, NULL, 8);
}

static inline long sys_waitid(int kind, int id, struct signal_info *info, int options) {
    return SYS5(waitid, kind, id, info, options, NULL);
}

enum { ALL_SIGNALS = -1, NO_SIGNALS = 0, SIGNALS_SET = 2 };

/* How SIGKILL, SIGSTOP and faults act, no mask changes. */
static inline void block_signals(i64 mask) { SYS4(rt_sigprocmask, SIGNALS_SET, &mask, NULL, sizeof mask); }

__attribute__((noreturn)) static inline void sys_exit(int code) {
    for (;;) {
        SYS1(exit_group, code);
    }
}

/* gcc calls these by itself; mem.c has them where there is no C library. */
void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *a, const void *b, size_t length);
void *memchr(const void *in, int value, size_t length);
