package jdocker.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.NamespaceKind;
import jdocker.oci.DefaultSpec;
import jdocker.oci.HostFacts;
import jdocker.oci.Linux;
import jdocker.oci.OciProcess;
import jdocker.oci.Root;
import jdocker.oci.RuntimeSpec;

/** Starts real containers on a busybox root and waits for what they say. */
final class Containers implements AutoCloseable {
    static final Kernel KERNEL = Kernel.load();
    static final HostFacts HOST = HostFacts.read();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path directory;
    private final ShimImage shim;
    private final SeccompFilters filters = new SeccompFilters(KERNEL.seccomp(), Optional.empty());
    final Path root;
    final InitLauncher launcher;

    /** What a finished process left. */
    record Result(int code, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    Containers(Path directory) {
        this.directory = directory;
        this.shim = ShimImage.load(KERNEL, Path.of(Objects.requireNonNull(System.getProperty("jdocker.shim"))));
        this.launcher = new InitLauncher(KERNEL, shim);
        try {
            this.root = BusyboxRoot.in(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RuntimeSpec spec(String... args) {
        RuntimeSpec spec = DefaultSpec.of(HOST);
        OciProcess process = Objects.requireNonNull(spec.process());
        return spec.toBuilder()
                .root(new Root(root.toString(), false))
                .process(process.toBuilder()
                        .args(List.of(args))
                        .rlimits(Rlimits.clamp(
                                        process.rlimits(),
                                        limit -> KERNEL.processes().limit(0, limit))
                                .limits())
                        .build())
                .build();
    }

    static RuntimeSpec with(RuntimeSpec spec, UnaryOperator<OciProcess.Builder> change) {
        OciProcess.Builder builder = Objects.requireNonNull(spec.process()).toBuilder();
        return spec.toBuilder().process(change.apply(builder).build()).build();
    }

    static RuntimeSpec withLinux(RuntimeSpec spec, UnaryOperator<Linux.Builder> change) {
        Linux.Builder builder = Objects.requireNonNull(spec.linux()).toBuilder();
        return spec.toBuilder().linux(change.apply(builder).build()).build();
    }

    Result sh(String script) {
        return run(spec("sh", "-c", script));
    }

    Result run(RuntimeSpec spec) {
        return finish(start(request(spec, new Streams(false, true), false)));
    }

    StartRequest request(RuntimeSpec spec, Streams streams, boolean init) {
        String id = "test" + NUMBER.incrementAndGet();
        return new StartRequest(id, spec, runDirectory(id), streams, Optional.empty(), init, List.of());
    }

    Path runDirectory(String id) {
        try {
            return Files.createDirectories(directory.resolve("run").resolve(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Credentials.Filter> filter(RuntimeSpec spec) {
        return filters.of(Objects.requireNonNull(spec.linux()).seccomp());
    }

    Launched start(StartRequest request) {
        Plan plan = InitPlan.of(request, CgroupPlacement.NONE, filter(request.spec()));
        return launcher.launch(request.id(), plan, request.runDir());
    }

    ExecRequest execRequest(RuntimeSpec spec, Launched container, OciProcess process) {
        String id = "exec" + NUMBER.incrementAndGet();
        RunningRef running = new RunningRef(container.pid(), container.startTime());
        return new ExecRequest("test", id, running, spec, process, runDirectory(id), new Streams(false, true));
    }

    Launched exec(Launched container, ExecRequest request) {
        Plan plan = ExecPlan.of(request, joined(container), CgroupPlacement.NONE, filter(request.spec()));
        return launcher.launch(request.execId(), plan, request.runDir());
    }

    ExecPlan.Joined joined(Launched container) {
        try (Fd namespace = KERNEL.namespaces().open(container.pid(), NamespaceKind.MOUNT)) {
            return new ExecPlan.Joined(
                    container.pid(), KERNEL.files().status(namespace).inode());
        }
    }

    /** Collects the output until the shim tells the end, and waits for the shim. */
    Result finish(Launched process) {
        try (Fd shimProcess = process.shim()) {
            Result result = read(process.control());
            KERNEL.processes().waitFor(shimProcess);
            return result;
        }
    }

    /** Collects the output until the shim tells the end. */
    Result read(Fd control) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try (control) {
            var connection = new ShimConnection(KERNEL, control);
            for (; ; ) {
                ShimMessage message = connection
                        .receive(PATIENCE)
                        .orElseThrow(() -> new AssertionError("the shim ended without a word"));
                switch (message) {
                    case ShimMessage.Output output ->
                        (output.stream() == ShimProtocol.STDOUT ? out : err).writeBytes(output.bytes());
                    case ShimMessage.Exited exited -> {
                        return new Result(
                                exited.exit().code(),
                                out.toString(StandardCharsets.UTF_8),
                                err.toString(StandardCharsets.UTF_8));
                    }
                    case ShimMessage.Started _, ShimMessage.Failed _, ShimMessage.Credit _ -> {}
                }
            }
        }
    }

    @Override
    public void close() {
        shim.close();
    }
}
