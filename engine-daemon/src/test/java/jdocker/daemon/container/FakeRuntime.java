package jdocker.daemon.container;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import jdocker.cgroups.CgroupException;
import jdocker.cgroups.CgroupStats;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SocketType;
import jdocker.kernel.Sockets;
import jdocker.oci.LinuxResources;

/** A runtime whose processes are what the test says; each has a real control socket. */
final class FakeRuntime implements ProcessRuntime {
    private final Kernel kernel = Kernel.load();
    private final AtomicLong pids = new AtomicLong(1000);
    private final Map<String, FakeProcess> processes = new ConcurrentHashMap<>();
    volatile Optional<RuntimeException> thawFailure = Optional.empty();
    final Set<String> silent = ConcurrentHashMap.newKeySet();
    final Map<String, Found> found = new HashMap<>();
    final Set<String> leftovers = new HashSet<>();
    final List<String> calls = new ArrayList<>();
    final Map<String, CgroupStats> stats = new HashMap<>();
    final List<LinuxResources> limited = new ArrayList<>();
    Optional<String> limitFailure = Optional.empty();
    /** How often {@code killAll} fails from now on. */
    final AtomicInteger killFailures = new AtomicInteger();

    boolean cannotCleanUp;
    final List<Launch> started = new ArrayList<>();
    Runnable onAwaitedEnd = () -> {};
    private Optional<LaunchFailure> failure = Optional.empty();
    private boolean diesOfSignals = true;

    /** A process of the test's making. */
    record FakeProcess(long pid, Sockets.Pair sockets, CompletableFuture<ProcessEnd> exit, boolean subscribed)
            implements RunningProcess {
        @Override
        public long startTime() {
            return pid * 10;
        }

        @Override
        public Fd control() {
            return sockets.first();
        }

        void lose() {
            exit.complete(new ProcessEnd(137, false, Instant.now(), true));
        }

        void end(int code) {
            exit.complete(new ProcessEnd(code, false, Instant.now(), false));
        }
    }

    /** Tells when somebody waits for it. */
    private final class Exit extends CompletableFuture<ProcessEnd> {
        @Override
        public ProcessEnd get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            onAwaitedEnd.run();
            return super.get(timeout, unit);
        }
    }

    FakeProcess make(boolean subscribed) {
        return new FakeProcess(
                pids.incrementAndGet(), kernel.sockets().pair(SocketType.STREAM), new Exit(), subscribed);
    }

    /** The next start fails like this. */
    void fail(int exitCode, String message) {
        failure = Optional.of(new LaunchFailure(exitCode, message, new IllegalStateException()));
    }

    void survivesSignals() {
        diesOfSignals = false;
    }

    FakeProcess process(String id) {
        ConsoleTest.await(() -> processes.containsKey(id));
        return processes.get(id);
    }

    FakeShim shim(String id) {
        return new FakeShim(kernel, process(id).sockets().second());
    }

    synchronized boolean called(String what) {
        return calls.contains(what);
    }

    private synchronized void call(String what) {
        calls.add(what);
    }

    private RunningProcess run(String id, boolean subscribed) {
        if (failure.isPresent()) {
            LaunchFailure thrown = failure.get();
            failure = Optional.empty();
            throw thrown;
        }
        FakeProcess process = make(subscribed);
        processes.put(id, process);
        return process;
    }

    @Override
    public RunningProcess start(Launch launch) {
        synchronized (this) {
            started.add(launch);
        }
        return run(launch.id(), launch.subscribed());
    }

    @Override
    public RunningProcess exec(ExecLaunch launch) {
        return run(launch.execId(), launch.subscribed());
    }

    @Override
    public Found adopt(String id) {
        if (silent.contains(id)) {
            throw new IllegalStateException("the shim says nothing");
        }
        return found.getOrDefault(id, new Found.Gone());
    }

    @Override
    public int hold(Fd control, int first, List<Fd> descriptors) {
        call("hold " + descriptors.size() + " from " + first);
        return descriptors.size();
    }

    @Override
    public Found adoptExec(String execId) {
        return found.getOrDefault(execId, new Found.Gone());
    }

    @Override
    public boolean signal(long pid, long startTime, int signal) {
        call("signal " + signal);
        Optional<FakeProcess> process = processes.values().stream()
                .filter(p -> p.pid() == pid && p.startTime() == startTime)
                .findFirst();
        boolean deadly = diesOfSignals && signal > 0 || signal == Signals.KILL;
        process.filter(_ -> deadly).ifPresent(p -> p.end(128 + signal));
        return process.isPresent();
    }

    @Override
    public void freeze(String id) {
        call("freeze");
    }

    @Override
    public void thaw(String id) {
        call("thaw");
        thawFailure.ifPresent(failure -> {
            throw failure;
        });
    }

    @Override
    public void killAll(String id) {
        call("killAll " + id);
        if (killFailures.getAndDecrement() > 0) {
            throw new CgroupException("cannot be killed now");
        }
        Optional.ofNullable(processes.get(id)).ifPresent(process -> process.end(128 + Signals.KILL));
    }

    @Override
    public List<Long> processes(String id) {
        return List.of(ProcessHandle.current().pid());
    }

    @Override
    public Optional<CgroupStats> stats(String id) {
        return Optional.ofNullable(stats.get(id));
    }

    @Override
    public void limit(String id, LinuxResources limits) {
        if (limitFailure.isPresent()) {
            throw new CgroupException(limitFailure.get());
        }
        limited.add(limits);
    }

    @Override
    public void cleanUp(String id) {
        call("cleanUp " + id);
        if (cannotCleanUp) {
            throw new CgroupException("the cgroup is busy");
        }
    }

    @Override
    public void cleanUpExec(String execId) {
        call("cleanUpExec " + execId);
    }

    @Override
    public Set<String> leftovers() {
        return leftovers;
    }

    @Override
    public Set<String> leftoverExecs() {
        return Set.of();
    }

    @Override
    public String bootId() {
        return "this-boot";
    }
}
