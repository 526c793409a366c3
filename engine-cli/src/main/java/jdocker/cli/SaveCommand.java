package jdocker.cli;

import java.util.List;

/** {@code save}: writes images into an archive. */
final class SaveCommand extends Command {
    private final Flag output = flags().string("output", 'o', "Write to a file, instead of STDOUT");
    private final Flag platform = flags().of(FlagKind.STRINGS, "platform", "Save only the given platform variant");

    @Override
    String synopsis() {
        return "[OPTIONS] IMAGE [IMAGE...]";
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        Download target = Download.to(session, output.text(), "save");
        Query query = new Query();
        arguments.forEach(name -> query.add("names", name));
        for (String one : platform.values()) {
            query.add("platform", Platforms.json(one));
        }
        return target.take("/images/get", query);
    }
}
