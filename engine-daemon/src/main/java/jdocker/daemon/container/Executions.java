package jdocker.daemon.container;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import jdocker.api.ExecConfig;
import jdocker.api.ExecInspect;
import jdocker.api.ExecStart;
import jdocker.daemon.container.ProcessRuntime.LaunchFailure;
import jdocker.daemon.container.ProcessRuntime.ProcessEnd;
import jdocker.daemon.container.ProcessRuntime.RunningProcess;
import jdocker.daemon.container.RootFileSystems.MountedRoot;
import jdocker.daemon.error.EngineException;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.NotFound;
import jdocker.daemon.http.HijackedStream;
import jdocker.daemon.state.Durability;
import jdocker.daemon.state.StateStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs commands in running containers. */
final class Executions {
    private static final Logger LOG = LoggerFactory.getLogger(Executions.class);
    private static final int ID_BYTES = 32;
    private static final int LOST_CODE = 137;
    private static final int UNKNOWN_FAILURE = 128;
    private static final Duration START_PATIENCE = Duration.ofSeconds(10);
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final StateStore store;
    private final Containers containers;
    private final RootFileSystems roots;
    private final SpecBuilder specs;
    private final ProcessRuntime runtime;
    private final Consoles consoles;
    private final Executor work;
    private final RandomGenerator random;
    private final Set<String> claimed = ConcurrentHashMap.newKeySet();
    private final Map<String, CompletableFuture<Console>> started = new ConcurrentHashMap<>();

    Executions(
            StateStore store,
            RootFileSystems roots,
            SpecBuilder specs,
            ProcessRuntime runtime,
            Consoles consoles,
            Executor work,
            RandomGenerator random) {
        this.store = store;
        this.containers = new Containers(store);
        this.roots = roots;
        this.specs = specs;
        this.runtime = runtime;
        this.consoles = consoles;
        this.work = work;
        this.random = random;
    }

    /** Registers a command; returns its id. */
    String create(String reference, ExecConfig config) {
        Container c = containers.resolve(reference);
        checkRunning(c);
        if (HostConfigRules.listOf(config.cmd()).isEmpty()) {
            throw new InvalidRequest("No exec command specified");
        }
        checkTexts(config);
        DetachKeys.parse(config.detachKeys());
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        var exec = new Exec(HexFormat.of().formatHex(bytes), c.id(), config, Instant.now(), new Exec.Created());
        store.write(Durability.NORMAL, transaction -> {
            Instant old = Instant.now().minus(KEPT);
            for (Exec other : Exec.of(transaction, c.id())) {
                if (other.state() instanceof Exec.Ended ended && ended.when().isBefore(old)) {
                    transaction.remove(Exec.ALL, other.id());
                }
            }
            transaction.put(Exec.ALL, exec.id(), exec);
            transaction.append(ContainerEvents.of(c, "exec_create: " + command(exec), attributes(exec)));
            return null;
        });
        return exec.id();
    }

    private static void checkTexts(ExecConfig config) {
        for (List<String> texts : List.of(
                HostConfigRules.listOf(config.cmd()),
                HostConfigRules.listOf(config.env()),
                List.of(config.user(), config.workingDir()))) {
            if (texts.stream().anyMatch(text -> text.indexOf(0) >= 0)) {
                throw new InvalidRequest("invalid exec: NUL is not allowed");
            }
        }
        if (!config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw new InvalidRequest(
                    "invalid working directory '" + config.workingDir() + "': it needs to be absolute");
        }
    }

    private static void checkRunning(Container c) {
        switch (c.state()) {
            case ContainerState.Running _ -> {}
            case ContainerState.Paused _ ->
                throw new Conflict("container " + c.id() + " is paused, unpause the container before exec");
            case ContainerState.Restarting _ ->
                throw new Conflict("container " + c.id() + " is restarting, wait until the container is running");
            case ContainerState.Created _, ContainerState.Exited _, ContainerState.Removing _, ContainerState.Dead _ ->
                throw new Conflict("container " + c.id() + " is not running");
        }
    }

    /** A command that may be started now, with its container. */
    record Ready(Exec exec, Container container) {}

