package jdocker.daemon.container;

import jdocker.api.RestartPolicy;
import jdocker.daemon.container.ContainerState.Exited;
import jdocker.daemon.container.ContainerState.Restarting;

/**
 * A container's restart policy, as a decision. What was ended by hand does not come back by itself, but for
 * {@code always}, which does with the next daemon; {@code on-failure} starts again what failed, so many times.
 */
sealed interface RestartRule {

    /** Whether a container that has just ended starts again. */
    boolean afterExit(Container c, int code);

    /** Whether a container that does not run is started by a new daemon; what never ran is not. */
    boolean afterDaemonStart(Container c);

    static RestartRule of(Container c) {
        RestartPolicy policy = c.hostConfig().restartPolicy();
        return switch (policy.name()) {
            case "always" -> new Always(true);
            case "unless-stopped" -> new Always(false);
            case "on-failure" -> new OnFailure(policy.maximumRetryCount());
            default -> new Never();
        };
    }

    /** {@code no}. */
    record Never() implements RestartRule {
        @Override
        public boolean afterExit(Container c, int code) {
            return false;
        }

        @Override
        public boolean afterDaemonStart(Container c) {
            return false;
        }
    }

    /** {@code always}, and {@code unless-stopped}, which differs for what was ended by hand. */
    record Always(boolean evenStopped) implements RestartRule {
        @Override
        public boolean afterExit(Container c, int code) {
            return !c.stoppedByHand();
        }

        @Override
        public boolean afterDaemonStart(Container c) {
            return c.state() instanceof Restarting
                    || c.state() instanceof Exited && (evenStopped || !c.stoppedByHand());
        }
    }

    /** {@code on-failure}; zero is as often as it takes. */
    record OnFailure(int most) implements RestartRule {
        @Override
        public boolean afterExit(Container c, int code) {
            return !c.stoppedByHand() && code != 0 && (most == 0 || c.restartCount() < most);
        }

        // Waiting containers have been counted already.
        @Override
        public boolean afterDaemonStart(Container c) {
            return c.state() instanceof Restarting
                    || c.state() instanceof Exited exited && afterExit(c, exited.exitCode());
        }
    }
}
