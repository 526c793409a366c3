package jdocker.daemon.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jdocker.api.AuthConfig;
import jdocker.api.AuthResponse;
import jdocker.api.OciDescriptor;
import jdocker.api.OciPlatform;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.error.EngineException.RemoteFailure;
import jdocker.daemon.error.EngineException.Unauthorized;
import jdocker.daemon.http.Filters;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.image.FetchedManifest;
import jdocker.image.ImageRef;
import jdocker.image.InvalidReference;
import jdocker.image.RegistryCredentials;
import jdocker.image.RegistryException;
import jdocker.oci.Descriptor;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;
import jdocker.oci.Platform;

/** What is asked of registries without moving an image. */
final class RegistryQuestions {
    private static final int MOST_FOUND = 100;
    private static final int FOUND = 25;
    private static final int LARGEST_CONFIG = 8 * 1024 * 1024;

    private final ImageRegistries registries;

    RegistryQuestions(ImageRegistries registries) {
        this.registries = registries;
    }

    /** {@code POST /auth}: the registry itself says whether they are right. */
    Response login(Request request) {
        AuthConfig given = request.json(AuthConfig.class);
        RegistryCredentials credentials = RegistryHeader.credentials(
                given.username(), given.password(), given.auth(), given.identityToken(), given.registryToken());
        try {
            String token = registries
                    .client()
                    .login(domain(given.serverAddress()), credentials)
                    .orElse("");
            return Response.ok(new AuthResponse("Login Succeeded", token));
        } catch (RegistryException e) {
            String message = String.valueOf(e.getMessage());
            throw switch (e.kind()) {
                case UNAUTHORIZED, NOT_FOUND -> new Unauthorized(message);
                case REFUSED -> new InvalidRequest(message);
                case WRONG_CONTENT, UNAVAILABLE -> new RemoteFailure(message);
            };
        }
    }

    /** The registry that an address means; Docker Hub's old one has a path. */
    static String domain(String address) {
        String bare = address.replaceFirst("^https?://", "");
        int slash = bare.indexOf('/');
        String host = slash < 0 ? bare : bare.substring(0, slash);
        return host.isEmpty() || host.equals("index.docker.io") || host.equals("registry-1.docker.io")
                ? "docker.io"
                : host;
    }

    /** {@code GET /distribution/{name}/json} */
    Response distribution(Request request) {
        RegistryCredentials credentials = RegistryHeader.of(request);
        ImageRef name;
        try {
            name = ImageRef.parse(request.path("name")).tagged();
        } catch (InvalidReference e) {
            throw new InvalidRequest(String.valueOf(e.getMessage()));
        }
        FetchedManifest manifest = registries.manifest(name, credentials);
        var descriptor = new OciDescriptor(
                manifest.mediaType(), manifest.digest().toString(), manifest.bytes().length, null, null, null, "");
        try {
            return Response.ok(Map.of("Descriptor", descriptor, "Platforms", platforms(name, manifest, credentials)));
        } catch (RegistryException e) {
            throw RegistryFailures.of(name, e);
        }
    }

    private List<OciPlatform> platforms(ImageRef name, FetchedManifest manifest, RegistryCredentials credentials) {
        if (manifest.isIndex()) {
            return manifest.index().manifests().stream()
                    .map(Descriptor::platform)
                    .filter(Objects::nonNull)
                    .map(RegistryQuestions::platform)
                    .toList();
        }
        Descriptor at = Objects.requireNonNull(manifest.manifest().config());
        byte[] bytes = registries
                .client()
                .sources(name, credentials)
                .ask(repository -> repository.document(at, LARGEST_CONFIG));
        try {
            ImageConfig config = Json.read(bytes, ImageConfig.class);
            return List.of(platform(new Platform(
                    config.architecture(), config.os(), config.osVersion(), config.osFeatures(), config.variant())));
        } catch (MalformedJson e) {
            throw new RegistryException(RegistryException.Kind.WRONG_CONTENT, "the config is " + e.getMessage());
        }
    }

    private static OciPlatform platform(Platform platform) {
        return new OciPlatform(
                platform.architecture(),
                platform.os(),
                platform.osVersion() == null ? "" : platform.osVersion(),
                platform.osFeatures().isEmpty() ? null : platform.osFeatures(),
                platform.variant() == null ? "" : platform.variant());
    }

    /** {@code GET /images/search} */
    Response search(Request request) {
        String term = request.query().text("term");
        Filters filters = request.query().filters().accepting("is-official", "is-automated", "stars");
        int limit = limit(request.query().text("limit"));
        JsonNode answer = registries.search(term, limit, RegistryHeader.of(request));
        int stars = filters.values("stars").stream()
                .map(RegistryQuestions::number)
                .max(Integer::compare)
                .orElse(0);
        var found = new ArrayList<JsonNode>();
        for (JsonNode result : answer.path("results")) {
            boolean official = filters.values("is-official").stream()
                    .allMatch(
                            value -> Boolean.toString(result.path("is_official").asBoolean())
                                    .equals(value));
            if (official && result.path("star_count").asInt() >= stars && found.size() < limit) {
                found.add(result);
            }
        }
        ArrayNode results = JsonNodeFactory.instance.arrayNode().addAll(found);
        return Response.ok(results);
    }

    private static int limit(String text) {
        int limit = text.isEmpty() ? FOUND : number(text);
        if (limit < 0 || limit > MOST_FOUND) {
            throw new InvalidRequest("limit " + limit + " is outside the range of [1, " + MOST_FOUND + "]");
        }
        return limit == 0 ? FOUND : limit;
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,8}")) {
            throw new InvalidRequest("'" + text + "' is not a number");
        }
        return Integer.parseInt(text);
    }
}
