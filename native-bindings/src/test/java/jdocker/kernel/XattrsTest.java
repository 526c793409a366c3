package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class XattrsTest {
    private final Kernel kernel = Kernel.load();
    private final Xattrs xattrs = kernel.xattrs();

    @TempDir
    Path temp;

    @Test
    void setsReadsListsAndRemoves() {
        byte[] large = new byte[3000];
        try (Fd dir = kernel.files().open(temp.toString(), OpenFlag.DIRECTORY)) {
            kernel.files().mkdir(dir, "d", 0755);
            byte[] name = "d".getBytes(UTF_8);
            xattrs.set(dir, name, "trusted.small", new byte[] {1, 0, 2});
            xattrs.set(dir, name, "trusted.large", large);

            assertThat(xattrs.get(dir, name, "trusted.small")).contains(new byte[] {1, 0, 2});
            assertThat(xattrs.list(dir, name)).contains("trusted.small", "trusted.large");
            try (Fd path = kernel.files().open(dir, "d", OpenFlag.PATH.bits(), 0)) {
                assertThat(xattrs.get(path, "trusted.large")).contains(large);
                assertThat(xattrs.remove(path, "trusted.large")).isTrue();
                assertThat(xattrs.remove(path, "trusted.large")).isFalse();
                xattrs.set(path, "trusted.empty", new byte[0]);
            }
            assertThat(xattrs.get(dir, name, "trusted.large")).isEmpty();
            assertThat(xattrs.get(dir, name, "trusted.empty")).contains(new byte[0]);
        }
    }

    @Test
    void reachesTheLinkAndNotItsTarget() {
        try (Fd dir = kernel.files().open(temp.toString(), OpenFlag.DIRECTORY)) {
            byte[] link = "link".getBytes(UTF_8);
            kernel.files().mkdir(dir, "target", 0755);
            kernel.files().symlink("target".getBytes(UTF_8), dir, link);
            xattrs.set(dir, link, "trusted.of", "link".getBytes(UTF_8));

            int flags = OpenFlag.of(OpenFlag.PATH, OpenFlag.NO_FOLLOW);
            try (Fd path = kernel.files().open(dir, "link", flags, 0)) {
                assertThat(xattrs.list(path)).contains("trusted.of");
            }
            assertThat(xattrs.list(dir, "target".getBytes(UTF_8))).doesNotContain("trusted.of");
        }
    }
}
