package jdocker.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class FileDataTest {
    private final FileCalls files = Kernel.load().files();
    private final FileData data = Kernel.load().data();

    @TempDir
    Path temp;

    private Fd create(String name) {
        int flags = OpenFlag.of(OpenFlag.CREATE, OpenFlag.READ_WRITE);
        return files.open(null, temp.resolve(name).toString(), flags, 0600);
    }

    @ParameterizedTest(name = "direct buffer: {0}")
    @ValueSource(booleans = {true, false})
    void writesAndReadsMoreThanOneCallTakes(boolean direct) {
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        ByteBuffer source = direct ? ByteBuffer.allocateDirect(content.length) : ByteBuffer.allocate(content.length);
        source.put(content).flip();
        ByteBuffer target = direct ? ByteBuffer.allocateDirect(content.length) : ByteBuffer.allocate(content.length);

        try (Fd file = create("f")) {
            data.write(file, source);
            assertThat(source.hasRemaining()).isFalse();
            data.seek(file, 0);
            while (target.hasRemaining() && data.read(file, target) != -1) {}
            assertThat(data.read(file, ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        byte[] back = new byte[content.length];
        target.flip().get(back);
        assertThat(back).isEqualTo(content);
    }

    @Test
    void readsAndWritesAtPlaces() {
        try (Fd file = create("f")) {
            data.write(file, ByteBuffer.wrap("abc".getBytes(UTF_8)), 2);
            ByteBuffer target = ByteBuffer.allocate(2);
            assertThat(data.read(file, target, 3)).isEqualTo(2);
            assertThat(target.array()).isEqualTo("bc".getBytes(UTF_8));
            assertThat(data.readAll(file, 100)).isEqualTo("\0\0abc".getBytes(UTF_8));
        }
    }

    @Test
    void refusesToReadMoreThanAllowed() {
        try (Fd file = files.open("/dev/zero", OpenFlag.READ_ONLY)) {
            assertThatThrownBy(() -> data.readAll(file, 1 << 20)).hasMessageContaining("EFBIG");
        }
    }

    @Test
    void findsHolesAndData() {
        try (Fd file = create("f")) {
            data.truncate(file, 1 << 20);
            data.write(file, ByteBuffer.wrap(new byte[] {1}), 512 * 1024);
            assertThat(data.nextData(file, 0)).hasValue(512 * 1024);
            assertThat(data.nextHole(file, 512 * 1024).getAsLong()).isBetween(512L * 1024 + 1, 1L << 20);
            assertThat(data.nextData(file, (1 << 20) - 1)).isEmpty();
            data.allocate(file, 0, 4096);
            data.sync(file);
            data.syncFileSystem(file);
        }
    }

    @Test
    void locksOnce() {
        try (Fd first = create("lock");
                Fd second = create("lock")) {
            assertThat(data.tryLock(first, true)).isTrue();
            assertThat(data.tryLock(second, true)).isFalse();
            data.unlock(first);
            data.lock(second, false);
            assertThat(data.tryLock(first, false)).isTrue();
        }
    }

    @Test
    void sealsMemory() {
        try (Fd memfd = data.memfd("plan", MemfdFlag.ALLOW_SEALING)) {
            data.write(memfd, new byte[] {1, 2, 3});
            data.seal(memfd, Seal.SHRINK, Seal.GROW, Seal.WRITE, Seal.SEAL);
            assertThatThrownBy(() -> data.write(memfd, new byte[] {4})).hasMessageContaining("EPERM");
            assertThatThrownBy(() -> data.truncate(memfd, 0)).hasMessageContaining("EPERM");
            assertThatThrownBy(() -> data.seal(memfd, Seal.EXEC)).hasMessageContaining("EPERM");
        }
    }

    @Test
    void pipesAndDoesNotWaitWhenToldSo() {
        try (FileData.Pipe pipe = data.pipe()) {
            data.nonBlocking(pipe.readEnd(), true);
            assertThatThrownBy(() -> data.read(pipe.readEnd(), ByteBuffer.allocate(1)))
                    .hasMessageContaining("EAGAIN");
            data.nonBlocking(pipe.readEnd(), false);
            data.write(pipe.writeEnd(), new byte[] {42});
            assertThat(data.read(pipe.readEnd(), ByteBuffer.allocate(1))).isEqualTo(1);
            pipe.writeEnd().close();
            assertThat(data.read(pipe.readEnd(), ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void closesOnceOnly() {
        Fd file = create("f");
        int number = file.number();
        file.close();
        try (Fd other = create("g")) {
            assertThat(other.number()).isEqualTo(number);
            file.close();
            data.write(other, new byte[] {1});
        }
        assertThatThrownBy(file::number).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void duplicatesAboveANumberAndReleases() {
        try (Fd file = create("f");
                Fd copy = file.duplicate(200)) {
            assertThat(copy.number()).isGreaterThanOrEqualTo(200);
            Fd released = file.duplicate();
            int number = released.release();
            released.close();
            try (Fd again = new Fd(number)) {
                data.write(again, new byte[] {1});
            }
        }
    }
}
