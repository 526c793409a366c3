package jdocker.runtime;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdocker.kernel.Fd;

/** A launched process under the eyes of the {@link ExitWatcher}. */
record RunningProcess(Launched launched, CompletableFuture<ProcessExit> exit, List<String> warnings)
        implements ContainerProcess {
    @Override
    public long pid() {
        return launched.pid();
    }

    @Override
    public long startTime() {
        return launched.startTime();
    }

    @Override
    public long shimPid() {
        return launched.shimPid();
    }

    @Override
    public Fd control() {
        return launched.control();
    }

    @Override
    public boolean holds() {
        return launched.holds();
    }

    @Override
    public List<Fd> held() {
        return launched.held();
    }
}
