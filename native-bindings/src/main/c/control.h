/* The connection to the daemon: frames both ways, docs/shim-protocol.md. */
#pragma once

#include "sys.h"

enum {
    STDIN_WINDOW = 64 * 1024, /* what a daemon may send unacknowledged */
    STDIN_ROOM = 2 * STDIN_WINDOW, /* a new daemon's window, while the last one's input still waits */
    FRAME_HEADER = 8,
    MAX_PAYLOAD = 64 * 1024,
    SMALL_PAYLOAD = 32,
    STREAMS = 2,
    PROTOCOL = 2, /* what this shim understands; STARTED says it */
    CARGO = 64, /* descriptors that may come with one message */
    HELD_FIRST = 128, /* beyond what the shim itself ever has open */
    HELD_END = HELD_FIRST + 4096,
    ID_LENGTH = 64,
};

enum message_type {
    MESSAGE_STDIN = 0,
    MESSAGE_STDOUT = 1,
    MESSAGE_STDERR = 2,
    MESSAGE_STARTED = 16,
    MESSAGE_FAILED = 17,
    MESSAGE_EXITED = 18,
    MESSAGE_CREDIT = 19,
    MESSAGE_CLOSE_STDIN = 32,
    MESSAGE_RESIZE = 33,
    MESSAGE_SUBSCRIBE = 34,
    MESSAGE_UNSUBSCRIBE = 35,
    MESSAGE_HOLD = 36,
    MESSAGE_RELEASE = 37,
    MESSAGE_PLAN = 38,
};

/* Output that waits to be sent; the bytes stay in the stream's buffer. */
struct outgoing {
    const u8 *from;
    u32 length;
};

/* The frame that is being sent: a socket may take any part of it. */
struct frame {
    u8 head[FRAME_HEADER + SMALL_PAYLOAD];
    u32 head_length;
    const u8 *body;
    u32 body_length;
    u32 sent;
};

struct incoming {
    u8 head[FRAME_HEADER];
    u32 head_length;
    u32 body_left;
    u8 small[ID_LENGTH];
    u32 small_length;
    int cargo[CARGO]; /* descriptors that came and have no number yet */
    u32 cargo_count;
};

/* What the daemon sent for standard input and the process has not read. */
struct input {
    int fd; /* -1 once closed */
    bool closing; /* to be closed when empty */
    bool terminal;
    u32 start;
    u32 length;
    u32 foreign; /* bytes from an earlier connection: nobody waits for their credit */
    u8 ring[STDIN_ROOM] __attribute__((aligned(4096)));
};

struct control {
    int fd; /* -1: nobody is connected */
    bool deaf; /* the peer reads no more; what it sent is still taken */
    bool subscribed;
    bool greet; /* STARTED is to be sent */
    struct { u32 pid, protocol; } started; /* its payload */
    u32 credit;
    u32 unacknowledged;
    struct incoming in;
    struct frame frame;
    struct outgoing output[STREAMS];
    struct input input;
};

/*
 * Waits for the plan, and takes what comes before it. The plan's descriptor, and who it is for in id, with zeros behind it;
 * -1 if the daemon has gone, or sent something else.
 */
int control_await_plan(struct control *control, char id[ID_LENGTH]);

void control_connect(struct control *control, int fd);
void control_close(struct control *control);

/* Takes what the daemon sent, as far as there is room for it. */
void control_receive(struct control *control);

/* Sends what is waiting, as far as the socket takes it. True if anything went. */
bool control_send(struct control *control);

/* Something waits that the socket did not take. */
bool control_is_full(const struct control *control);

/* Output that was read and not sent yet: its stream must not be read now. */
bool control_holds_output(const struct control *control);

bool control_has_room(const struct control *control);

/* Sends one message whatever it takes, but at most for some time: before the end of the shim. */
void control_send_last(struct control *control, enum message_type type, const void *payload, u32 length);

/* Gives the process what fits into its pipe or terminal. */
void input_pump(struct control *control);

/* The process will read no more: what comes is dropped and acknowledged, so that nobody waits. */
void input_close(struct control *control);
