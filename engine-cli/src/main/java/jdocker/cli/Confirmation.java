package jdocker.cli;

import java.io.IOException;
import java.io.InputStream;

/** Asks the user before something is lost. */
final class Confirmation {
    private Confirmation() {}

    /** Only a yes is one. */
    static boolean ask(Session session, String question) {
        session.out().print(question + " [y/N] ");
        session.out().flush();
        StringBuilder answer = new StringBuilder();
        InputStream in = session.invocation().in();
        try {
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                answer.append((char) c);
            }
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
        return answer.toString().strip().equalsIgnoreCase("y");
    }
}
