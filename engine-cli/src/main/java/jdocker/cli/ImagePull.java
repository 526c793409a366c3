package jdocker.cli;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Has the daemon fetch an image. */
final class ImagePull {
    private ImagePull() {}

    /** @param progress where the progress goes, unless quiet */
    static void run(Session session, String image, String platform, boolean quiet, Output progress) {
        ImageName name = ImageName.parse(image);
        String tag = name.digest().isEmpty() ? name.tagOrLatest() : name.digest();
        Query query =
                new Query().add("fromImage", name.repository()).add("tag", tag).addText("platform", platform);
        Map<String, String> headers = Map.of("X-Registry-Auth", authorization(session, name.domain()));
        try (Engine.Answer answer = session.engine().open("POST", "/images/create", query, headers, new byte[0])) {
            new ProgressStream(progress, session.terminal().isOutput(), quiet).copy(answer.body());
        }
    }

    private static String authorization(Session session, String domain) {
        String key = domain.equals("docker.io") ? "https://index.docker.io/v1/" : domain;
        JsonObject auths = session.config().object("auths");
        JsonObject entry = auths.has(key) ? auths.object(key) : auths.object("https://" + domain);
        JsonObject auth = new JsonObject();
        String encoded = entry.text("auth");
        if (!encoded.isEmpty()) {
            String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                auth.with("username", pair.substring(0, colon)).with("password", pair.substring(colon + 1));
            }
        }
        if (!entry.text("identitytoken").isEmpty()) {
            auth.with("identitytoken", entry.text("identitytoken"));
        }
        if (!auth.fields().isEmpty()) {
            auth.with("serveraddress", key);
        }
        return Base64.getUrlEncoder().encodeToString(Json.write(auth).getBytes(StandardCharsets.UTF_8));
    }
}
