package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallsTest {
    /** Answers each system call with the next of these results, as the kernel counts: negative is an error. */
    private static final class ScriptedLibc implements Libc {
        private final Deque<Long> results;
        private int errno;

        ScriptedLibc(Long... results) {
            this.results = new ArrayDeque<>(List.of(results));
        }

        @Override
        public long syscall(long number, long a, long b, long c, long d, long e) {
            long result = results.removeFirst();
            errno = result < 0 ? (int) -result : 0;
            return result < 0 ? -1 : result;
        }

        @Override
        public int errno() {
            return errno;
        }

        @Override
        public long address(ByteBuffer direct) {
            return 4096;
        }
    }

    @Test
    void repeatsInterruptedCalls() {
        Calls calls = new Calls(new ScriptedLibc(-4L, -4L, 17L));
        assertThat(calls.call(SyscallNumber.READ)).isEqualTo(17);
    }

    @Test
    void answersErrorsAsTheKernelDoes() {
        Calls calls = new Calls(new ScriptedLibc(-2L, -4L));
        assertThat(calls.call(SyscallNumber.OPENAT)).isEqualTo(-Errno.ENOENT.number());
        assertThat(calls.once(SyscallNumber.CLOSE, 1, 0, 0, 0, 0)).isEqualTo(-Errno.EINTR.number());
    }

    @Test
    void usesNativeMemoryAgain() {
        Calls calls = new Calls(new ScriptedLibc());
        Scratch first = calls.scratch();
        first.close();
        try (Scratch again = calls.scratch();
                Scratch another = calls.scratch()) {
            assertThat(again).isSameAs(first);
            assertThat(another).isNotSameAs(first);
        }
    }

    @Test
    void knowsEveryErrorOfTheTable() {
        assertThat(Errno.of(17)).isEqualTo(Errno.EEXIST);
        assertThat(Errno.of(4000)).isEqualTo(Errno.EUNKNOWN);
        assertThat(SyscallException.of("read", -4000, "fd 1")).hasMessage("read(fd 1): errno 4000, unknown error");
    }
}
