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
    if (type == MESSAGE_CLOSE_STDIN || type == MESSAGE_STDIN) {
        return;
    }
    peer->broke_rules |= length != right;
    send_message(peer, type, body, length);
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
    u8 body[4];
    while (recv(peer->socket, head, sizeof head, MSG_DONTWAIT) == sizeof head) {
        require(head[7] == 4 && recv(peer->socket, body, sizeof body, MSG_DONTWAIT) == sizeof body);
        require(head[0] == MESSAGE_STARTED || head[0] == MESSAGE_CREDIT);
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
    for (int i = 0; i < 60 && in.at < in.end; i++) {
        u32 what = take(&in, 8);
        if (what < 4) {
            send_input(&in, &peer);
        } else if (what == 4) {
            send_anything(&in, &peer);
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
    if (control.input.fd >= 0) {
        close(control.input.fd);
    }
    close(sockets[0]);
    close(ends[0]);
    return 0;
}
