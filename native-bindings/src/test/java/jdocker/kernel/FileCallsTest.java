package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class FileCallsTest {
    private static final int CREATE = OpenFlag.of(OpenFlag.CREATE, OpenFlag.EXCLUSIVE, OpenFlag.READ_WRITE);

    private final FileCalls files = Kernel.load().files();
    private final FileData data = Kernel.load().data();

    @TempDir
    Path temp;

    private Fd dir;

    @BeforeEach
    void open() {
        dir = files.open(temp.toString(), OpenFlag.DIRECTORY);
    }

    @AfterEach
    void close() {
        dir.close();
    }

    private static byte[] name(String text) {
        return text.getBytes(UTF_8);
    }

    private void create(String file) {
        files.open(dir, file, CREATE, 0644).close();
    }

    @Test
    void makesOpensListsAndRemovesNames() {
        files.mkdir(dir, "d", 0755);
        create("f");
        files.symlink(name("f"), dir, name("s"));
        files.link(dir, name("f"), dir, name("h"));

        assertThat(files.list(dir)).extracting(DirEntry::text).containsExactlyInAnyOrder("d", "f", "s", "h");
        assertThat(files.list(dir))
                .extracting(DirEntry::type)
                .containsExactlyInAnyOrder(FileType.DIRECTORY, FileType.REGULAR, FileType.SYMLINK, FileType.REGULAR);
        assertThat(files.readlink(dir, "s")).isEqualTo(name("f"));
        assertThat(files.status(dir, "h").links()).isEqualTo(2);
        assertThat(files.status(dir, "h").sameFile(files.status(dir, "f"))).isTrue();

        files.rmdir(dir, "d");
        files.unlink(dir, "f");
        assertThat(files.unlinkIfPresent(dir, name("f"))).isFalse();
        assertThat(files.rmdirIfPresent(dir, name("d"))).isFalse();
        assertThat(files.list(dir)).extracting(DirEntry::text).containsExactlyInAnyOrder("s", "h");
    }

    @Test
    void keepsNamesThatAreNotUtf8() {
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        files.mkdir(dir, latin, 0755);

        assertThat(files.list(dir).getFirst().name()).isEqualTo(latin);
        files.rmdir(dir, latin);
    }

    @Test
    void listsDirectoriesOfManyNames() {
        IntStream.range(0, 3000).forEach(i -> create("a-fairly-long-file-name-number-" + i));
        assertThat(files.list(dir)).hasSize(3000);
        assertThat(files.list(dir)).as("a second time, from the start").hasSize(3000);
    }

    @Test
    void listsInPartsWhatIsRemovedMeanwhile() {
        IntStream.range(0, 3000).forEach(i -> create("a-fairly-long-file-name-number-" + i));
        int parts = 0;
        List<DirEntry> part;
        while (!(part = files.listNext(dir)).isEmpty()) {
            parts++;
            part.forEach(entry -> files.unlink(dir, entry.name()));
        }
        assertThat(parts).isGreaterThan(1);
        assertThat(files.list(dir)).isEmpty();
    }

    @Test
    void reportsCallArgumentAndMeaning() {
        assertThatThrownBy(() -> files.open(dir, "missing", 0, 0))
                .isInstanceOf(SyscallException.class)
                .hasMessage("openat(fd " + dir + "/missing): ENOENT, no such file or directory");
        create("f");
        assertThatThrownBy(() -> files.mkdir(dir, "f", 0755))
                .isInstanceOfSatisfying(
                        SyscallException.class,
                        e -> assertThat(e.is(Errno.EEXIST)).isTrue());
        assertThat(files.mkdirIfAbsent(dir, "f", 0755)).isFalse();
    }

    @Test
    void refusesNamesWithNul() {
        assertThatThrownBy(() -> files.unlink(dir, "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resolvesPathsInARoot() {
        files.mkdir(dir, "root", 0755);
        create("outside");
        try (Fd root = files.open(dir, "root", OpenFlag.DIRECTORY.bits(), 0)) {
            files.symlink(name("/../../outside"), root, name("link"));
            int path = OpenFlag.PATH.bits();

            assertThat(files.openInIfPresent(root, name("link"), path, 0, Resolve.IN_ROOT.bits()))
                    .as("the link stays inside")
                    .isEmpty();
            assertThatThrownBy(() -> files.openIn(root, "../outside", path, 0, Resolve.BENEATH.bits()))
                    .hasMessageContaining("EXDEV");
            assertThatThrownBy(() -> files.openIn(root, "link", path, 0, Resolve.NO_SYMLINKS.bits()))
                    .hasMessageContaining("ELOOP");
            files.openIn(root, "inside", CREATE, 0600, Resolve.of(Resolve.IN_ROOT, Resolve.NO_MAGICLINKS))
                    .close();
            assertThat(files.status(root, "inside").permissions()).isEqualTo(0600);
        }
    }

    @Test
    void makesDeviceNodes() {
        files.mknod(dir, name("null"), FileType.CHARACTER_DEVICE.bits() | 0666, new Device(1, 3));
        files.mknod(dir, name("fifo"), FileType.FIFO.bits() | 0600, Device.NONE);

        assertThat(files.status(dir, "null").special()).isEqualTo(new Device(1, 3));
        assertThat(files.status(dir, "null").type()).isEqualTo(FileType.CHARACTER_DEVICE);
        assertThat(files.status(dir, "fifo").type()).isEqualTo(FileType.FIFO);
    }

    @Test
    void changesOwnerModeAndTimesWithoutFollowingLinks() {
        create("f");
        files.symlink(name("f"), dir, name("s"));
        Timestamp then = new Timestamp(-5, 123);

        files.chown(dir, name("s"), 12, 34);
        files.times(dir, name("s"), then, then);
        files.chmod(dir, name("f"), 06751);

        assertThat(files.status(dir, "s").uid()).isEqualTo(12);
        assertThat(files.status(dir, "s").modified()).isEqualTo(then);
        assertThat(files.status(dir, "f").uid()).isZero();
        assertThat(files.status(dir, "f").permissions()).isEqualTo(06751);
        assertThatThrownBy(() -> files.chmod(dir, name("s"), 0700)).hasMessageContaining("EOPNOTSUPP");
    }

    @Test
    void changesWhatIsOpen() {
        create("f");
        Timestamp then = new Timestamp(1_000_000_000, 999_999_999);
        try (Fd path = files.open(dir, "f", OpenFlag.PATH.bits(), 0)) {
            files.chown(path, 7, 8);
            files.chmod(path, 0604);
            files.times(path, Timestamp.OMIT, then);
            FileStatus status = files.status(path);

            assertThat(List.of(status.uid(), status.gid(), status.permissions()))
                    .containsExactly(7, 8, 0604);
            assertThat(status.modified()).isEqualTo(then);
            assertThat(status.accessed()).isNotEqualTo(then);
            assertThat(status.mountId()).isPositive();
        }
    }

    @Test
    void linksAFileThatHadNoName() {
        try (Fd file = files.open(dir, ".", OpenFlag.of(OpenFlag.TEMPORARY, OpenFlag.READ_WRITE), 0640)) {
            data.write(file, name("content"));
            assertThat(files.list(dir)).isEmpty();
            files.linkFd(file, dir, name("named"));
        }
        assertThat(files.status(dir, "named").size()).isEqualTo(7);
    }

    @Test
    void renamesAndExchanges() {
        create("a");
        files.mkdir(dir, "b", 0700);
        assertThatThrownBy(() -> files.rename(dir, name("a"), dir, name("b"), RenameFlag.NO_REPLACE))
                .hasMessageContaining("EEXIST");
        files.rename(dir, name("a"), dir, name("b"), RenameFlag.EXCHANGE);
        assertThat(files.status(dir, "a").isDirectory()).isTrue();
        assertThat(files.statusIfPresent(dir, "none")).isEmpty();
    }

    @Test
    void knowsFileSystems() {
        try (Fd proc = files.open("/proc", OpenFlag.DIRECTORY)) {
            assertThat(FileSystem.of(files.fsMagic(proc))).contains(FileSystem.PROC);
        }
    }

    @Test
    void spreadsWhatADirectoryHoldsWhereTheFileSystemCan() throws IOException {
        boolean spread = files.spreadDirectories(dir);
        assertThat(files.spreadDirectories(dir)).isEqualTo(spread);
        Process lsattr = new ProcessBuilder("lsattr", "-d", temp.toString())
                .redirectErrorStream(true)
                .start();
        String flags = new String(lsattr.getInputStream().readAllBytes(), UTF_8).split(" ")[0];
        assertThat(flags.contains("T")).isEqualTo(spread);
        try (Fd proc = files.open("/proc", OpenFlag.DIRECTORY)) {
            assertThat(files.spreadDirectories(proc)).isFalse();
        }
    }
}
