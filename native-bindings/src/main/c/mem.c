/* The memory functions that a compiler takes for granted. */
#include "sys.h"

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    u8 *target = to;
    const u8 *source = from;
    while (length--) {
        *target++ = *source++;
    }
    return to;
}

void *memmove(void *to, const void *from, size_t length) {
    u8 *target = to;
    const u8 *source = from;
    if (target <= source) {
        return memcpy(to, from, length);
    }
    while (length--) {
        target[length] = source[length];
    }
    return to;
}

void *memset(void *to, int value, size_t length) {
    u8 *target = to;
    while (length--) {
        *target++ = (u8)value;
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t length) {
    const u8 *left = a;
    const u8 *right = b;
    for (; length; length--, left++, right++) {
        if (*left != *right) {
            return *left - *right;
        }
    }
    return 0;
}

void *memchr(const void *in, int value, size_t length) {
    for (const u8 *at = in; length; length--, at++) {
        if (*at == (u8)value) {
            return (void *)at;
        }
    }
    return NULL;
}
