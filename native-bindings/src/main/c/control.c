#include "control.h"

#define LAST_MESSAGE_MS 2000

static void drop_cargo(struct incoming *in) {
    while (in->cargo_count > 0) {
        sys_close(in->cargo[--in->cargo_count]);
    }
}

void control_connect(struct control *control, int fd) {
    drop_cargo(&control->in);
    control->fd = fd;
    control->deaf = false;
    control->greet = true;
    control->credit = 0;
    control->unacknowledged = 0;
    control->in = (struct incoming){0};
    control->input.foreign = control->input.length;
}

/* What was half sent or not yet sent is no one's any more: it is in the log. */
static void stop_sending(struct control *control) {
    control->deaf = true;
    control->subscribed = false;
    control->greet = false;
    control->frame.head_length = 0;
    for (int i = 0; i < STREAMS; i++) {
        control->output[i].length = 0;
    }
}

void control_close(struct control *control) {
    if (control->fd >= 0) {
        sys_close(control->fd);
        control->fd = -1;
    }
    drop_cargo(&control->in);
    stop_sending(control);
}

/* ---- standard input ---- */

static void take_from_ring(struct control *control, u32 count) {
    struct input *input = &control->input;
    u32 foreign = count < input->foreign ? count : input->foreign;
    input->foreign -= foreign;
    control->credit += count - foreign;
    input->length -= count;
    /* Starting over at the front keeps the memory in use small. */
    input->start = input->length == 0 ? 0 : (input->start + count) % STDIN_ROOM;
}

void input_close(struct control *control) {
    struct input *input = &control->input;
    /* A terminal that is hung up now may be opened again, and its output is read from the same descriptor. */
    if (input->fd >= 0 && !input->terminal) {
        sys_close(input->fd);
        input->fd = -1;
    }
    take_from_ring(control, input->length);
}

void input_pump(struct control *control) {
    struct input *input = &control->input;
    while (input->fd >= 0 && input->length > 0) {
        u32 to_end = STDIN_ROOM - input->start;
        u32 chunk = input->length < to_end ? input->length : to_end;
        long count = sys_write(input->fd, input->ring + input->start, chunk);
        if (count == -EAGAIN) {
            return;
        }
        if (count <= 0) {
            input_close(control);
            return;
        }
        take_from_ring(control, (u32)count);
    }
    if (input->closing && !input->terminal && input->length == 0) {
        input_close(control);
    }
}

/* ---- receiving ---- */

static u32 big_endian(const u8 *from) {
    return (u32)from[0] << 24 | (u32)from[1] << 16 | (u32)from[2] << 8 | from[3];
}

/* The length that a message of the type must have, or more than any may have. */
static u32 wanted_length(u8 type, u32 length) {
    switch (type) {
    case MESSAGE_STDIN:
        return length <= MAX_PAYLOAD ? length : ~0U;
    case MESSAGE_RESIZE:
        return 4;
    case MESSAGE_HOLD:
    case MESSAGE_RELEASE:
        return 8;
    case MESSAGE_PLAN:
        return ID_LENGTH;
    case MESSAGE_CLOSE_STDIN:
    case MESSAGE_SUBSCRIBE:
    case MESSAGE_UNSUBSCRIBE:
        return 0;
    default:
        return ~0U;
    }
}

static bool begin_message(struct control *control) {
    struct incoming *in = &control->in;
    u32 length = big_endian(in->head + 4);
    bool good = (in->head[1] | in->head[2] | in->head[3]) == 0 && wanted_length(in->head[0], length) == length;
    if (good && in->head[0] == MESSAGE_STDIN) {
        control->unacknowledged += length;
        good = control->unacknowledged <= STDIN_WINDOW;
    }
    in->body_left = length;
    in->small_length = 0;
    return good;
}

static void resize_terminal(const struct control *control) {
    u16 size[4] = {0, 0, 0, 0};
    memcpy(size, control->in.small, 4);
    if (control->input.terminal && control->input.fd >= 0) {
        SYS3(ioctl, control->input.fd, SET_TTY_SIZE, size);
    }
}

struct numbers { u32 first, count; };

static bool numbers_of(const struct incoming *in, struct numbers *numbers) {
    memcpy(numbers, in->small, sizeof *numbers);
    return numbers->count > 0 && numbers->first >= HELD_FIRST && numbers->first < HELD_END
        && numbers->count <= HELD_END - numbers->first;
}

/* Descriptors get the numbers by which the next daemon will look for them, in place of what had the numbers before. */
static bool hold(struct incoming *in) {
    struct numbers numbers;
    if (!numbers_of(in, &numbers) || numbers.count != in->cargo_count) {
        return false;
    }
    for (u32 i = 0; i < numbers.count; i++) {
        SYS3(dup3, in->cargo[i], numbers.first + i, OPEN_CLOEXEC);
    }
    drop_cargo(in);
    return true;
}

