package jdocker.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code inspect}: everything the daemon knows of objects, as JSON or by a template. */
final class InspectCommand extends Command {
    private static final List<String> TYPES = List.of("container", "image", "network", "volume", "plugin");

    private final String fixedType;
    private final Flag format = flags().string("format", 'f', Formats.FOR_OBJECTS);
    private final @Nullable Flag size;
    private final @Nullable Flag type;
    private final @Nullable Flag platform;
    private final @Nullable Flag verbose;

    /** @param fixedType the one type to look for, or empty for any */
    InspectCommand(String fixedType) {
        this.fixedType = fixedType;
        verbose = fixedType.equals("network") ? flags().bool("verbose", 'v', "Verbose output for diagnostics") : null;
        size = fixedType.equals("image") || fixedType.equals("network")
                ? null
                : flags().bool("size", 's', "Display total file sizes of containers");
        type = fixedType.isEmpty() ? flags().string("type", "Only inspect objects of the given type") : null;
        platform = fixedType.equals("image") ? flags().string("platform", "Inspect one platform's image") : null;
    }

    @Override
    String synopsis() {
        return switch (fixedType) {
            case "container" -> "[OPTIONS] CONTAINER [CONTAINER...]";
            case "image" -> "[OPTIONS] IMAGE [IMAGE...]";
            case "network" -> "[OPTIONS] NETWORK [NETWORK...]";
            default -> "[OPTIONS] NAME|ID [NAME|ID...]";
        };
    }

    @Override
    Arity arity() {
        return Arity.atLeast(1);
    }

    @Override
    int run(Session session, List<String> arguments) {
        String only = type == null ? fixedType : type.text();
        if (type != null && type.isSet() && !TYPES.contains(only)) {
            throw new CliError("unknown type: \"" + only + "\": must be one of \"container\", \"image\", \"network\","
                    + " \"plugin\", \"volume\"");
        }
        String shape = format.text();
        Template template =
                shape.isEmpty() || shape.equals("json") ? null : Template.parse(shape, new OptionalFields());
        List<String> found = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String name : arguments) {
            try {
                found.add(find(session, only, name));
            } catch (EngineError e) {
                failures.add(e.text());
            } catch (NoSuchObject e) {
                failures.add(e.text());
            }
        }
        print(session, shape, template, found);
        session.out().flush();
        for (String failure : failures) {
            session.err().lineNow(failure);
        }
        return failures.isEmpty() ? 0 : 1;
    }

    private static final class NoSuchObject extends CliError {
        NoSuchObject(String name) {
            super("Error: No such object: " + name);
        }
    }

    private String find(Session session, String only, String name) {
        if (!only.isEmpty()) {
            return get(session, only, name);
        }
        for (String one : TYPES) {
            try {
                return get(session, one, name);
            } catch (EngineError e) {
                if (!e.isNotFound() && !isUnsupported(e)) {
                    throw e;
                }
            }
        }
        throw new NoSuchObject(name);
    }

    private static boolean isUnsupported(EngineError e) {
        return e.status() == 501 || e.status() == 503;
    }

    private String get(Session session, String kind, String name) {
        Query query = new Query();
        if (size != null && kind.equals("container")) {
            query.addIf(size.isOn(), "size", "1");
        }
        if (verbose != null) {
            query.addIf(verbose.isOn(), "verbose", "true");
        }
        if (platform != null) {
            query.addText("platform", Platforms.json(platform.text()));
        }
        String element = Query.pathElement(name);
        String path = switch (kind) {
            case "container" -> "/containers/" + element + "/json";
            case "image" -> "/images/" + element + "/json";
            case "network" -> "/networks/" + element;
            case "plugin" -> "/plugins/" + element + "/json";
            default -> "/volumes/" + element;
        };
        return new String(session.engine().get(path, query), StandardCharsets.UTF_8).strip();
    }

    private static void print(Session session, String shape, @Nullable Template template, List<String> found) {
        if (template != null) {
            for (String json : found) {
                session.out().line(fill(session, template, json));
            }
        } else if (shape.equals("json")) {
            List<String> compact = new ArrayList<>();
            found.forEach(json -> compact.add(JsonIndent.compact(json)));
            session.out().line("[" + String.join(",", compact) + "]");
        } else if (found.isEmpty()) {
            session.out().line("[]");
        } else {
            StringBuilder out = new StringBuilder();
            JsonIndent.append(out, "[" + String.join(",", found) + "]", 0);
            session.out().line(out.toString());
        }
    }

    private static String fill(Session session, Template template, String json) {
        try {
            return template.execute(Json.parse(json));
        } catch (TemplateError e) {
            // Docker, too, ends the line it had begun.
            session.out().line("");
            throw e;
        } catch (IOException e) {
            throw new CliError(String.valueOf(e.getMessage()));
        }
    }
}
