package jdocker.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Json;

/**
 * What is shown to one endpoint: nothing, user and password, or bearer tokens per scope from the token server that the
 * registry names (distribution's token specification). Thread-safe.
 */
final class TokenSource {
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(60);
    private static final Duration MARGIN = Duration.ofSeconds(10);
    private static final int LARGEST_ANSWER = 1024 * 1024;
    private static final String CLIENT = "jdocker";

    private final RegistryTransport transport;
    private final RegistryEndpoint endpoint;
    private final RegistryCredentials credentials;
    private final Map<Set<String>, Token> tokens = new HashMap<>();
    /** What a registry wanted beyond the scopes of a request, for the next attempt at the same. */
    private final Map<Set<String>, String> missing = new HashMap<>();

    private List<Challenge> challenges = List.of();

    private record Token(String value, long until) {
        boolean isFresh() {
            return System.nanoTime() - until < 0;
        }
    }

    TokenSource(RegistryTransport transport, RegistryEndpoint endpoint, RegistryCredentials credentials) {
        this.transport = transport;
        this.endpoint = endpoint;
        this.credentials = credentials;
    }

    /** What the registry asked for at the first contact. */
    synchronized void learn(List<Challenge> asked) {
        challenges = asked;
        missing.put(Set.of(), scope());
    }

    private String scope() {
        return challenge("bearer").map(bearer -> bearer.parameter("scope")).orElse("");
    }

    /** The Authorization header for these scopes, as far as it is known what is wanted. */
    synchronized Optional<String> header(Set<String> scopes) throws IOException {
        if (!credentials.registryToken().isEmpty()) {
            return Optional.of("Bearer " + credentials.registryToken());
        }
        Optional<Challenge> bearer = challenge("bearer");
        if (bearer.isPresent()) {
            return Optional.of("Bearer " + token(bearer.get(), new TreeSet<>(scopes)));
        }
        return challenge("basic").isPresent() && credentials.hasPassword()
                ? Optional.of(credentials.basic())
                : Optional.empty();
    }

    /** After a refusal: what is wanted now. False when asking again is pointless. */
    synchronized boolean refused(List<Challenge> asked, Set<String> scopes) {
        boolean news = !asked.equals(challenges) || challenge("bearer").isPresent();
        challenges = asked.isEmpty() ? challenges : asked;
        tokens.remove(wanted(scopes));
        missing.put(new TreeSet<>(scopes), scope());
        return news && credentials.registryToken().isEmpty();
    }

    private Optional<Challenge> challenge(String scheme) {
        return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
    }

    private String token(Challenge challenge, Set<String> scopes) throws IOException {
        Set<String> wanted = wanted(scopes);
        Token known = tokens.get(wanted);
        if (known == null || !known.isFresh()) {
            known = fetch(challenge, wanted);
            tokens.put(wanted, known);
        }
        return known.value;
    }

    private Set<String> wanted(Set<String> scopes) {
        var wanted = new TreeSet<>(scopes);
        String asked = missing.getOrDefault(wanted, missing.getOrDefault(Set.of(), ""));
        if (!asked.isEmpty() && scopes.stream().noneMatch(scope -> covers(scope, asked))) {
            wanted.addAll(List.of(asked.split(" ")));
        }
        return wanted;
    }

    private static boolean covers(String scope, String asked) {
        int actions = scope.lastIndexOf(':');
        return asked.startsWith(scope.substring(0, actions + 1))
                && Set.of(scope.substring(actions + 1).split(","))
                        .containsAll(List.of(asked.substring(actions + 1).split(",")));
    }

    private Token fetch(Challenge challenge, Set<String> scopes) throws IOException {
        JsonNode answer = ask(challenge, scopes, false);
        String value = answer.path("token").asText(answer.path("access_token").asText(""));
        if (value.isEmpty()) {
            throw new RegistryException(
                    Kind.UNAUTHORIZED, "the token server of " + endpoint.authority() + " gave no token");
        }
        Duration life = Duration.ofSeconds(answer.path("expires_in").asLong(SHORTEST_LIFE.toSeconds()));
        Duration used = life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life;
        return new Token(value, System.nanoTime() + used.minus(MARGIN).toNanos());
    }

    /** The identity token that stands for user and password from now on; empty where the server has none. */
    synchronized Optional<String> identity() throws IOException {
        Optional<Challenge> bearer = challenge("bearer");
        return bearer.isEmpty() || !credentials.hasPassword()
                ? Optional.empty()
                : Optional.of(ask(bearer.get(), Set.of(), true)
                                .path("refresh_token")
                                .asText(""))
                        .filter(token -> !token.isEmpty());
    }

    private JsonNode ask(Challenge challenge, Set<String> scopes, boolean offline) throws IOException {
        URI realm = realm(challenge);
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .timeout(transport.patience())
                .header("User-Agent", transport.settings().userAgent());
        var parameters = new ArrayList<Map.Entry<String, String>>();
        if (!challenge.parameter("service").isEmpty()) {
            parameters.add(Map.entry("service", challenge.parameter("service")));
        }
        if (credentials.identityToken().isEmpty()) {
            scopes.forEach(scope -> parameters.add(Map.entry("scope", scope)));
            if (offline) {
                parameters.add(Map.entry("offline_token", "true"));
            }
            parameters.add(Map.entry("client_id", CLIENT));
            if (credentials.hasPassword()) {
                parameters.add(Map.entry("account", credentials.username()));
                request.header("Authorization", credentials.basic());
            }
            String separator = realm.getRawQuery() == null ? "?" : "&";
            request.uri(URI.create(realm + separator + form(parameters)));
        } else {
            parameters.add(Map.entry("grant_type", "refresh_token"));
            parameters.add(Map.entry("refresh_token", credentials.identityToken()));
            parameters.add(Map.entry("scope", String.join(" ", scopes)));
            parameters.add(Map.entry("client_id", CLIENT));
            request.uri(realm)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form(parameters)));
        }
        return read(transport.send(request.build()));
    }

    private JsonNode read(HttpResponse<InputStream> response) throws IOException {
        byte[] body;
        try (InputStream in = transport.watch().watch(response.body())) {
            body = in.readNBytes(LARGEST_ANSWER);
        }
        if (response.statusCode() == 200) {
            return Json.mapperOfSpecs().readTree(body);
        }
        String reason = RegistryErrors.text(response.statusCode(), body);
        boolean busy = response.statusCode() == 429 || response.statusCode() >= 500;
        throw new RegistryException(
                busy ? Kind.UNAVAILABLE : Kind.UNAUTHORIZED,
                "the token server of " + endpoint.authority() + " refused: " + reason);
    }

    /**
     * Where tokens come from. The registry may name any host, as Docker Hub does, but never one that would carry what is
     * secret in the clear, unless the registry itself is spoken to so.
     */
    private URI realm(Challenge challenge) {
        String text = challenge.parameter("realm");
        Optional<URI> realm = endpoint.follow(endpoint.base(), text)
                .filter(uri -> text.toLowerCase(Locale.ROOT).startsWith("http") && uri.getRawUserInfo() == null);
        return realm.filter(uri -> uri.getScheme().equals("https")
                        || RegistryEndpoint.mayBeInsecure(uri.getRawAuthority(), transport.settings()))
                .orElseThrow(() -> new RegistryException(
                        Kind.REFUSED,
                        "registry " + endpoint.authority() + " names '" + text
                                + "' as its token server: credentials are not sent there, as it is not HTTPS"));
    }

    private static String form(List<Map.Entry<String, String>> parameters) {
        var text = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters) {
            text.append(text.isEmpty() ? "" : "&")
                    .append(parameter.getKey())
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