static bool let_go(const struct incoming *in) {
    struct numbers numbers;
    if (!numbers_of(in, &numbers)) {
        return false;
    }
    sys_close_range(numbers.first, numbers.first + numbers.count - 1);
    return true;
}

/* False for what no daemon sends, such as descriptors with a message that has no use for them. */
static bool end_message(struct control *control) {
    struct incoming *in = &control->in;
    bool good = true;
    switch (in->head[0]) {
    case MESSAGE_CLOSE_STDIN:
        control->input.closing = true;
        break;
    case MESSAGE_RESIZE:
        resize_terminal(control);
        break;
    case MESSAGE_SUBSCRIBE:
        control->subscribed = !control->deaf;
        break;
    case MESSAGE_UNSUBSCRIBE:
        control->subscribed = false;
        break;
    case MESSAGE_HOLD:
        good = hold(in);
        break;
    case MESSAGE_RELEASE:
        good = let_go(in);
        break;
    case MESSAGE_PLAN:
        good = false; /* one is enough */
        break;
    default:
        break;
    }
    in->head_length = 0;
    return good && in->cargo_count == 0;
}

/* Input that comes after its end, or for a process that reads none, is dropped like that for a closed pipe. */
static void input_arrived(struct control *control, u32 count) {
    control->input.length += count;
    if (control->input.fd < 0) {
        input_close(control);
    }
}

/* Where the next bytes go, and how many may. */
static u32 place_for_body(struct control *control, u8 **place) {
    struct incoming *in = &control->in;
    struct input *input = &control->input;
    if (in->head[0] != MESSAGE_STDIN) {
        *place = in->small + in->small_length;
        return in->body_left;
    }
    u32 end = (input->start + input->length) % STDIN_ROOM;
    u32 room = STDIN_ROOM - input->length;
    u32 to_end = STDIN_ROOM - end;
    *place = input->ring + end;
    room = room < to_end ? room : to_end;
    return room < in->body_left ? room : in->body_left;
}

/* Takes over the descriptors of one message; false if they are more than there is room for, of which the rest is lost. */
static bool load_cargo(struct incoming *in, const struct message *message) {
    const struct cargo *cargo = message->control;
    if (message->control_length < CARGO_HEADER || cargo->level != SOCKET_LEVEL || cargo->type != SOCKET_RIGHTS) {
        return !(message->flags & MESSAGE_CONTROL_CUT);
    }
    u64 count = (cargo->length - CARGO_HEADER) / sizeof cargo->fds[0];
    bool fits = !(message->flags & MESSAGE_CONTROL_CUT);
    for (u64 i = 0; i < count; i++) {
        if (in->cargo_count < CARGO) {
            in->cargo[in->cargo_count++] = cargo->fds[i];
        } else {
            sys_close(cargo->fds[i]);
            fits = false;
        }
    }
    return fits;
}

static long receive(struct control *control, void *to, u32 length) {
    struct cargo cargo = {0};
    struct io_slice slice = {to, length};
    struct message message = {.slices = &slice, .slice_count = 1, .control = &cargo, .control_length = sizeof cargo};
    long count = SYS3(recvmsg, control->fd, &message, MESSAGE_DONTWAIT | MESSAGE_CLOEXEC);
    return count > 0 && !load_cargo(&control->in, &message) ? -EPROTO : count;
}

/* One read; what the kernel answered, or -EPROTO for what no daemon of ours sends. */
static long receive_part(struct control *control) {
    struct incoming *in = &control->in;
    if (in->head_length < FRAME_HEADER) {
        long count = receive(control, in->head + in->head_length, FRAME_HEADER - in->head_length);
        in->head_length += count > 0 ? (u32)count : 0;
        return in->head_length == FRAME_HEADER && !begin_message(control) ? -EPROTO : count;
    }
    u8 *place;
    u32 room = place_for_body(control, &place);
    long count = receive(control, place, room);
    if (count > 0) {
        in->body_left -= (u32)count;
        if (in->head[0] == MESSAGE_STDIN) {
            input_arrived(control, (u32)count);
        } else {
            in->small_length += (u32)count;
        }
    }
    return count;
}

bool control_has_room(const struct control *control) {
    return control->in.head_length < FRAME_HEADER || control->in.head[0] != MESSAGE_STDIN || control->in.body_left == 0
        || control->input.length < STDIN_ROOM;
}

static bool is_whole(const struct incoming *in) { return in->head_length == FRAME_HEADER && in->body_left == 0; }

