/*
 * JSON escaping, against a second version written from the description of Go's encoder: decode a character, judge it by its
 * number. The shim's own never computes the number.
 */
#include "../../main/c/json.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The character at the start and its size; -1 and 1 if the bytes are none. */
static int32_t decode(const u8 *text, size_t length, size_t *size) {
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t wanted = text[0] < 0x80 ? 1 : text[0] >> 5 == 6 ? 2 : text[0] >> 4 == 14 ? 3 : text[0] >> 3 == 30 ? 4 : 0;
    *size = 1;
    if (wanted == 0 || wanted > length) {
        return -1;
    }
    int32_t value = wanted == 1 ? text[0] : text[0] & (0x7f >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if (text[i] >> 6 != 2) {
            return -1;
        }
        value = value << 6 | (text[i] & 0x3f);
    }
    if (value < least[wanted] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return -1;
    }
    *size = wanted;
    return value;
}

static size_t reference(char *to, const u8 *text, size_t length) {
    char *start = to;
    while (length > 0) {
        size_t size;
        int32_t value = decode(text, length, &size);
        if (value == '\n' || value == '\r') {
            to += sprintf(to, "\\%c", value == '\n' ? 'n' : 'r');
        } else if (value == '"' || value == '\\') {
            to += sprintf(to, "\\%c", value);
        } else if (value >= 0 && (value < 0x20 || value == '<' || value == '>' || value == '&' || value == 0x2028 || value == 0x2029)) {
            to += sprintf(to, "\\u%04x", (unsigned)value);
        } else if (value < 0) {
            to += sprintf(to, "\\ufffd");
        } else {
            memcpy(to, text, size);
            to += size;
        }
        text += size;
        length -= size;
    }
    return (size_t)(to - start);
}

/* Bytes that make characters, and nearly make them, more often than chance would. */
static void enrich(u8 *text, size_t size) {
    static const u8 often[] = {0xe2, 0x80, 0xa8, 0xa9, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xf4, 0x8f, 0xbf, 0xc0,
                               0xc2, 0xef, '<',  '&',  '"',  '\\', '\n', '\r', '\t', 0x7f, 0,    'a'};
    for (size_t i = 0; i + 1 < size; i += 2) {
        if (text[i] % 3) {
            text[i] = often[text[i + 1] % sizeof often];
        }
    }
}

static void check_unfinished(const u8 *text, size_t size) {
    u32 back = utf8_unfinished(text, (u32)size);
    size_t used;
    require(back <= 3 && back <= size);
    for (u32 i = 1; i <= 3 && i <= size; i++) {
        /* Whoever begins a character that could still become whole is held back with all that follows. */
        u8 longer[8];
        memcpy(longer, text + size - i, i);
        memset(longer + i, 0x80, sizeof longer - i);
        bool whole_now = decode(text + size - i, i, &used) >= 0;
        bool could_become = decode(longer, sizeof longer, &used) >= 0 && used > i;
        require(!could_become || whole_now || back == i);
    }
}

static void check_time(struct source in) {
    struct timestamp time = {(i64)take(&in, 0x7fffffff) * 2, take(&in, 1000000000)};
    if (take(&in, 2)) {
        time.nanoseconds -= time.nanoseconds % 1000000;
    }
    char expected[80];
    u8 actual[80];
    time_t seconds = time.seconds;
    struct tm parts;
    size_t length = strftime(expected, sizeof expected, "\"%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &parts));
    length += (size_t)sprintf(expected + length, ".%09d", (int)time.nanoseconds);
    while (expected[length - 1] == '0') {
        length--;
    }
    length -= expected[length - 1] == '.';
    memcpy(expected + length, "Z\"", 2);
    u8 *end = json_time(actual, time);
    require((size_t)(end - actual) == length + 2 && memcmp(actual, expected, length + 2) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    u8 *text = malloc(size + 1);
    memcpy(text, bytes, size);
    enrich(text, size);
    u8 *actual = malloc(size * JSON_GROWTH + 1);
    char *expected = malloc(size * JSON_GROWTH + 8);
    size_t length = reference(expected, text, size);
    u8 *end = json_escape(actual, text, (u32)size);
    require((size_t)(end - actual) == length && memcmp(actual, expected, length) == 0);
    check_unfinished(text, size);
    check_time((struct source){bytes, bytes + size});
    free(expected);
    free(actual);
    free(text);
    return 0;
}
