/*
 * jdocker-shim: makes one container or one exec from the daemon's plan, stays with it, and cleans up after it.
 * docs/shim-protocol.md tells the rest.
 *
 * Descriptors at the start: 0-3 /dev/null, 4 the socket to the daemon, 5 this program. The plan comes by the socket, so that
 * a shim can be started before anybody knows for what.
 */
#include "keeper.h"

enum { PLAN_FD = 3, CONTROL_FD = 4, FIRST_UNWANTED_FD = 5, SET_DUMPABLE = 4, SET_NAME = 15 };

/* The most descriptors that outlive the start: those of the keeper and one for each register. */
#define KEPT (13 + REGISTERS)

static struct keeper keeper;

static int descriptor(u16 register_number) {
    return register_number == NO_REGISTER ? -1 : (int)registers[register_number];
}

static int with_nonblock(int fd) {
    if (fd >= 0) {
        SYS3(fcntl, fd, FCNTL_SETFL, OPEN_NONBLOCK);
    }
    return fd;
}

/* A container may never look into the shim, whatever else goes wrong; and nothing but SIGKILL may end the shim. */
static void protect(void) {
    SYS2(prctl, SET_DUMPABLE, 0);
    SYS2(prctl, SET_NAME, "jdocker-shim");
    block_signals(ALL_SIGNALS);
    sys_close_range(FIRST_UNWANTED_FD, ~0U);
}

__attribute__((noreturn)) static void fail(struct failure failure) {
    control_send_last(&keeper.control, MESSAGE_FAILED, &failure, sizeof failure);
    sys_exit(1);
}

static void prepare(const struct plan_header *plan) {
    struct failure failure;
    if (!run_phase(plan, PREPARE, &failure)) {
        fail(failure);
    }
    long error = log_open(&keeper.log, plan);
    if (error < 0) {
        fail((struct failure){AT_START, START_LOG, (i32)-error});
    }
    long fd = exit_file_create(plan_string(plan, plan->exit_path));
    if (fd < 0) {
        fail((struct failure){AT_START, START_EXIT_FILE, (i32)-fd});
    }
    keeper.exit_file = (int)fd;
    oom_open(&keeper.oom, plan);
}

static void take_streams(const struct plan_header *plan) {
    bool terminal = plan->flags & TTY;
    int master = keeper.process.terminal;
    keeper.streams[0].fd = with_nonblock(terminal ? master : descriptor(plan->stdout_register));
    keeper.streams[1].fd = with_nonblock(descriptor(plan->stderr_register));
    keeper.streams[0].name = "stdout";
    keeper.streams[1].name = "stderr";
    keeper.control.input.terminal = terminal;
    keeper.control.input.fd = terminal ? master : with_nonblock(descriptor(plan->stdin_register));
    keeper.listener = descriptor(plan->listener_register);
}

static int sorted_into(int *sorted, int count, int fd) {
    int at = count;
    if (fd < 0) {
        return count;
    }
    for (; at > 0 && sorted[at - 1] > fd; at--) {
        sorted[at] = sorted[at - 1];
    }
    sorted[at] = fd;
    return count + 1;
}

/* The ends that belong to the process have to go, else its output never ends; whatever else is open goes too. */
static void close_the_rest(u64 kept_registers) {
    int kept[KEPT];
    const int own[] = {
        PLAN_FD, CONTROL_FD, keeper.streams[0].fd, keeper.streams[1].fd, keeper.control.input.fd, keeper.listener,
        keeper.exit_file, keeper.oom.fd, keeper.oom.above, keeper.process.pidfd, keeper.log.fd,
        keeper.log.fd < 0 ? -1 : keeper.log.directory,
    };
    int count = 0;
    for (u32 i = 0; i < sizeof own / sizeof own[0]; i++) {
        count = sorted_into(kept, count, own[i]);
    }
    for (int i = 0; i < REGISTERS; i++) {
        count = sorted_into(kept, count, kept_registers >> i & 1 ? (int)registers[i] : -1);
    }
    u32 next = PLAN_FD;
    for (int i = 0; i < count; i++) {
        if ((u32)kept[i] > next) {
            sys_close_range(next, (u32)kept[i] - 1);
        }
        next = (u32)kept[i] + 1;
    }
    sys_close_range(next, HELD_FIRST - 1);
    sys_close_range(HELD_END, ~0U);
}

static void start(struct plan_header *plan, char *name) {
    struct failure failure;
    if (!launch(plan, name, &keeper.process, &failure)) {
        fail(failure);
    }
    take_streams(plan);
    close_the_rest(plan->kept_registers);
    keeper.exit.magic = EXIT_MAGIC;
    keeper.exit.pid = keeper.control.started.pid = (u32)keeper.process.pid;
    keeper.control.started.protocol = PROTOCOL;
    exit_file_write(keeper.exit_file, &keeper.exit);
    control_connect(&keeper.control, CONTROL_FD);
    keeper.control.subscribed = plan->flags & SUBSCRIBED;
    control_send(&keeper.control);
    SYS2(munmap, plan, plan->total_length);
}

static void tell_daemon(const struct exit_record *exit) {
    struct __attribute__((packed)) { u32 code, signal, flags; i64 seconds; u32 nanoseconds; } payload
        = {exit->code, exit->signal, exit->flags, exit->seconds, exit->nanoseconds};
    _Static_assert(sizeof payload == 24, "the message is part of the protocol");
    control_send_last(&keeper.control, MESSAGE_EXITED, &payload, sizeof payload);
}

/* The file first: from then on the end is known, whatever happens to the daemon or to the shim. */
static void end(void) {
    enum plan_fault fault;
    struct failure ignored;
    const struct plan_header *plan = plan_open(PLAN_FD, &fault);
    keeper.exit.state = HAS_ENDED;
    keeper.exit.lost = keeper.log.lost;
    oom_look(&keeper.oom);
    keeper.exit.flags = (keeper.log.lost ? LOG_LOSS : 0) | (keeper.oom.hit ? OUT_OF_MEMORY : 0);
    exit_file_write(keeper.exit_file, &keeper.exit);
    tell_daemon(&keeper.exit);
    if (plan) {
        run_phase(plan, END, &ignored);
    }
}

/* The plan becomes descriptor 3; the id takes the place of the blanks that the daemon left for it, for process lists. */
static void await_plan(char *argument) {
    char id[ID_LENGTH];
    int fd = control_await_plan(&keeper.control, id);
    if (fd < 0) {
        sys_exit(0);
    }
    SYS3(dup3, fd, PLAN_FD, 0);
    sys_close(fd);
    for (int i = 0; i < ID_LENGTH && argument[i]; i++) {
        argument[i] = id[i];
    }
}

__attribute__((noreturn, used)) void shim_main(long *stack) {
    char *name = (char *)stack[1];
    enum plan_fault fault;
    protect();
    keeper.control.fd = CONTROL_FD;
    keeper.exit_file = -1;
    await_plan((char *)stack[2]);
    struct plan_header *plan = plan_open(PLAN_FD, &fault);
    if (!plan) {
        fail((struct failure){AT_PARSE, fault, EINVAL});
    }
    prepare(plan);
    start(plan, name);
    keep(&keeper);
    end();
    sys_exit(0);
}

ENTRY_POINT(shim_main);
