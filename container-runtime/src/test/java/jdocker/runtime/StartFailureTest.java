package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import jdocker.kernel.Errno;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "search foo; ENOENT; exec: \"foo\": executable file not found in $PATH",
                "execute /foo; ENOENT; exec: \"foo\": stat /foo: no such file or directory",
                "execute /foo; EACCES; exec: \"foo\": permission denied",
                "execute /foo; EISDIR; exec: \"foo\": is a directory",
                "execute /foo; ENOEXEC; exec /foo: exec format error",
                "relative foo; ENOENT; exec: \"foo\": cannot run executable found relative to current directory",
                "chdir to /x; ENOTDIR; chdir to cwd (\"/x\") set in config.json failed: not a directory",
                "mount /a on /b; EINVAL; error mounting \"/a\" to rootfs at \"/b\": mount /a on /b: invalid argument",
                "setgroups; EPERM; setgroups: operation not permitted",
            })
    void failuresAreToldInDockersWords(String step, Errno errno, String message) {
        assertThat(StartFailure.explain(step, errno, "foo")).isEqualTo(message);
    }
}
