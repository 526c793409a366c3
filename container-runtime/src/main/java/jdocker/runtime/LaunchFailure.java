package jdocker.runtime;

import java.util.Optional;
import jdocker.kernel.Errno;

/** A process that did not come to run; nothing of it is left but what the plan's first phase made. */
public final class LaunchFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final LaunchStage stage;
    private final int step;
    private final transient Optional<Step> planned;
    private final Errno errno;

    LaunchFailure(LaunchStage stage, int step, Optional<Step> planned, Errno errno) {
        super(planned.map(Step::name).orElseGet(() -> stage + " step " + step) + ": " + errno + ", " + errno.meaning());
        this.stage = stage;
        this.step = step;
        this.planned = planned;
        this.errno = errno;
    }

    /** Explains what the shim reported. */
    static LaunchFailure of(Plan plan, ShimMessage.Failed failed) {
        Optional<Step> step = switch (failed.stage()) {
            case PREPARE -> plan.find(Phase.PREPARE, failed.step());
            case PROCESS -> plan.find(Phase.PROCESS, failed.step());
            case CHILD -> plan.find(Phase.CHILD, failed.step());
            case END -> plan.find(Phase.END, failed.step());
            case PARSE, START, SHIM -> Optional.empty();
        };
        return new LaunchFailure(failed.stage(), failed.step(), step, failed.errno());
    }

    public LaunchStage stage() {
        return stage;
    }

    /** The number of the step within its phase; for {@link LaunchStage#PARSE} and START see {@code docs/shim-protocol.md}. */
    public int step() {
        return step;
    }

    /** The step that failed, when it was one of the plan's. */
    Optional<Step> planned() {
        return planned;
    }

    public Errno errno() {
        return errno;
    }
}
