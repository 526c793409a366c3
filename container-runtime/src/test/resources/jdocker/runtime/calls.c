/* Makes system calls by number and prints what each answers; no library, so that nothing stands in between. x86-64. */
static long call(long number, long a, long b, long c, long d) {
    long result;
    register long r10 __asm__("r10") = d;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
}

static long call32(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "r8", "r9", "r10", "r11", "memory");
    return (int)result;
}

static void print(const char *name, long result) {
    char line[80];
    int length = 0;
    while (*name) {
        line[length++] = *name++;
    }
    line[length++] = ' ';
    if (result < 0) {
        line[length++] = '-';
        result = -result;
    }
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + result % 10);
        result /= 10;
    } while (result);
    while (count) {
        line[length++] = digits[--count];
    }
    line[length++] = '\n';
    call(1, 1, (long)line, length, 0);
}

void _start(void) {
    print("af_alg", call(41, 38, 5, 0, 0));
    print("af_vsock", call(41, 40, 1, 0, 0));
    print("keyctl", call(250, 99, 0, 0, 0));
    print("io_uring_setup", call(425, 1, 0, 0, 0));
    print("mount", call(165, 0, 0, 0, 0));
    print("open_tree", call(428, -100, (long)"/", 0, 0));
    print("unshare", call(272, 0x10000000, 0, 0, 0));
    print("clone_newuser", call(56, 0x10000000 | 17, 0, 0, 0));
    print("clone3", call(435, 0, 0, 0, 0));
    print("personality", call(135, 0x0040000, 0, 0, 0));
    print("newer_than_all", call(900, 0, 0, 0, 0));
    print("x32_getpid", call(0x40000000 | 250, 99, 0, 0, 0));
    print("i386_add_key", call32(286, 0, 0, 0));
    print("i386_newer_than_all", call32(900, 0, 0, 0));
    print("allowed", call(39, 0, 0, 0, 0) > 0);
    call(60, 0, 0, 0, 0);
}
