package jdocker.daemon;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What systemd gives a service and wants to hear from it; nothing where there is no systemd. */
final class Systemd {
    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);
    private static final int FIRST_DESCRIPTOR = 3;

    private final Map<String, String> environment;

    Systemd(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The listening sockets that this process was started with. */
    List<Integer> descriptors() {
        String pid = environment.getOrDefault("LISTEN_PID", "");
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!pid.equals(Long.toString(ProcessHandle.current().pid())) || !count.matches("[0-9]{1,3}")) {
            return List.of();
        }
        return IntStream.range(0, Integer.parseInt(count))
                .mapToObj(i -> FIRST_DESCRIPTOR + i)
                .toList();
    }

    /** Says {@code READY=1} or {@code STOPPING=1}; a service manager that does not listen is no reason to fail. */
    void tell(String state) {
        Optional<String> address =
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")).filter(a -> !a.isEmpty());
        if (address.isEmpty()) {
            return;
        }
        String path = address.get().startsWith("@") ? "\0" + address.get().substring(1) : address.get();
        ByteBuffer message = ByteBuffer.allocateDirect(64)
                .put(state.getBytes(StandardCharsets.US_ASCII))
                .flip();
        Socket socket = Socket.newSocketDomainDgram();
        try {
            socket.sendToDomainSocket(message, 0, message.limit(), path.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.warn("cannot tell systemd {}: {}", state, e.getMessage());
        } finally {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing the notify socket: {}", e.getMessage());
        }
    }
}
