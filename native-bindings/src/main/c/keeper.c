#include "keeper.h"

#include "json.h"

enum {
    GRACE_MS = 100, /* for output of children that outlive their parent */
    STALL_MS = 2000, /* for a daemon that reads nothing although the process has ended */
    HANG_UP_MS = 200, /* between looks at a terminal that nobody has open */
    IDLE_MS = 1000, /* after which memory is given back */
    DRAIN_LIMIT = 1 << 20, /* of output from children that never stop writing */
};

enum { POLL_CONTROL, POLL_LISTENER, POLL_PROCESS, POLL_OOM, POLL_STDIN, POLL_STREAMS, POLLS = POLL_STREAMS + STREAMS };

/* ---- output ---- */

static void log_lines(struct keeper *keeper, struct stream *stream, struct timestamp now) {
    u8 *text = stream->buffer;
    u8 *found;
    while ((found = memchr(text + stream->scanned, '\n', stream->fill - stream->scanned))) {
        u32 end = (u32)(found - text);
        log_record(&keeper->log, stream->name, text + stream->line, end - stream->line, true, now);
        stream->line = stream->scanned = end + 1;
    }
    stream->scanned = stream->fill;
    if (stream->line == 0 && stream->fill == LOG_LINE) {
        /* Too long for one record; but no character is cut in two. */
        u32 length = stream->fill - utf8_unfinished(text, stream->fill);
        log_record(&keeper->log, stream->name, text, length, false, now);
        stream->line = length;
    }
}

static void make_room(struct stream *stream) {
    if (stream->line > 0) {
        stream->fill -= stream->line;
        memmove(stream->buffer, stream->buffer + stream->line, stream->fill);
        stream->scanned = stream->fill;
        stream->line = 0;
    }
}

static void end_stream(struct keeper *keeper, struct stream *stream) {
    if (stream->fill > stream->line) {
        log_record(&keeper->log, stream->name, stream->buffer + stream->line, stream->fill - stream->line, false,
                   sys_clock(CLOCK_WALL));
    }
    stream->line = stream->fill;
    if (stream->fd == keeper->control.input.fd) {
        keeper->control.input.fd = -1; /* a terminal is one descriptor for both directions */
    }
    sys_close(stream->fd);
    stream->fd = -1;
}

static void stream_silent(struct keeper *keeper, struct stream *stream, long answer) {
    if (answer == -EAGAIN && !keeper->draining) {
        return;
    }
    if (answer != -EAGAIN && keeper->process.terminal >= 0 && !keeper->has_ended) {
        /* Every process in the container has closed the terminal, but may open it again. */
        stream->hung_up = true;
        return;
    }
    end_stream(keeper, stream);
}

static void read_stream(struct keeper *keeper, int index) {
    struct stream *stream = &keeper->streams[index];
    make_room(stream);
    u8 *fresh = stream->buffer + stream->fill;
    long count = sys_read(stream->fd, fresh, LOG_LINE - stream->fill);
    if (count <= 0) {
        stream_silent(keeper, stream, count);
        return;
    }
    keeper->touched = true;
    keeper->drained += keeper->draining ? (u32)count : 0;
    stream->fill += (u32)count;
    if (keeper->control.subscribed) {
        keeper->control.output[index] = (struct outgoing){fresh, (u32)count};
    }
    if (keeper->log.fd >= 0) {
        log_lines(keeper, stream, sys_clock(CLOCK_WALL));
    } else {
        stream->line = stream->scanned = stream->fill;
    }
    if (keeper->drained > DRAIN_LIMIT) {
        end_stream(keeper, stream);
    }
}

/* While the daemon holds back one stream the other waits too: both go through one socket. */
static void read_streams(struct keeper *keeper, const struct poll_entry *polled) {
    for (int i = 0; i < STREAMS; i++) {
        bool ready = polled[POLL_STREAMS + i].happened != 0 || keeper->draining;
        if (ready && keeper->streams[i].fd >= 0 && !control_holds_output(&keeper->control)) {
            read_stream(keeper, i);
            log_flush(&keeper->log);
            keeper->progress_at = control_send(&keeper->control) && keeper->has_ended ? milliseconds() : keeper->progress_at;
        }
    }
}

/* ---- the daemon ---- */

static bool is_ours(int fd) {
    struct { i32 pid; u32 uid; u32 gid; } peer = {0, ~0U, ~0U};
    u32 length = sizeof peer;
    return SYS5(getsockopt, fd, SOCKET_LEVEL, SOCKET_PEER, &peer, &length) == 0 && peer.uid == (u32)SYS0(geteuid);
}

static void accept_daemon(struct keeper *keeper) {
    int fd = (int)SYS4(accept4, keeper->listener, NULL, NULL, OPEN_CLOEXEC);
    if (fd < 0) {
        return;
    }
    if (!is_ours(fd)) {
        sys_close(fd);
        return;
    }
    control_connect(&keeper->control, fd);
}

static void serve_daemon(struct keeper *keeper, const struct poll_entry *polled) {
    struct control *control = &keeper->control;
    if (polled[POLL_CONTROL].happened) {
        control_receive(control);
        keeper->touched = true;
    }
    if (polled[POLL_LISTENER].happened) {
        accept_daemon(keeper);
    }
    /* An error on the pipe, not asked for, says that the process has closed its end. */
    if (polled[POLL_STDIN].happened & ~WRITABLE) {
        input_close(control);
    }
    input_pump(control);
    if (control_send(control) && keeper->has_ended) {
        keeper->progress_at = milliseconds();
    }
}