    /**
     * @throws Conflict when it has been started already or its container does not run
     */
    Ready ready(String id) {
        Exec exec = resolve(id);
        switch (exec.state()) {
            case Exec.Created _ -> {}
            case Exec.Running _ -> throw new Conflict("exec command " + id + " is already running");
            case Exec.Ended _ -> throw new Conflict("exec command " + id + " has already run");
        }
        Container c = containers.resolve(exec.containerId());
        checkRunning(c);
        return new Ready(exec, c);
    }

    Exec resolve(String id) {
        return store.snapshot().get(Exec.ALL, id).orElseThrow(() -> new NotFound("No such exec instance: " + id));
    }

    /** Starts without a client; on a work thread. */
    void startDetached(Ready ready, ExecStart request) {
        launch(ready, consoles.forExec(ready.exec().config().tty(), Optional.empty()), request.consoleSize());
    }

    /** Starts with a client. A failure goes into its stream: the answer's head has been sent. On a work thread. */
    void startAttached(Ready ready, ExecStart request, HijackedStream stream) {
        ExecConfig config = ready.exec().config();
        Optional<EventLoop> loop = Optional.of(stream.eventLoop());
        Console console = consoles.forExec(config.tty(), loop);
        DetachKeys keys = config.tty() ? DetachKeys.parse(config.detachKeys()) : null;
        console.attach(
                stream,
                new Attachment.Wish(
                        config.attachStdin(),
                        config.attachStdout(),
                        config.attachStderr(),
                        keys,
                        () -> detached(ready)));
        try {
            launch(ready, console, request.consoleSize());
        } catch (RuntimeException e) {
            byte[] text = (e.getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
            if (!config.tty()) {
                stream.write(ControlMessage.header(stream.channel().alloc(), ControlMessage.STDOUT, text.length));
            }
            stream.write(Unpooled.wrappedBuffer(text));
            console.end();
        }
    }

    private void detached(Ready ready) {
        work.execute(() -> store.write(Durability.NORMAL, transaction -> {
            transaction.append(ContainerEvents.of(ready.container(), "exec_detach", attributes(ready.exec())));
            return null;
        }));
    }

    private void launch(Ready ready, Console console, @Nullable List<Integer> size) {
        Exec exec = ready.exec();
        if (!claimed.add(exec.id())) {
            throw new Conflict("exec command " + exec.id() + " is already running");
        }
        try {
            ready(exec.id()); // it may have run and ended since the request came
        } catch (RuntimeException e) {
            claimed.remove(exec.id());
            throw e;
        }
        CompletableFuture<Console> promise = started.computeIfAbsent(exec.id(), _ -> new CompletableFuture<>());
        try {
            RunningProcess process =
                    run(ready, console, size == null ? exec.config().consoleSize() : size);
            promise.complete(console);
            watch(exec, ready.container(), process);
        } catch (RuntimeException e) {
            forget(exec.id());
            promise.cancel(false);
            int code = e instanceof LaunchFailure failure ? failure.exitCode() : UNKNOWN_FAILURE;
            save(exec.with(new Exec.Ended(code, 0, Instant.now())));
            throw translated(e);
        }
    }

    private static RuntimeException translated(RuntimeException e) {
        if (e instanceof LaunchFailure failure) {
            String message =
                    "OCI runtime exec failed: exec failed: unable to start container process: " + e.getMessage();
            return failure.exitCode() == UNKNOWN_FAILURE ? new StartFailed(message, e) : new InvalidRequest(message);
        }
        return e;
    }

    private RunningProcess run(Ready ready, Console console, @Nullable List<Integer> size) {
        Exec exec = ready.exec();
        Container c = ready.container();
        ContainerState.Running target =
                c.state().process().orElseThrow(() -> new Conflict("container " + c.id() + " is not running"));
        String user = exec.config().user().isEmpty()
                ? c.config().user()
                : exec.config().user();
        List<String> groups = exec.config().user().isEmpty()
                ? HostConfigRules.listOf(c.hostConfig().groupAdd())
                : List.of();
        try (MountedRoot root = roots.mount(c.id())) {
            ProcessUser identity = root.user(user, groups);
            boolean subscribed = console.wanted();
            RunningProcess process = runtime.exec(new ProcessRuntime.ExecLaunch(
                    exec.id(),
                    c.id(),
                    specs.of(c, root.path(), identity, Optional.empty()),
                    target,
                    specs.exec(c, exec.config(), size, identity),
                    exec.config().attachStdin(),
                    subscribed,
                    exec.config().privileged()));
            console.awaitExit();
            console.connect(process.control(), subscribed);
            Exec running = exec.with(new Exec.Running(process.pid(), process.startTime()));
            store.write(Durability.NORMAL, transaction -> {
                transaction.put(Exec.ALL, running.id(), running);
                transaction.append(ContainerEvents.of(c, "exec_start: " + command(exec), attributes(exec)));
                return null;
            });
            return process;
        }
    }

    /** Notices the end of an exec's process, now or later. */
    void watch(Exec exec, Container c, RunningProcess process) {
        process.exit().whenComplete((end, failure) -> {
            ProcessEnd known = failure == null ? end : new ProcessEnd(LOST_CODE, false, Instant.now(), true);
            work.execute(() -> ended(exec, c, process.pid(), known));
        });
    }

    void ended(Exec exec, Container c, long pid, ProcessEnd end) {
        try {
            store.write(Durability.NORMAL, transaction -> {
                if (transaction.get(Exec.ALL, exec.id()).isPresent()) {
                    transaction.put(Exec.ALL, exec.id(), exec.with(new Exec.Ended(end.code(), pid, end.finishedAt())));
                }
                var attributes = new HashMap<>(attributes(exec));
                attributes.put("exitCode", Integer.toString(end.code()));
                transaction.append(ContainerEvents.of(c, "exec_die", attributes));
                return null;
            });
            runtime.cleanUpExec(exec.id());
        } catch (RuntimeException e) {
            LOG.error("cannot handle the end of exec {}", exec.id(), e);
        } finally {
            console(exec.id()).ifPresent(end.lost() ? Console::end : Console::exitNoted);
            forget(exec.id());
        }
    }

    private Optional<Console> console(String execId) {
        CompletableFuture<Console> console = started.get(execId);
        return console == null || !console.isDone() || console.isCancelled()
                ? Optional.empty()
                : Optional.of(console.join());
    }

    private void forget(String id) {
        started.remove(id);
        claimed.remove(id);
    }

    private void save(Exec exec) {
        store.write(Durability.NORMAL, transaction -> {
            transaction.put(Exec.ALL, exec.id(), exec);
            return null;
        });
    }

    /** An exec that a daemon before this one has started. */
    void adopted(Exec exec, Console console) {
        started.put(exec.id(), CompletableFuture.completedFuture(console));
    }

    /** Waits a little for an exec that is only being started: clients are that quick. On a virtual thread. */
    void resize(String id, int rows, int columns) {
        if (resolve(id).state() instanceof Exec.Ended) {
            throw new Conflict("exec " + id + " is not running");
        }
        CompletableFuture<Console> console = started.computeIfAbsent(id, _ -> new CompletableFuture<>());
        try {
            console.get(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS).resize(rows, columns);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            throw new Conflict("exec " + id + " is not running");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException.Unavailable("interrupted");
        }
    }

    ExecInspect inspect(String id) {
        Exec exec = resolve(id);
        ExecConfig config = exec.config();
        List<String> command = HostConfigRules.listOf(config.cmd());
        long pid = switch (exec.state()) {
            case Exec.Created _ -> 0;
            case Exec.Running running -> running.pid();
            case Exec.Ended ended -> ended.pid();
        };
        Integer code = exec.state() instanceof Exec.Ended ended ? Integer.valueOf(ended.exitCode()) : null;
        return new ExecInspect(
                id,
                exec.state() instanceof Exec.Running,
                code,
                new ExecInspect.ProcessConfig(
                        config.tty(),
                        command.getFirst(),
                        command.subList(1, command.size()),
                        config.privileged(),
                        config.user()),
                config.attachStdin(),
                config.attachStderr(),
                config.attachStdout(),
                exec.state() instanceof Exec.Ended,
                exec.containerId(),
                "",
                pid);
    }

    private static String command(Exec exec) {
        return String.join(" ", HostConfigRules.listOf(exec.config().cmd()));
    }

    private static Map<String, String> attributes(Exec exec) {
        return Map.of("execID", exec.id());
    }
}
