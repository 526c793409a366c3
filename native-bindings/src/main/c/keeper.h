/* The keeper: stays with a process from its start to its end. */
#pragma once

#include "control.h"
#include "ending.h"
#include "launch.h"
#include "log.h"

struct stream {
    int fd; /* -1: at its end */
    const char *name;
    bool hung_up; /* a terminal that nobody has open at the moment */
    u32 line; /* where the first byte is that is not in the log yet */
    u32 scanned; /* up to here there is no line break */
    u32 fill;
    u8 buffer[LOG_LINE] __attribute__((aligned(4096)));
};

struct keeper {
    struct process process;
    struct stream streams[STREAMS];
    struct control control;
    struct log log;
    struct exit_record exit;
    struct oom_counter oom;
    int exit_file;
    int listener; /* -1: no daemon can connect */
    bool has_ended;
    bool draining; /* what is in the pipes now is the last that counts */
    bool touched; /* buffers were used since memory was last given back */
    u32 drained;
    u64 ended_at;
    u64 progress_at;
};

/* Until the process has ended and its output is in the log. */
void keep(struct keeper *keeper);
