/* From a prepared plan to a running process. */
#pragma once

#include "steps.h"

struct process {
    int pid;
    int pidfd;
    int terminal; /* the pty's master, or -1 */
};

/* Makes the process and waits until its execve has happened; false with the failure, and then nothing of it is left. */
bool launch(const struct plan_header *plan, char *name, struct process *process, struct failure *failure);
