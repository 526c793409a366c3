package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdocker.kernel.Device;
import jdocker.kernel.Fd;
import jdocker.kernel.FileType;
import jdocker.kernel.Kernel;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
class InRootTest {
    private static final Kernel KERNEL = Kernel.load();

    private Path root;
    private Fd fd;
    private InRoot in;

    @BeforeEach
    void open() throws Exception {
        root = Files.createTempDirectory("in-root-");
        fd = KERNEL.files().open(root.toString(), OpenFlag.DIRECTORY, OpenFlag.PATH);
        in = new InRoot(KERNEL, fd);
        Files.createDirectory(root.resolve("etc"));
    }

    @AfterEach
    void close() {
        fd.close();
        StoreTest.removeTree(root);
    }

    @Test
    void readsFilesOfTheRootAndNotOfTheHost() throws Exception {
        Files.writeString(root.resolve("etc/real"), "inside");
        Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/etc/real"));
        Files.createSymbolicLink(root.resolve("etc/group"), Path.of("../../../../../etc/hostname"));

        assertThat(in.readSmallFile("/etc/passwd", 100)).hasValue(TarBytes.bytes("inside"));
        assertThat(in.readSmallFile("/etc/group", 100)).isEmpty();
        assertThat(in.readSmallFile("/etc/real", 3)).isEmpty();
        assertThat(in.readSmallFile("/etc/none", 3)).isEmpty();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void neitherPipesNorDevicesAreOpened() {
        byte[] name = TarBytes.bytes("etc/passwd");
        KERNEL.files().mknod(fd, name, FileType.FIFO.bits() | 0644, Device.NONE);
        assertThat(in.readSmallFile("/etc/passwd", 100)).isEmpty();
        KERNEL.files().unlink(fd, name);
        KERNEL.files().mknod(fd, name, FileType.CHARACTER_DEVICE.bits() | 0644, new Device(1, 5));
        assertThat(in.readSmallFile("/etc/passwd", 100)).isEmpty();
        assertThat(UserLookup.in(in).resolve("5", List.of()).uid()).isEqualTo(5);
    }

    @Test
    void makesDirectoriesWithinTheRoot() throws Exception {
        Files.createDirectory(root.resolve("real"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("/real"));
        in.makeDirectories("/link/a//b/./c", 0755, 10, 20);

        var made = KERNEL.files().status(null, root.resolve("real/a/b/c").toString());
        assertThat(made.permissions()).isEqualTo(0755);
        assertThat(made.uid()).isEqualTo(10);
        assertThat(made.gid()).isEqualTo(20);
        in.makeDirectories("/link/a/b/c", 0700, 0, 0);
        in.makeDirectories("/", 0700, 0, 0);
        in.makeDirectories("/../../up", 0755, 0, 0);
        assertThat(root.resolve("up")).isDirectory();
    }

    @Test
    void refusesFilesAndLinksToNowhereInTheWay() throws Exception {
        Files.writeString(root.resolve("file"), "");
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("/nowhere"));
        assertThatThrownBy(() -> in.makeDirectories("/file/x", 0755, 0, 0)).isInstanceOf(InRoot.NotADirectory.class);
        assertThatThrownBy(() -> in.makeDirectories("/file", 0755, 0, 0)).isInstanceOf(InRoot.NotADirectory.class);
        assertThatThrownBy(() -> in.makeDirectories("/dangling", 0755, 0, 0)).isInstanceOf(InRoot.NotADirectory.class);
    }
}
