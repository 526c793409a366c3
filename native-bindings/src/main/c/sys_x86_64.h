/* What differs between machines: the system call instruction and the entry point. This is x86-64. */
#pragma once

static inline long sys6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* The kernel leaves argc, argv and the environment on the stack and expects nothing back. */
#define ENTRY_POINT(function)                   \
    __asm__(".globl _start\n"                   \
            ".type _start, @function\n"         \
            "_start:\n"                         \
            "    xor %ebp, %ebp\n"              \
            "    mov %rsp, %rdi\n"              \
            "    and $-16, %rsp\n"              \
            "    call " #function "\n")
