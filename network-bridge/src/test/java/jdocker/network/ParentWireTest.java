package jdocker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.Errno;
import jdocker.kernel.KernelTest;
import jdocker.kernel.netlink.NetlinkException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interfaces on a link of the host. A kernel without them says so clearly, and the test is skipped for that reason. */
@KernelTest
class ParentWireTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @EnumSource(names = "BRIDGE")
    void macvlanReachesTheParentsWire(Attachment.MacvlanMode mode) {
        reachesTheParentsWire(
                new Attachment.Macvlan(Optional.of("lan0"), mode), Optional.of(MacAddress.random()), "macvlan");
    }

    @ParameterizedTest
    @EnumSource
    void ipvlanReachesTheParentsWire(Attachment.IpvlanMode mode) {
        reachesTheParentsWire(
                new Attachment.Ipvlan(Optional.of("lan0"), mode, Attachment.IpvlanFlag.BRIDGE),
                Optional.empty(),
                "ipvlan");
    }

    private void reachesTheParentsWire(Attachment attachment, Optional<MacAddress> mac, String kind) {
        List<NetworkException> refused = new ArrayList<>();
        Lan.run(root, lan -> {
            Sandbox sandbox = lan.networks.sandboxes().create();
            try {
                sandbox.attach(List.of(endpoint(attachment, mac)), Optional.empty());
                talk(lan, sandbox, attachment.toString());
            } catch (NetworkException e) {
                refused.add(e);
            }
            sandbox.delete();
        });
        if (!refused.isEmpty()) {
            assertThat(refused.getFirst()).hasMessageContaining("the kernel has no " + kind);
            assertThat(((NetlinkException) refused.getFirst().getCause()).errno())
                    .isEqualTo(Errno.EOPNOTSUPP);
            Assumptions.abort("the kernel has no " + kind + "; that the error says so is tested");
        }
    }

    private static EndpointSpec endpoint(Attachment attachment, Optional<MacAddress> mac) {
        return new EndpointSpec(
                "ep1",
                "net1",
                attachment,
                mac,
                List.of(InterfaceAddress.parse("192.0.2.7/24")),
                List.of(),
                0,
                "eth",
                Optional.empty(),
                Map.of());
    }

    private static void talk(Lan lan, Sandbox sandbox, String what) {
        try (var server = lan.next(() -> Wire.tcpServer(90))) {
            assertThat(sandbox.inside(() -> Wire.tcp(Lan.NEIGHBOUR, 90)))
                    .as(what)
                    .hasValue("192.0.2.7");
            assertThat(server.isBound()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
