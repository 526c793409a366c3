#include "reaper.h"

#include "sys.h"

/* Stopping pid 1 because a background process used the terminal would help nobody. */
static bool is_forwarded(long signal) {
    return signal > 0 && signal != SIGNAL_CHILD && signal != SIGNAL_BACKGROUND_READ && signal != SIGNAL_BACKGROUND_WRITE;
}

static int exit_code(const struct signal_info *info) {
    return info->code == CHILD_EXITED ? info->status : 128 + info->status;
}

/* Reaps whoever has ended; the child's exit code, or -1 while it lives. */
static int reap_all(int child) {
    int code = -1;
    for (;;) {
        struct signal_info info = {0};
        if (sys_waitid(WAIT_ANY, 0, &info, WAIT_EXITED | WAIT_NOHANG) < 0 || info.pid == 0) {
            return code;
        }
        if (info.pid == child) {
            code = exit_code(&info);
        }
    }
}

/* All signals are blocked since before the child was made, so none is lost; the kernel queues what init blocks. */
void reap_until_exit(int child) {
    i64 all = ALL_SIGNALS;
    for (;;) {
        struct signal_info info;
        long signal = SYS4(rt_sigtimedwait, &all, &info, NULL, sizeof all);
        if (is_forwarded(signal)) {
            SYS2(kill, child, signal);
        }
        int code = signal == SIGNAL_CHILD ? reap_all(child) : -1;
        if (code >= 0) {
            sys_exit(code);
        }
    }
}
