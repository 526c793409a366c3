/* What is left of a process: its exit file and the plan's last phase. */
#pragma once

#include "plan.h"

#define EXIT_MAGIC 0x3154495845444a00ULL /* "\0JDEXIT1" */

enum exit_state { STILL_RUNNING, HAS_ENDED };

enum exit_flag { OUT_OF_MEMORY = 1, LOG_LOSS = 2 };

/* The exit file, whole. */
struct exit_record {
    u64 magic;
    u32 state;
    u32 code;
    u32 signal;
    u32 flags;
    i64 seconds;
    u32 nanoseconds;
    u32 pid;
    u64 lost; /* bytes of log records that found no room */
    u64 reserved[2];
};
_Static_assert(sizeof(struct exit_record) == 64, "the exit file is part of the protocol");

/* The mapped plan, checked and with its addresses; NULL with the reason. */
struct plan_header *plan_open(int fd, enum plan_fault *fault);

/* Takes the file's room now, because a full disk later must not cost the exit status. A descriptor or an error. */
long exit_file_create(const char *path);

bool exit_file_write(int fd, const struct exit_record *record);

/* Where the kernel counts processes killed for want of memory, and what it has counted. */
struct oom_counter {
    int fd; /* -1: there is none, or it need not be asked any more */
    int above; /* counts ours too, and outlives it; -1: there is none */
    u64 killed_above; /* when last looked */
    u32 key_length;
    char key[32];
    bool hit;
};

void oom_open(struct oom_counter *counter, const struct plan_header *plan);

/*
 * Looks, and makes poll wait for the next change. More than once, because the cgroup may be gone at the end: systemd removes
 * a scope as soon as it is empty. Then what has been added above since the last look tells.
 */
void oom_look(struct oom_counter *counter);
