package jdocker.cli;

import java.util.List;

/** {@code pull}: fetches an image from a registry. */
final class PullCommand extends Command {
    private final Flag platform = flags().string("platform", "Platform of the image, where it has several");
    private final Flag quiet = flags().bool("quiet", 'q', "Suppress verbose output");

    @Override
    String synopsis() {
        return "[OPTIONS] NAME[:TAG|@DIGEST]";
    }

    @Override
    Arity arity() {
        return Arity.exactly(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        ImageName name = ImageName.parse(arguments.getFirst());
        if (name.isBare() && !quiet.isOn()) {
            session.out().lineNow("Using default tag: latest");
        }
        ImagePull.run(session, arguments.getFirst(), platform.text(), quiet.isOn(), session.out());
        session.out().line(name.full());
        return 0;
    }
}
