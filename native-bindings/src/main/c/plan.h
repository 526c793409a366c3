/* The plan's format; docs/shim-protocol.md explains it, PlanWriter writes it. Numbers are little-endian. */
#pragma once

#include "sys.h"

#define PLAN_MAGIC 0x314e414c50444a00ULL /* "\0JDPLAN1" */

enum {
    PLAN_VERSION = 1,
    PLAN_MAX_SIZE = 4 << 20,
    PLAN_MAX_LOG_FILES = 1000,
    PLAN_MAX_LOG_NAME = 240,
    PLAN_MAX_LOG_ATTRS = 8192,
    REGISTERS = 64,
    NO_REGISTER = 0xffff,
};

enum plan_flag { TTY = 1, OPEN_STDIN = 2, EXEC = 4, INIT = 8, SUBSCRIBED = 16, PLAN_FLAGS = 31 };

enum log_mode { LOG_NONE, LOG_JSON, LOG_MODES };

/* PARSE and START are no phases of a plan; they tell where the shim itself failed. */
enum phase { PREPARE, PROCESS, CHILD, END, PHASES };

enum op { OP_SYSCALL, OP_EXPECT, OP_STORE, OP_LOAD, OP_JUMP, OP_FAIL, OP_SENDFD, OPS };

enum step_flag { SKIP_ON_TOLERATED = 1, RETRY_BUSY = 2, SKIP_IF_EQUAL = 4, SKIP_IF_NOT_EQUAL = 8 };

enum arg_kind { VALUE, ADDRESS, REGISTER, ARG_KINDS };

enum { ARGS = 6, TOLERATED = 4, MAX_ERRNO = 4095 };

struct plan_range {
    u32 offset;
    u32 length;
};

struct plan_section {
    u32 offset;
    u32 count;
};

struct plan_header {
    u64 magic;
    u32 version;
    u32 total_length;
    u32 flags;
    u32 log_mode;
    u64 clone_flags;
    u64 kept_registers;
    u64 log_max_size;
    u32 log_max_files;
    u16 stdin_register;
    u16 stdout_register;
    u16 stderr_register;
    u16 listener_register;
    u16 cgroup_register;
    u16 padding;
    struct plan_range log_path;
    struct plan_range log_attrs;
    struct plan_range exit_path;
    struct plan_range oom_path;
    struct plan_range oom_key;
    struct plan_section phases[PHASES];
    struct plan_section relocations;
    struct plan_section data;
    u64 reserved;
};
_Static_assert(sizeof(struct plan_header) == 160, "the header is part of the protocol");

struct step {
    u16 op;
    u16 flags;
    u16 skip;
    u16 out;
    u16 tolerated[TOLERATED];
    u32 number;
    u32 spare;
    u8 kind[8];
    u64 arg[ARGS];
};
_Static_assert(sizeof(struct step) == 80, "the step is part of the protocol");

struct relocation {
    u32 where;
    u32 target;
};

/* Why a plan was refused; reported as the step of a failure to parse. */
enum plan_fault {
    PLAN_GOOD,
    PLAN_UNREADABLE,
    PLAN_BAD_HEADER,
    PLAN_BAD_SECTION,
    PLAN_BAD_STRING,
    PLAN_BAD_LOG,
    PLAN_BAD_REGISTER,
    PLAN_BAD_PHASES,
    PLAN_BAD_STEP,
    PLAN_BAD_RELOCATION,
};

/* Says whether everything that a plan refers to lies within it; nothing may be carried out before. */
enum plan_fault plan_check(const void *bytes, u64 size);

static inline const struct step *plan_steps(const struct plan_header *plan, enum phase phase) {
    return (const struct step *)((const u8 *)plan + plan->phases[phase].offset);
}

static inline u8 *plan_data(const struct plan_header *plan) { return (u8 *)plan + plan->data.offset; }

static inline const char *plan_string(const struct plan_header *plan, struct plan_range range) {
    return (const char *)plan_data(plan) + range.offset;
}

/* Turns offsets into addresses; a checked plan only, once. */
void plan_relocate(struct plan_header *plan);
