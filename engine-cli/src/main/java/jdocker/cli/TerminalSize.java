package jdocker.cli;

/** Keeps the size of a container's terminal, or of an exec's, equal to ours. */
final class TerminalSize implements AutoCloseable {
    private static final int TRIES = 5;
    private static final long PAUSE_MILLIS = 10;

    private final Session session;
    private final String path;
    private final Signals.Subscription subscription;

    private TerminalSize(Session session, String path) {
        this.session = session;
        this.path = path;
        this.subscription = session.invocation().signals().onWindowChange(() -> set(0));
    }

    static TerminalSize followContainer(Session session, String id) {
        return follow(session, "/containers/" + Query.pathElement(id) + "/resize");
    }

    static TerminalSize followExec(Session session, String id) {
        return follow(session, "/exec/" + id + "/resize");
    }

    private static TerminalSize follow(Session session, String path) {
        TerminalSize size = new TerminalSize(session, path);
        // What has just been started may not have its terminal yet.
        Thread first = new Thread(() -> {
            for (int i = 0; i < TRIES && !size.set(0); i++) {
                pause(PAUSE_MILLIS * (i + 1));
            }
        });
        first.setDaemon(true);
        first.start();
        return size;
    }

    /** Makes a program that is already running draw again: only a change of size reaches it. */
    void redraw() {
        set(1);
        set(0);
    }

    private boolean set(int more) {
        return session.terminal().size().map(size -> set(size, more)).orElse(true);
    }

    private boolean set(Terminal.Size size, int more) {
        Query query = new Query()
                .add("h", String.valueOf(size.rows() + more))
                .add("w", String.valueOf(size.columns() + more));
        try {
            session.engine().post(path, query, null);
            return true;
        } catch (CliError _) {
            return false;
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
