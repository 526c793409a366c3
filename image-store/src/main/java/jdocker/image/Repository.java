package jdocker.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jdocker.image.RegistryConnection.Answer;
import jdocker.image.RegistryConnection.Ask;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.Json;

/** One repository at one endpoint, over the distribution protocol (OCI distribution specification 1.1). */
public final class Repository {
    private static final String ACCEPT = String.join(
            ", ",
            MediaTypes.DOCKER_MANIFEST,
            MediaTypes.DOCKER_LIST,
            MediaTypes.OCI_MANIFEST,
            MediaTypes.OCI_INDEX,
            "application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1",
            "application/json;q=0.1");
    private static final String DIGEST_HEADER = "Docker-Content-Digest";
    private static final int LARGEST_LIST = 4 * 1024 * 1024;
    private static final int MOST_PAGES = 1000;
    private static final int MOST_TAGS = 100_000;

    private final RegistryConnection connection;
    private final String path;
    private final Set<String> scopes;

    Repository(RegistryConnection connection, String path, Set<String> scopes) {
        this.connection = connection;
        this.path = path;
        this.scopes = scopes;
    }

    RegistryConnection connection() {
        return connection;
    }

    Set<String> scopes() {
        return scopes;
    }

    /** {@code host[:port]} of the registry or mirror. */
    public String host() {
        return connection.endpoint().authority();
    }

    public boolean isMirror() {
        return connection.endpoint().mirror();
    }

    URI uri(String rest) {
        return URI.create(connection.endpoint().base() + "/v2/" + path + "/" + rest);
    }

    /** The digest that a tag has now; empty when it is not there or the registry does not say. */
    public Optional<Digest> digestOf(String reference) {
        try (Answer answer =
                connection.send(Ask.of("HEAD", uri("manifests/" + reference), Map.of("Accept", ACCEPT), scopes))) {
            return answer.status() == 200 ? answer.header(DIGEST_HEADER).flatMap(Digest::tryParse) : Optional.empty();
        }
    }

    /**
     * The manifest or index of a tag or digest.
     *
     * @throws RegistryException also when it is not what the digest, or the registry itself, says
     */
    public FetchedManifest manifest(String reference) {
        try (Answer answer =
                connection.send(Ask.of("GET", uri("manifests/" + reference), Map.of("Accept", ACCEPT), scopes))) {
            if (answer.status() != 200) {
                throw refused("manifests/" + reference, answer);
            }
            byte[] bytes = answer.read(FetchedManifest.LARGEST + 1);
            if (bytes.length > FetchedManifest.LARGEST) {
                throw new RegistryException(
                        Kind.WRONG_CONTENT, "the manifest is larger than " + FetchedManifest.LARGEST + " bytes");
            }
            Optional<Digest> asked = Digest.tryParse(reference);
            Optional<Digest> said = answer.header(DIGEST_HEADER).flatMap(Digest::tryParse);
            asked.ifPresent(digest -> check(bytes, digest));
            said.ifPresent(digest -> check(bytes, digest));
            return FetchedManifest.of(
                    bytes,
                    asked.orElseGet(() -> Digest.of(bytes)),
                    answer.header("Content-Type").orElse(""));
        } catch (IOException e) {
            throw new RegistryException(
                    Kind.UNAVAILABLE, "reading manifest " + reference + ": " + RegistryConnection.reason(e), e);
        }
    }

