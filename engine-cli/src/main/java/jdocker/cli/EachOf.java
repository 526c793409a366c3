package jdocker.cli;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does one thing for each of several names, at once, and tells the outcomes in the names' order. */
final class EachOf {
    private static final int MOST_AT_ONCE = 16;

    private EachOf() {}

    /** Each name's line goes to the output as its turn comes; failures to the error output and into the exit code. */
    static int run(Session session, List<String> names, Function<String, String> action) {
        if (names.size() == 1) {
            return tell(session, attempt(names.getFirst(), action)) ? 0 : 1;
        }
        // The version is asked for once, not by every thread.
        session.engine().version();
        boolean good = true;
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.min(MOST_AT_ONCE, names.size()))) {
            List<Future<Outcome>> outcomes = names.stream()
                    .map(name -> pool.submit(() -> attempt(name, action)))
                    .toList();
            for (Future<Outcome> outcome : outcomes) {
                good &= tell(session, outcome.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return good ? 0 : 1;
    }

    private record Outcome(String line, @Nullable CliError failure) {}

    private static Outcome attempt(String name, Function<String, String> action) {
        try {
            return new Outcome(action.apply(name), null);
        } catch (CliError e) {
            return new Outcome("", e);
        }
    }

    private static boolean tell(Session session, Outcome outcome) {
        CliError failure = outcome.failure();
        if (failure == null) {
            session.out().lineNow(outcome.line());
            return true;
        }
        session.err().lineNow(failure.text());
        return failure instanceof Forgiven;
    }

    /** A failure that is told but changes nothing: what was to be removed is not there. */
    static final class Forgiven extends CliError {
        Forgiven(String message) {
            super(message, 0);
        }
    }
}