void control_receive(struct control *control) {
    /* Bounded, so that a daemon that never stops sending does not keep the process from being heard. */
    for (int i = 0; i < 16 && control->fd >= 0 && control_has_room(control); i++) {
        long count = receive_part(control);
        if (count == -EAGAIN) {
            return;
        }
        if (count <= 0) {
            control_close(control);
            return;
        }
        if (is_whole(&control->in) && !end_message(control)) {
            control_close(control);
            return;
        }
    }
}

/* Not a byte more than the plan's message is read: what follows is for the keeper. */
int control_await_plan(struct control *control, char id[ID_LENGTH]) {
    struct incoming *in = &control->in;
    for (;;) {
        struct poll_entry wait = {control->fd, READABLE, 0};
        sys_poll(&wait, 1, -1);
        long count = receive_part(control);
        if (count == -EAGAIN || (count > 0 && in->head_length < FRAME_HEADER)) {
            continue;
        }
        if (count <= 0) {
            return -1;
        }
        if (in->head[0] == MESSAGE_PLAN && is_whole(in)) {
            int plan = in->cargo[0];
            memcpy(id, in->small, ID_LENGTH);
            in->head_length = 0;
            if (in->cargo_count != 1) {
                return -1;
            }
            in->cargo_count = 0;
            return plan;
        }
        if (in->head[0] != MESSAGE_PLAN && (in->head[0] != MESSAGE_HOLD || (is_whole(in) && !end_message(control)))) {
            return -1;
        }
    }
}

/* ---- sending ---- */

static void make_frame(struct control *control, enum message_type type, const void *payload, u32 small, u32 body) {
    struct frame *frame = &control->frame;
    u32 length = small + body;
    *frame = (struct frame){.head = {(u8)type, 0, 0, 0, (u8)(length >> 24), (u8)(length >> 16), (u8)(length >> 8), (u8)length}};
    frame->head_length = FRAME_HEADER + small;
    frame->body_length = body;
    if (body) {
        frame->body = payload;
    } else {
        memcpy(frame->head + FRAME_HEADER, payload, small);
    }
}

/* STARTED before all else, because a daemon that has just connected waits for it. */
static bool next_frame(struct control *control) {
    if (control->greet) {
        make_frame(control, MESSAGE_STARTED, &control->started, sizeof control->started, 0);
        control->greet = false;
        return true;
    }
    if (control->credit) {
        make_frame(control, MESSAGE_CREDIT, &control->credit, sizeof control->credit, 0);
        control->unacknowledged -= control->credit;
        control->credit = 0;
        return true;
    }
    for (int i = 0; i < STREAMS; i++) {
        if (control->output[i].length) {
            make_frame(control, i ? MESSAGE_STDERR : MESSAGE_STDOUT, control->output[i].from, 0, control->output[i].length);
            return true;
        }
    }
    return false;
}

static long send_part(struct control *control) {
    struct frame *frame = &control->frame;
    struct io_slice slices[2];
    u32 head_sent = frame->sent < frame->head_length ? frame->sent : frame->head_length;
    u32 body_sent = frame->sent - head_sent;
    slices[0] = (struct io_slice){frame->head + head_sent, frame->head_length - head_sent};
    slices[1] = (struct io_slice){frame->body + body_sent, frame->body_length - body_sent};
    struct message message = {.slices = slices, .slice_count = frame->body_length ? 2 : 1};
    return sys_send(control->fd, &message);
}

static void end_frame(struct control *control) {
    u8 type = control->frame.head[0];
    control->frame.head_length = 0;
    if (control->frame.body_length) {
        control->output[type == MESSAGE_STDERR].length = 0;
    }
}

bool control_send(struct control *control) {
    bool progress = false;
    while (control->fd >= 0 && !control->deaf && (control->frame.head_length || next_frame(control))) {
        long count = send_part(control);
        if (count == -EAGAIN) {
            break;
        }
        if (count < 0) {
            stop_sending(control);
            break;
        }
        progress = true;
        control->frame.sent += (u32)count;
        if (control->frame.sent == control->frame.head_length + control->frame.body_length) {
            end_frame(control);
        }
    }
    return progress;
}

bool control_is_full(const struct control *control) {
    return control->fd >= 0 && control->frame.head_length > 0;
}

bool control_holds_output(const struct control *control) {
    return control->output[0].length || control->output[1].length;
}

void control_send_last(struct control *control, enum message_type type, const void *payload, u32 length) {
    u64 until = milliseconds() + LAST_MESSAGE_MS;
    bool made = false;
    while (control->fd >= 0 && !control->deaf) {
        control_send(control);
        if (control->frame.head_length == 0 && !control->deaf) {
            if (made) {
                return;
            }
            make_frame(control, type, payload, length, 0);
            made = true;
            continue;
        }
        u64 now = milliseconds();
        struct poll_entry entry = {control->fd, WRITABLE, 0};
        if (now >= until || sys_poll(&entry, 1, (i64)(until - now)) <= 0) {
            return;
        }
    }
}