    /** A manifest that an index points to. */
    public FetchedManifest manifest(Descriptor descriptor) {
        FetchedManifest manifest = manifest(descriptor.digest().toString());
        if (manifest.bytes().length != descriptor.size()) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "manifest " + descriptor.digest() + " has " + manifest.bytes().length + " bytes instead of "
                            + descriptor.size());
        }
        return manifest;
    }

    private static void check(byte[] bytes, Digest expected) {
        String hex = HexFormat.of().formatHex(expected.algorithm().hash().digest(bytes));
        if (!hex.equals(expected.hex())) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "manifest verification failed for digest " + expected + ": the content has "
                            + expected.algorithm().label() + ":" + hex);
        }
    }

    /** A small blob, verified. */
    public byte[] document(Descriptor descriptor, int limit) {
        if (descriptor.size() < 0 || descriptor.size() > limit) {
            throw new RegistryException(
                    Kind.WRONG_CONTENT,
                    "blob " + descriptor.digest() + " has " + descriptor.size() + " bytes, at most " + limit);
        }
        var retry = new Retry(connection.transport().settings().attempts());
        while (true) {
            try (Answer answer = blob(descriptor.digest(), 0)) {
                byte[] bytes = answer.read((int) descriptor.size() + 1);
                if (bytes.length >= descriptor.size()) {
                    if (bytes.length > descriptor.size()) {
                        throw new RegistryException(
                                Kind.WRONG_CONTENT,
                                "blob " + descriptor.digest() + " is longer than the " + descriptor.size()
                                        + " bytes that its manifest says");
                    }
                    check(bytes, descriptor.digest());
                    return bytes;
                }
                retry.after(
                        Optional.empty(),
                        new RegistryException(
                                Kind.UNAVAILABLE,
                                "blob " + descriptor.digest() + " ends after " + bytes.length + " of "
                                        + descriptor.size() + " bytes"));
            } catch (IOException e) {
                retry.after(
                        Optional.empty(),
                        new RegistryException(
                                Kind.UNAVAILABLE,
                                "reading blob " + descriptor.digest() + ": " + RegistryConnection.reason(e),
                                e));
            }
        }
    }

    /** A blob from this byte on; the answer is 200, from the beginning, or 206. */
    Answer blob(Digest digest, long offset) {
        Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        Answer answer = connection.send(Ask.of("GET", uri("blobs/" + digest), headers, scopes));
        if (answer.status() != 200 && answer.status() != 206) {
            throw refused("blobs/" + digest, answer);
        }
        return answer;
    }

    /** The size of a blob; empty when it is not there. */
    public OptionalLong blobSize(Digest digest) {
        try (Answer answer = connection.send(Ask.of("HEAD", uri("blobs/" + digest), Map.of(), scopes))) {
            return answer.status() == 200
                    ? OptionalLong.of(answer.response()
                            .headers()
                            .firstValueAsLong("Content-Length")
                            .orElse(0))
                    : OptionalLong.empty();
        }
    }

    /** All tags, in the registry's order. */
    public List<String> tags() {
        var tags = new ArrayList<String>();
        URI next = uri("tags/list");
        for (int page = 0; page < MOST_PAGES && tags.size() < MOST_TAGS; page++) {
            try (Answer answer = connection.send(Ask.of("GET", next, Map.of(), scopes))) {
                if (answer.status() != 200) {
                    throw refused("tags/list", answer);
                }
                JsonNode list = Json.mapperOfSpecs().readTree(answer.read(LARGEST_LIST));
                list.path("tags").forEach(tag -> tags.add(tag.asText()));
                Optional<URI> following = answer.header("Link").flatMap(link -> next(answer, link));
                if (following.isEmpty()) {
                    return tags;
                }
                next = following.get();
            } catch (IOException e) {
                throw new RegistryException(
                        Kind.UNAVAILABLE, "listing tags of " + path + ": " + RegistryConnection.reason(e), e);
            }
        }
        throw new RegistryException(Kind.WRONG_CONTENT, "the list of tags of " + path + " does not end");
    }

    private Optional<URI> next(Answer answer, String link) {
        int start = link.indexOf('<');
        int end = link.indexOf('>');
        boolean isNext = link.contains("rel=\"next\"") || link.contains("rel=next");
        return start < 0 || end < start || !isNext
                ? Optional.empty()
                : connection
                        .endpoint()
                        .follow(answer.response().uri(), link.substring(start + 1, end))
                        .filter(connection.endpoint()::isOwn);
    }

    /**
     * Puts a manifest under a tag or its digest.
     *
     * @throws RegistryException also when the registry then has another one
     */
    public void putManifest(String reference, byte[] bytes, String mediaType) {
        var ask = Ask.of("PUT", uri("manifests/" + reference), Map.of("Content-Type", mediaType), scopes)
                .with(RegistryUpload.content(bytes));
        try (Answer answer = connection.send(ask)) {
            if (answer.status() != 201 && answer.status() != 200 && answer.status() != 202) {
                throw refused("manifests/" + reference, answer);
            }
            Digest digest = Digest.of(bytes);
            answer.header(DIGEST_HEADER)
                    .filter(said -> !said.equals(digest.toString()))
                    .ifPresent(said -> {
                        throw new RegistryException(
                                Kind.WRONG_CONTENT,
                                "the registry says that manifest " + digest + " has the digest " + said);
                    });
        }
    }

    /** Starts bringing a blob, which the registry may take from another of its repositories. */
    public RegistryUpload upload(Optional<String> mountFrom, Digest digest) {
        return new RegistryUpload(this, mountFrom, digest);
    }

    /** Where uploads begin, perhaps by mounting. */
    Ask beginUpload(Optional<String> mountFrom, Digest digest) {
        String query = mountFrom
                .map(from -> "?mount=" + encoded(digest.toString()) + "&from=" + encoded(from))
                .orElse("");
        var wider = new java.util.HashSet<>(scopes);
        mountFrom.ifPresent(from -> wider.add("repository:" + from + ":pull"));
        return Ask.of("POST", uri("blobs/uploads/" + query), Map.of(), wider);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    RegistryException refused(String what, Answer answer) {
        byte[] body;
        try (InputStream in = answer.body()) {
            body = in.readNBytes(64 * 1024);
        } catch (IOException _) {
            body = new byte[0];
        }
        boolean missing = answer.status() == 404;
        String text = RegistryErrors.text(answer.status(), body);
        String said = missing && what.startsWith("manifests/") && text.startsWith("status ")
                ? "manifest unknown: manifest unknown"
                : text;
        boolean named = said.startsWith("manifest unknown") || said.startsWith("name unknown");
        return new RegistryException(
                missing ? Kind.NOT_FOUND : Kind.REFUSED, named ? said : host() + "/" + path + "/" + what + ": " + said);
    }
}
