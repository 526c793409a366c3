package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jdocker.kernel.Fd;
import jdocker.kernel.KernelTest;
import jdocker.kernel.SocketType;
import jdocker.kernel.Sockets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shim holds while no daemon runs. */
@KernelTest
class ShimHoldTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path directory;

    private ShimHarness shim;

    @BeforeEach
    void load() {
        shim = new ShimHarness(directory);
    }

    @AfterEach
    void unload() {
        shim.close();
    }

    private Launched launch(HostPlan plan, List<Fd> held) {
        return shim.launcher.launch("test", plan.encode(), directory, held);
    }

    private static void releaseAll(List<Fd> descriptors) {
        descriptors.forEach(Fd::close);
    }

    private static void send(ShimConnection to, int type, int first, int count) {
        byte[] payload = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(first)
                .putInt(count)
                .array();
        to.send(type, payload);
    }

    @Test
    void aSocketTakesWhatComesWhileNoDaemonRunsAndTheNextReadsIt() {
        Fd socket = shim.kernel.inetSockets().bound(SocketType.DATAGRAM, LOOPBACK, 0);
        var place = shim.kernel.inetSockets().local(socket);
        Launched first = launch(HostPlan.shell(directory, "exec sleep 30"), List.of(socket));
        socket.close();
        first.control().close();
        try (Fd client = shim.kernel.inetSockets().open(SocketType.DATAGRAM, false)) {
            shim.kernel.inetSockets().connect(client, place);
            shim.kernel.data().write(client, new byte[] {1, 2, 3});
        }
        var adoption = (Adoption.Running) shim.launcher.adopt(directory);
        List<Fd> held = adoption.process().held();
        assertThat(held).hasSize(1);
        assertThat(shim.kernel.inetSockets().local(held.getFirst())).isEqualTo(place);
        assertThat(shim.kernel.sockets().readable(held.getFirst(), Duration.ofSeconds(5)))
                .isTrue();
        assertThat(shim.kernel.data().read(held.getFirst(), ByteBuffer.allocate(10)))
                .isEqualTo(3);
        releaseAll(held);
        end(first, adoption);
    }

    @Test
    void manyAreHeldInTheirOrderAndTheProcessHasNoneOfThem() throws IOException {
        List<Fd> given = new ArrayList<>();
        List<Long> inodes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Sockets.Pair pair = shim.kernel.sockets().pair(SocketType.DATAGRAM);
            given.add(pair.first());
            inodes.add(shim.kernel.files().status(pair.first()).inode());
            pair.second().close();
        }
        Launched first = launch(HostPlan.shell(directory, "exec sleep 30"), given);
        releaseAll(given);
        first.control().close();
        var adoption = (Adoption.Running) shim.launcher.adopt(directory);
        List<Fd> held = adoption.process().held();
        assertThat(held.stream().map(fd -> shim.kernel.files().status(fd).inode()))
                .containsExactlyElementsOf(inodes);
        try (var open = Files.list(Path.of("/proc/" + first.pid() + "/fd"))) {
            assertThat(open.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("0", "1", "2");
        }
        assertThat(Long.parseLong(ShimHarness.status(first.shimPid(), "VmRSS").replace(" kB", "")))
                .isLessThanOrEqualTo(100);
        releaseAll(held);
        end(first, adoption);
    }

    @Test
    void whatIsReleasedIsClosedAndOtherThingsStay() {
        List<Fd> given = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            given.add(shim.kernel.inetSockets().bound(SocketType.STREAM, LOOPBACK, 0));
        }
        var kept = shim.kernel.inetSockets().local(given.get(1));
        Launched first = launch(HostPlan.shell(directory, "exec sleep 30"), given);
        releaseAll(given);
        var connection = new ShimConnection(shim.kernel, first.control());
        send(connection, ShimProtocol.RELEASE, ShimProtocol.HELD_FIRST, 1);
        send(connection, ShimProtocol.RELEASE, ShimProtocol.HELD_FIRST + 2, 1);
        first.control().close();
        var adoption = (Adoption.Running) shim.launcher.adopt(directory);
        List<Fd> held = adoption.process().held();
        assertThat(held).extracting(shim.kernel.inetSockets()::local).containsExactly(kept);
        releaseAll(held);
        end(first, adoption);
    }

    @Test
    void aConnectionThatHoldsNonsenseIsDroppedAndTheContainerGoesOn() {
        for (int[] wrong : new int[][] {{ShimProtocol.HELD_FIRST, 1}, {3, 1}, {-1, 1}, {ShimProtocol.HELD_FIRST, -1}}) {
            Launched process = launch(HostPlan.shell(directory, "exec sleep 30"), List.of());
            var connection = new ShimConnection(shim.kernel, process.control());
            send(connection, ShimProtocol.HOLD, wrong[0], wrong[1]); // without any descriptor
            assertThat(connection.receive(ShimHarness.LIMIT)).isEmpty();
            process.control().close();
            var adoption = (Adoption.Running) shim.launcher.adopt(directory);
            assertThat(adoption.process().held()).isEqualTo(Collections.emptyList());
            end(process, adoption);
        }
    }

    private void end(Launched first, Adoption.Running adopted) {
        var exit = shim.watcher.watch(first);
        shim.kernel.processes().signal(first.pid(), 9);
        exit.orTimeout(20, java.util.concurrent.TimeUnit.SECONDS).join();
        adopted.process().control().close();
        adopted.process().shim().close();
        directory.resolve("attach.sock").toFile().delete();
        directory.resolve("exit").toFile().delete();
    }
}
