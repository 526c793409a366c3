#include "launch.h"

#include "control.h"
#include "reaper.h"

#include <linux/sched.h>

#define STATUS_REGISTER 0

__attribute__((noreturn)) static void report_and_exit(struct failure failure) {
    struct status status = {.kind = STATUS_FAILED, .failure = failure};
    sys_write((int)registers[STATUS_REGISTER], &status, sizeof status);
    sys_exit(127);
}

__attribute__((noreturn)) static void run_child(const struct plan_header *plan) {
    struct failure failure = {CHILD, plan->phases[CHILD].count, ENOEXEC};
    block_signals(NO_SIGNALS);
    run_phase(plan, CHILD, &failure);
    report_and_exit(failure);
}

/* The old call, because seccomp profiles forbid clone3, whose arguments they cannot read. */
static long old_clone(u64 flags) { return SYS5(clone, flags, 0, 0, 0, 0); }

/*
 * What is born here is born in the container's pid namespace. It is the shim's child, not the joiner's, so that the joiner
 * need not live: everything the joiner was has been given up before.
 */
__attribute__((noreturn)) static void join(const struct plan_header *plan) {
    long child = old_clone(CLONE_PARENT | SIGNAL_CHILD);
    if (child == 0) {
        run_child(plan);
    }
    if (child < 0) {
        report_and_exit((struct failure){AT_START, START_CLONE, (i32)-child});
    }
    struct status status = {.kind = STATUS_CHILD, .pid = (u32)child};
    sys_write((int)registers[STATUS_REGISTER], &status, sizeof status);
    sys_exit(0);
}

__attribute__((noreturn)) static void become_reaper(const struct plan_header *plan, char *name) {
    long child = old_clone(SIGNAL_CHILD);
    if (child == 0) {
        run_child(plan);
    }
    if (child < 0) {
        report_and_exit((struct failure){AT_START, START_CLONE, (i32)-child});
    }
    /* What ps shows inside the container; as long as the shim's own name, and its argument says nothing there. */
    memcpy(name, "jdocker-init", sizeof "jdocker-init");
    sys_close_range(0, ~0U);
    SYS2(munmap, plan, plan->total_length);
    reap_until_exit((int)child);
}

__attribute__((noreturn)) static void run_process(const struct plan_header *plan, char *name) {
    struct failure failure = {PROCESS, plan->phases[PROCESS].count, ENOEXEC};
    bool has_child = plan->flags & (EXEC | INIT);
    /* The plan and the daemon's socket have no close-on-exec: the shim got them by number. What is held is no business of ours. */
    sys_close_range(3, 4);
    sys_close_range(HELD_FIRST, HELD_END - 1);
    if (!has_child) {
        block_signals(NO_SIGNALS);
    }
    if (!run_phase(plan, PROCESS, &failure) || !has_child) {
        report_and_exit(failure);
    }
    if (plan->flags & EXEC) {
        join(plan);
    }
    become_reaper(plan, name);
}

static long clone_process(const struct plan_header *plan, int *pidfd) {
    struct clone_args args = {
        .flags = plan->clone_flags | CLONE_PIDFD,
        .pidfd = (u64)pidfd,
        .exit_signal = SIGNAL_CHILD,
    };
    if (plan->cgroup_register != NO_REGISTER) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (u64)registers[plan->cgroup_register];
    }
    return SYS2(clone3, &args, sizeof args);
}

/* One packet; the descriptor that came with it goes into *fd. */
static long receive(int socket, struct status *status, int *fd) {
    struct io_slice slice = {status, sizeof *status};
    struct one_fd control = {0};
    struct message message = {.slices = &slice, .slice_count = 1, .control = &control, .control_length = sizeof control};
    long length = SYS3(recvmsg, socket, &message, MESSAGE_CLOEXEC);
    *fd = length > 0 && message.control_length >= ONE_FD_LENGTH && control.type == SOCKET_RIGHTS ? control.fd : -1;
    return length;
}

/* Reads until every copy of the other end is closed: by execve, or by an end. The child's pid, 0 if none was told. */
static bool follow_setup(int socket, struct process *process, int *child, struct failure *failure) {
    for (;;) {
        struct status status = {0};
        int fd = -1;
        long length = receive(socket, &status, &fd);
        if (length != sizeof status) {
            return true;
        }
        if (status.kind == STATUS_FAILED) {
            *failure = status.failure;
            return false;
        }
        if (status.kind == STATUS_CHILD) {
            *child = (int)status.pid;
        }
        if (status.kind == STATUS_TERMINAL && fd >= 0 && process->terminal < 0) {
            process->terminal = fd;
        }
    }
}

/* The joiner has ended; its child is ours from now on. Not yet reaped, its pid cannot be another's. */
static bool take_child(struct process *process, int child) {
    struct signal_info info;
    sys_waitid(WAIT_PIDFD, process->pidfd, &info, WAIT_EXITED);
    sys_close(process->pidfd);
    process->pid = child;
    process->pidfd = child > 0 ? (int)SYS2(pidfd_open, child, 0) : -1;
    return process->pidfd >= 0;
}

/* The daemon takes down the cgroup after a failure, so nobody may be left in it. */
static bool give_up(struct process *process, struct failure *failure, struct failure why) {
    struct signal_info info;
    if (process->pidfd >= 0) {
        SYS4(pidfd_send_signal, process->pidfd, SIGNAL_KILL, NULL, 0);
    }
    while (sys_waitid(WAIT_ANY, 0, &info, WAIT_EXITED) == 0) {
    }
    *failure = why;
    return false;
}

static struct failure at_start(enum start_step step, long error) {
    return (struct failure){AT_START, step, (i32)-error};
}

bool launch(const struct plan_header *plan, char *name, struct process *process, struct failure *failure) {
    int status[2];
    int child = 0;
    *process = (struct process){0, -1, -1};
    long error = SYS4(socketpair, SOCKET_UNIX, SOCKET_SEQPACKET | OPEN_CLOEXEC, 0, status);
    if (error < 0) {
        *failure = at_start(START_STATUS_SOCKET, error);
        return false;
    }
    registers[STATUS_REGISTER] = status[1];
    long pid = clone_process(plan, &process->pidfd);
    if (pid == 0) {
        run_process(plan, name);
    }
    sys_close(status[1]);
    if (pid < 0) {
        *failure = at_start(START_CLONE, pid);
        return false;
    }
    process->pid = (int)pid;
    struct failure why;
    bool good = follow_setup(status[0], process, &child, &why);
    sys_close(status[0]);
    if (!good) {
        return give_up(process, failure, why);
    }
    if ((plan->flags & EXEC) && !take_child(process, child)) {
        return give_up(process, failure, at_start(START_VANISHED, -ESRCH));
    }
    if ((plan->flags & TTY) && process->terminal < 0) {
        return give_up(process, failure, at_start(START_NO_TERMINAL, -ENOTTY));
    }
    return true;
}
