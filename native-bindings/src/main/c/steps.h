/* Carrying out the steps of a plan. */
#pragma once

#include "plan.h"

/* The shim's own places of failure, reported behind the phases of the plan. */
enum { AT_PARSE = PHASES, AT_START };

/* The step of a failure AT_START. */
enum start_step { START_LOG, START_EXIT_FILE, START_STATUS_SOCKET, START_CLONE, START_NO_TERMINAL, START_VANISHED };

struct failure {
    u32 phase;
    u32 step;
    i32 error;
};

/* What a new process tells the shim, one packet each. */
enum status_kind { STATUS_FAILED, STATUS_CHILD, STATUS_TERMINAL };

struct status {
    u32 kind;
    u32 pid;
    struct failure failure;
};

/* A new process inherits the values. */
extern i64 registers[REGISTERS];

/* True, or false with the failure filled in. */
bool run_phase(const struct plan_header *plan, enum phase phase, struct failure *failure);
