/* What differs between machines: the system call instruction and the entry point. This is 64-bit Arm. */
#pragma once

static inline long sys6(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory", "cc");
    return x0;
}

/* The kernel leaves argc, argv and the environment on the stack and expects nothing back. */
#define ENTRY_POINT(function)                   \
    __asm__(".globl _start\n"                   \
            ".type _start, %function\n"         \
            "_start:\n"                         \
            "    mov x29, #0\n"                 \
            "    mov x30, #0\n"                 \
            "    mov x0, sp\n"                  \
            "    and sp, x0, #-16\n"            \
            "    bl " #function "\n")
