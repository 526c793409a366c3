/* Runs a fuzz target for some seconds where there is no libFuzzer; the inputs are the same every time. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t state = 0x9e3779b97f4a7c15ULL;

/* xorshift64*: small, and good enough to reach every branch. */
static uint32_t next(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 32);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    double limit = argc > 1 ? atof(argv[1]) : 2;
    double start = seconds();
    unsigned long runs = 0;
    while (seconds() - start < limit) {
        size_t size = next() % (next() % 8 ? 512 : 65536);
        uint8_t *bytes = malloc(size + 1);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = (uint8_t)next();
        }
        LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        runs++;
    }
    printf("%s: %lu inputs in %.1f s\n", argv[0], runs, seconds() - start);
    return 0;
}
