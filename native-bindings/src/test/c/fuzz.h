/*
 * What the fuzz targets share. Each target is one function over bytes: libFuzzer calls it where clang has it, else the small
 * driver in driver.c feeds it the same pseudo-random inputs on every run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Ends the program with the place, so that a sanitizer run shows the stack. */
#define require(condition)                                                               \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);      \
            abort();                                                                     \
        }                                                                                \
    } while (0)

/* Numbers from an input; zeros when it is used up. */
struct source {
    const uint8_t *at;
    const uint8_t *end;
};

static inline uint32_t take(struct source *source, uint32_t below) {
    uint32_t value = 0;
    for (int i = 0; i < 4 && source->at < source->end; i++) {
        value = value << 8 | *source->at++;
    }
    return below ? value % below : 0;
}
