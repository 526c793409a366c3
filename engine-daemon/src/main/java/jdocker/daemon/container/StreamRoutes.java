package jdocker.daemon.container;

import static jdocker.daemon.http.Lane.READ;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import jdocker.api.WaitResult;
import jdocker.daemon.container.ContainerWaits.Condition;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotImplemented;
import jdocker.daemon.http.ApiVersion;
import jdocker.daemon.http.HijackedStream;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.jspecify.annotations.Nullable;

/** {@code /containers/{id}}: attach, logs, wait, resize. */
final class StreamRoutes {
    static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";
    static final String RAW = "application/vnd.docker.raw-stream";

    private final StateStore store;
    private final Containers containers;
    private final ContainerLifecycle lifecycle;
    private final Consoles consoles;
    private final ContainerFiles files;
    private final LogWatch watch;
    private final Executor work;

    StreamRoutes(
            StateStore store,
            ContainerLifecycle lifecycle,
            Consoles consoles,
            ContainerFiles files,
            LogWatch watch,
            Executor work) {
        this.store = store;
        this.containers = new Containers(store);
        this.lifecycle = lifecycle;
        this.consoles = consoles;
        this.files = files;
        this.watch = watch;
        this.work = work;
    }

    void addTo(Router router) {
        router.add(HttpMethod.POST, "/containers/{id}/attach", READ, this::attach);
        router.add(HttpMethod.GET, "/containers/{id}/logs", READ, this::logs);
        router.add(HttpMethod.POST, "/containers/{id}/wait", READ, this::await);
        router.add(HttpMethod.POST, "/containers/{id}/resize", READ, this::resize);
    }

    static String contentType(boolean tty, ApiVersion version) {
        return tty || !version.atLeast(1, 42) ? RAW : MULTIPLEXED;
    }

    private Response attach(Request request) {
        Container c = containers.resolve(request.path("id"));
        String keys = request.query().text("detachKeys");
        DetachKeys parsed = DetachKeys.parse(keys);
        switch (c.state()) {
            case ContainerState.Paused _ ->
                throw new Conflict("container " + c.id() + " is paused, unpause the container before attach");
            case ContainerState.Restarting _ ->
                throw new Conflict("container " + c.id() + " is restarting, wait until the container is running");
            case ContainerState.Created _,
                    ContainerState.Running _,
                    ContainerState.Exited _,
                    ContainerState.Removing _,
                    ContainerState.Dead _ -> {}
        }
        boolean stream = request.query().flag("stream");
        boolean history = request.query().flag("logs");
        var wish = new Attachment.Wish(
                request.query().flag("stdin") && c.config().openStdin(),
                request.query().flag("stdout"),
                request.query().flag("stderr"),
                c.config().tty() ? parsed : null,
                () -> work.execute(() -> event(c.id(), "detach", Map.of())));
        String type = contentType(c.config().tty(), request.version());
        if (history || !stream) {
            return Response.hijack(type, hijacked -> attach(c, wish, history, stream, hijacked));
        }
        // The client starts the container as soon as it has our answer: what that says must not be missed.
        Console console = consoles.of(c, Optional.empty());
        console.expect(wish);
        return Response.hijack(type, hijacked -> {
            console.attachExpected(hijacked, wish);
            event(c.id(), "attach", Map.of());
        });
    }

    private void attach(Container c, Attachment.Wish wish, boolean history, boolean stream, HijackedStream hijacked)
            throws IOException, InterruptedException {
        if (history && LogOptions.of(c.hostConfig().logConfig()).readable()) {
            LogQuery query = LogQuery.all(wish.stdout(), wish.stderr());
            try (var reader = new LogReader(files.log(c.id()));
                    var out = new HijackedOutput(hijacked)) {
                reader.read(query, new LogText(out, query, !c.config().tty()));
            }
        }
        if (!stream) {
            hijacked.close();
            return;
        }
        consoles.of(c, Optional.of(hijacked.eventLoop())).attach(hijacked, wish);
        event(c.id(), "attach", Map.of());
    }

