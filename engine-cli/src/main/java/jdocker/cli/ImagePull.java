package jdocker.cli;

import java.util.Map;

/** Has the daemon fetch an image. */
final class ImagePull {
    private ImagePull() {}

    /** @param progress where the progress goes, unless quiet */
    static void run(Session session, String image, String platform, boolean quiet, Output progress) {
        ImageName name = ImageName.parse(image);
        run(session, name, name.digest().isEmpty() ? name.tagOrLatest() : name.digest(), platform, quiet, progress);
    }

    /** Every tag that the registry has. */
    static void runAll(Session session, ImageName name, String platform, boolean quiet, Output progress) {
        run(session, name, "", platform, quiet, progress);
    }

    private static void run(
            Session session, ImageName name, String tag, String platform, boolean quiet, Output progress) {
        Query query =
                new Query().add("fromImage", name.repository()).add("tag", tag).addText("platform", platform);
        Map<String, String> headers = Map.of(
                "X-Registry-Auth", new RegistryLogins(session).of(name.domain()).header());
        try (Engine.Answer answer = session.engine().open("POST", "/images/create", query, headers, new byte[0])) {
            new ProgressStream(progress, session.terminal().isOutput(), quiet).copy(answer.body());
        }
    }
}
