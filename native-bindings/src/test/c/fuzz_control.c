/* The daemon's messages: cut anywhere, mixed with what no daemon sends. Input must come out as it went in, and be acknowledged. */
#define _GNU_SOURCE
#include "../../main/c/control.h"
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct control control;

struct peer {
    int socket;
    int pipe;
    u32 sent; /* bytes of standard input */
    u32 read;
    u32 credited;
    bool broke_rules;
};

static u8 expected_byte(u32 position) { return (u8)(position * 31 + (position >> 8)); }

static void put(int fd, const void *bytes, size_t length) {
    /* The shim may have dropped the connection: that is what rules are for. */
    (void)!send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void send_message(struct peer *peer, u8 type, const u8 *body, u32 length) {
    u8 head[8] = {type, 0, 0, 0, (u8)(length >> 24), (u8)(length >> 16), (u8)(length >> 8), (u8)length};
    put(peer->socket, head, sizeof head);
    put(peer->socket, body, length);
}

static void send_input(struct source *in, struct peer *peer) {
    static u8 body[STDIN_WINDOW];
    u32 window = STDIN_WINDOW - (peer->sent - peer->credited);
    u32 length = take(in, take(in, 3) ? 100 : 40000);
    length = length < window ? length : window;
    for (u32 i = 0; i < length; i++) {
        body[i] = expected_byte(peer->sent + i);
    }
    send_message(peer, MESSAGE_STDIN, body, length);
    peer->sent += length;
}

static void send_anything(struct source *in, struct peer *peer) {
    u8 body[64] = {0};
    u8 types[] = {MESSAGE_RESIZE, MESSAGE_SUBSCRIBE, MESSAGE_UNSUBSCRIBE, (u8)take(in, 256)};
    u8 type = types[take(in, 4)];
    u32 length = take(in, 4) ? (type == MESSAGE_RESIZE ? 4 : 0) : take(in, 64);
    u32 right = type == MESSAGE_RESIZE ? 4 : type == MESSAGE_SUBSCRIBE || type == MESSAGE_UNSUBSCRIBE ? 0 : ~0U;
    if (type == MESSAGE_CLOSE_STDIN || type == MESSAGE_STDIN || type == MESSAGE_HOLD || type == MESSAGE_RELEASE) {
        return;
    }
    peer->broke_rules |= length != right;
    send_message(peer, type, body, length);
}

/* A message that holds or releases descriptors, with what it takes or with what no daemon sends. */
static void send_descriptors(struct source *in, struct peer *peer) {
    bool holds = take(in, 3) != 0;
    u32 numbers[2] = {HELD_FIRST + take(in, 8), 1 + take(in, 4)};
    u32 cargo = holds ? numbers[1] : 0;
    if (take(in, 12) == 0) {
        u32 wrong[] = {0, HELD_FIRST - 1, HELD_END, HELD_END - 1, ~0U};
        numbers[take(in, 2)] = wrong[take(in, 5)];
        cargo = holds ? take(in, CARGO + 4) : take(in, 2);
    }
    bool in_range = numbers[1] > 0 && numbers[0] >= HELD_FIRST && numbers[0] < HELD_END
        && numbers[1] <= HELD_END - numbers[0];
    peer->broke_rules |= !in_range || cargo != (holds ? numbers[1] : 0);
    u8 frame[16] = {holds ? MESSAGE_HOLD : MESSAGE_RELEASE, 0, 0, 0, 0, 0, 0, 8};
    memcpy(frame + 8, numbers, 8);
    union { struct cmsghdr header; u8 room[CMSG_SPACE(sizeof(int) * (CARGO + 4))]; } control_data = {0};
    struct iovec slice = {frame, sizeof frame};
    struct msghdr message = {.msg_iov = &slice, .msg_iovlen = 1};
    if (cargo > 0) {
        control_data.header.cmsg_len = CMSG_LEN(sizeof(int) * cargo);
        control_data.header.cmsg_level = SOL_SOCKET;
        control_data.header.cmsg_type = SCM_RIGHTS;
        for (u32 i = 0; i < cargo; i++) {
            memcpy(CMSG_DATA(&control_data.header) + i * sizeof(int), &peer->pipe, sizeof(int));
        }
        message.msg_control = control_data.room;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * cargo);
    }
    (void)!sendmsg(peer->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static u32 open_descriptors(u32 first, u32 end) {
    u32 count = 0;
    for (u32 fd = first; fd < end; fd++) {
        count += fcntl((int)fd, F_GETFD) >= 0;
    }
    return count;
}

static void read_input(struct peer *peer, u32 most) {
    u8 bytes[4096];
    for (ssize_t count; most > 0 && (count = read(peer->pipe, bytes, most < sizeof bytes ? most : sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < count; i++) {
            require(bytes[i] == expected_byte(peer->read++));
        }
        most -= (u32)count;
    }
}

/* Everything the shim said so far; only what it should say. */
static void read_answers(struct peer *peer) {
    u8 head[8];
    u8 body[8];
    while (recv(peer->socket, head, sizeof head, MSG_DONTWAIT) == sizeof head) {
        require(head[0] == MESSAGE_STARTED || head[0] == MESSAGE_CREDIT);
        require(head[7] == (head[0] == MESSAGE_STARTED ? 8 : 4));
        require(recv(peer->socket, body, head[7], MSG_DONTWAIT) == head[7]);
        u32 value = (u32)body[0] | (u32)body[1] << 8 | (u32)body[2] << 16 | (u32)body[3] << 24;
        peer->credited += head[0] == MESSAGE_CREDIT ? value : 0;
        require(peer->credited <= peer->sent);
    }
}

static void turn(void) {
    control_receive(&control);
    input_pump(&control);
    control_send(&control);
}

static void settle(struct peer *peer) {
    for (int i = 0; i < 200; i++) {
        turn();
        read_input(peer, ~0U);
        read_answers(peer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct source in = {bytes, bytes + size};
    int sockets[2];
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0 && pipe2(ends, O_NONBLOCK) == 0);
    struct peer peer = {.socket = sockets[0], .pipe = ends[0]};
    memset(&control, 0, sizeof control);
    control.input.fd = ends[1];
    control_connect(&control, sockets[1]);
    u32 others = open_descriptors(0, HELD_FIRST) - 1; /* the connection is closed at the end */
    for (int i = 0; i < 60 && in.at < in.end; i++) {
        u32 what = take(&in, 9);
        if (what < 4) {
            send_input(&in, &peer);
        } else if (what == 4) {
            send_anything(&in, &peer);
        } else if (what == 8) {
            send_descriptors(&in, &peer);
        } else if (what == 5) {
            read_input(&peer, take(&in, 5000));
        } else {
            turn();
        }
        read_answers(&peer);
    }
    settle(&peer);
    require(peer.broke_rules || (control.fd >= 0 && peer.read == peer.sent && peer.credited == peer.sent));
    require(!peer.broke_rules || control.fd < 0);
    control_close(&control);
    /* What is held stays until the shim ends; nothing else that came may. */
    close_range(HELD_FIRST, HELD_END - 1, 0);
    require(control.in.cargo_count == 0 && open_descriptors(0, HELD_FIRST) == others);
    if (control.input.fd >= 0) {
        close(control.input.fd);
    }
    close(sockets[0]);
    close(ends[0]);
    return 0;
}
