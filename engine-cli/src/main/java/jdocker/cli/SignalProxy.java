package jdocker.cli;

/** Passes every signal we get on to the container. */
final class SignalProxy implements AutoCloseable {
    private final Signals.Subscription subscription;

    private SignalProxy(Signals.Subscription subscription) {
        this.subscription = subscription;
    }

    static SignalProxy begin(Session session, String id, boolean wanted) {
        if (!wanted) {
            return new SignalProxy(() -> {});
        }
        String path = "/containers/" + Query.pathElement(id) + "/kill";
        return new SignalProxy(session.invocation().signals().catchAll(signal -> {
            try {
                session.engine().post(path, new Query().add("signal", signal), null);
            } catch (CliError _) {
                // Not running yet, or no longer: the signal has nobody to reach.
            }
        }));
    }

    @Override
    public void close() {
        subscription.close();
    }
}