/* ---- waiting ---- */

static void poll_for(struct poll_entry *entry, int fd, u16 events, bool wanted) {
    /* Not asking is not enough: a hang-up is always reported, and would be again at once. */
    *entry = (struct poll_entry){wanted ? fd : -1, events, 0};
}

static i64 poll_timeout(const struct keeper *keeper) {
    if (keeper->has_ended) {
        return keeper->draining ? 0 : GRACE_MS / 4;
    }
    if (keeper->streams[0].hung_up) {
        return HANG_UP_MS;
    }
    return keeper->touched ? IDLE_MS : -1;
}

static long wait_for_something(struct keeper *keeper, struct poll_entry *polled) {
    const struct control *control = &keeper->control;
    const struct input *input = &control->input;
    bool has_room = control_has_room(control);
    bool is_full = control_is_full(control) && !control->deaf;
    poll_for(&polled[POLL_CONTROL], control->fd, (has_room ? READABLE : 0) | (is_full ? WRITABLE : 0), has_room || is_full);
    poll_for(&polled[POLL_LISTENER], keeper->listener, READABLE, control->fd < 0);
    poll_for(&polled[POLL_PROCESS], keeper->process.pidfd, READABLE, !keeper->has_ended);
    poll_for(&polled[POLL_OOM], keeper->oom.fd, URGENT, !keeper->has_ended);
    poll_for(&polled[POLL_STDIN], input->fd, input->length ? WRITABLE : 0, input->length || !input->terminal);
    for (int i = 0; i < STREAMS; i++) {
        const struct stream *stream = &keeper->streams[i];
        poll_for(&polled[POLL_STREAMS + i], stream->fd, READABLE, !stream->hung_up && !control_holds_output(control));
    }
    return sys_poll(polled, POLLS, poll_timeout(keeper));
}

/* ---- the end ---- */

static void note_end(struct keeper *keeper) {
    struct signal_info info = {0};
    if (sys_waitid(WAIT_PIDFD, keeper->process.pidfd, &info, WAIT_EXITED | WAIT_NOHANG) != 0 || info.pid == 0) {
        return;
    }
    struct timestamp now = sys_clock(CLOCK_WALL);
    oom_look(&keeper->oom);
    bool exited = info.code == CHILD_EXITED;
    keeper->exit.code = (u32)(exited ? info.status : 128 + info.status);
    keeper->exit.signal = (u32)(exited ? 0 : info.status);
    keeper->exit.seconds = now.seconds;
    keeper->exit.nanoseconds = (u32)now.nanoseconds;
    keeper->has_ended = true;
    keeper->ended_at = keeper->progress_at = milliseconds();
    keeper->streams[0].hung_up = false;
}

/* A daemon that stopped reading may not keep the end from being noted, nor may a grandchild that holds the pipes. */
static void hurry(struct keeper *keeper) {
    u64 now = milliseconds();
    if (control_is_full(&keeper->control) && now - keeper->progress_at >= STALL_MS) {
        control_close(&keeper->control);
    }
    if (now - keeper->ended_at >= GRACE_MS) {
        keeper->draining = !control_holds_output(&keeper->control);
    }
}

static bool is_finished(const struct keeper *keeper) {
    return keeper->has_ended && keeper->streams[0].fd < 0 && keeper->streams[1].fd < 0
        && !control_holds_output(&keeper->control);
}

/* ---- memory ---- */

static void release(void *from, u64 length) { SYS3(madvise, from, length, ADVISE_DONTNEED); }

/* Buffers that were filled once would stay in memory for the life of the container, times the number of containers. */
static void give_back_memory(struct keeper *keeper) {
    for (int i = 0; i < STREAMS; i++) {
        struct stream *stream = &keeper->streams[i];
        if (stream->line == stream->fill && keeper->control.output[i].length == 0) {
            stream->line = stream->scanned = stream->fill = 0;
            release(stream->buffer, sizeof stream->buffer);
        }
    }
    if (keeper->control.input.length == 0) {
        release(keeper->control.input.ring, sizeof keeper->control.input.ring);
    }
    release(keeper->log.out, sizeof keeper->log.out & ~4095UL);
    keeper->touched = false;
}

void keep(struct keeper *keeper) {
    while (!is_finished(keeper)) {
        struct poll_entry polled[POLLS];
        long events = wait_for_something(keeper, polled);
        if (events == 0 && keeper->touched) {
            give_back_memory(keeper);
        }
        keeper->streams[0].hung_up = keeper->streams[0].hung_up && events != 0;
        if (polled[POLL_OOM].happened || polled[POLL_PROCESS].happened) {
            oom_look(&keeper->oom); /* first, as the cgroup goes with its last process */
        }
        serve_daemon(keeper, polled);
        read_streams(keeper, polled);
        if (polled[POLL_PROCESS].happened) {
            note_end(keeper);
        }
        if (keeper->has_ended) {
            hurry(keeper);
        }
    }
    log_flush(&keeper->log);
}
