package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** Has the daemon remove what is not used, one kind at a time, and says what went. */
final class Pruning {
    private Pruning() {}

    /** @param lines what to print */
    record Result(List<String> lines, long freed) {}

    /** The command's filters with those that the configuration always adds. */
    static Filters filters(Session session, Flag flag) {
        Filters filters = Filters.of(flag);
        if (session.config().has("pruneFilters")) {
            for (String text : session.config().texts("pruneFilters")) {
                List<String> pair = Values.filter(text);
                filters.add(pair.get(0), pair.get(1));
            }
        }
        return filters;
    }

    static Result containers(Session session, Filters filters) {
        return names(session, "/containers/prune", "ContainersDeleted", "Deleted Containers:", filters);
    }

    static Result volumes(Session session, Filters filters) {
        return names(session, "/volumes/prune", "VolumesDeleted", "Deleted Volumes:", filters);
    }

    static Result networks(Session session, Filters filters) {
        return names(session, "/networks/prune", "NetworksDeleted", "Deleted Networks:", filters);
    }

    private static Result names(Session session, String path, String member, String title, Filters filters) {
        JsonObject answer = ask(session, path, filters);
        List<String> lines = new ArrayList<>();
        List<String> gone = answer.texts(member);
        if (!gone.isEmpty()) {
            lines.add(title);
            lines.addAll(gone);
            lines.add("");
        }
        return new Result(lines, answer.number("SpaceReclaimed"));
    }

    static Result images(Session session, Filters filters) {
        JsonObject answer = ask(session, "/images/prune", filters);
        List<String> lines = new ArrayList<>();
        List<JsonObject> gone = answer.objects("ImagesDeleted");
        if (!gone.isEmpty()) {
            lines.add("Deleted Images:");
            for (JsonObject one : gone) {
                lines.add(
                        one.text("Untagged").isEmpty()
                                ? "deleted: " + one.text("Deleted")
                                : "untagged: " + one.text("Untagged"));
            }
            lines.add("");
        }
        return new Result(lines, answer.number("SpaceReclaimed"));
    }

    private static JsonObject ask(Session session, String path, Filters filters) {
        Query query = new Query();
        filters.addTo(query);
        return Json.object(session.engine().post(path, query, null));
    }
}