    /** Writes to a connection that has left HTTP, and waits while the client is slow. */
    private static final class HijackedOutput extends OutputStream {
        private final HijackedStream stream;
        private final java.io.ByteArrayOutputStream collected = new java.io.ByteArrayOutputStream();

        HijackedOutput(HijackedStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            collected.write(bytes, from, length);
            if (collected.size() >= 32 * 1024) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (collected.size() > 0) {
                var written = stream.write(Unpooled.wrappedBuffer(collected.toByteArray()));
                collected.reset();
                written.awaitUninterruptibly();
                if (!written.isSuccess()) {
                    throw new IOException("the client has gone", written.cause());
                }
            }
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private boolean event(String id, String action, Map<String, String> attributes) {
        return store.write(Durability.NORMAL, transaction -> {
            Optional<Container> c = transaction.get(Container.ALL, id);
            c.ifPresent(known -> transaction.append(ContainerEvents.of(known, action, attributes)));
            return c.isPresent();
        });
    }

    private Response logs(Request request) {
        Container c = containers.resolve(request.path("id"));
        LogQuery query = LogQuery.of(request.query());
        if (!LogOptions.of(c.hostConfig().logConfig()).readable()) {
            throw new NotImplemented("configured logging driver does not support reading");
        }
        var reader = new LogReader(files.log(c.id()));
        boolean follow = query.follow() && (c.isRunning() || c.state() instanceof ContainerState.Restarting);
        return Response.stream(200, contentType(c.config().tty(), request.version()), out -> {
            try (reader) {
                var text = new LogText(out, query, !c.config().tty());
                if (!follow) {
                    reader.read(query, text);
                    return;
                }
                follow(c, query, reader, text, out::disconnected);
            }
        });
    }

    private void follow(
            Container c,
            LogQuery query,
            LogReader reader,
            LogText text,
            java.util.function.BooleanSupplier disconnected)
            throws IOException, InterruptedException {
        CompletableFuture<Integer> end = lifecycle.await(c.id(), Condition.NOT_RUNNING);
        end.whenComplete((_, _) -> reader.wake());
        try {
            reader.follow(query, watch, () -> end.isDone() || disconnected.getAsBoolean(), text);
        } finally {
            end.cancel(false);
        }
    }

    private Response await(Request request) {
        String condition = request.version().atLeast(1, 30) ? request.query().text("condition") : "";
        CompletableFuture<Integer> end = lifecycle.await(request.path("id"), Condition.parse(condition));
        request.onDisconnect(() -> end.cancel(false));
        return Response.stream(200, "application/json", out -> {
            out.flush();
            @Nullable WaitResult result = result(end);
            if (result != null) {
                out.writeJsonLine(result);
            }
        });
    }

    private static @Nullable WaitResult result(CompletableFuture<Integer> end) throws InterruptedException {
        try {
            return new WaitResult(end.get(), null);
        } catch (CancellationException e) {
            return null; // the client has gone
        } catch (ExecutionException e) {
            return new WaitResult(-1, new WaitResult.WaitError(String.valueOf(e.getCause())));
        }
    }

    private Response resize(Request request) {
        int rows = size(request, "h");
        int columns = size(request, "w");
        Container c = containers.resolve(request.path("id"));
        if (!c.isRunning()) {
            throw new Conflict("container " + c.id() + " is not running");
        }
        consoles.find(c.id()).ifPresent(console -> console.resize(rows, columns));
        event(c.id(), "resize", Map.of("height", Integer.toString(rows), "width", Integer.toString(columns)));
        return Response.ok();
    }

    static int size(Request request, String name) {
        OptionalLong value = request.query().number(name);
        if (value.isEmpty() || value.getAsLong() < 0 || value.getAsLong() > 65535) {
            throw new InvalidRequest("invalid resize " + (name.equals("h") ? "height \"" : "width \"")
                    + request.query().text(name) + "\": a number from 0 to 65535 is needed");
        }
        return (int) value.getAsLong();
    }
}
