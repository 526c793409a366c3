package jdocker.cli;

import java.util.List;

/** {@code wait}: blocks until containers have stopped and prints their exit codes. */
final class WaitCommand extends Command {
    @Override
    String synopsis() {
        return "CONTAINER [CONTAINER...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        int code = 0;
        for (String container : arguments) {
            try (ExitWait wait = ExitWait.begin(session.engine(), container, "")) {
                session.out().lineNow(String.valueOf(wait.code()));
            } catch (EngineError e) {
                session.err().lineNow(e.text());
                code = 1;
            }
        }
        return code;
    }
}
