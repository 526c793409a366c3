package jdocker.daemon.http;

import java.util.Map;
import java.util.Optional;
import jdocker.daemon.error.EngineException.InvalidRequest;

/** Makes of a request's head where it goes to, or why it goes nowhere. */
final class Resolver {
    private static final Query NO_QUERY = Query.parse("");
    private static final Response NOT_FOUND = Answers.error(404, "page not found");
    private static final Router.Route NOWHERE = Router.Route.of(HttpMethod.GET, "/", Lane.READ, _ -> NOT_FOUND);

    /** @param refusal the answer when there is nobody to ask */
    record Resolved(Exchange.Destination destination, Query query, Optional<Response> refusal) {}

    /** A decoded path, and the version in front of it. */
    private record Address(String path, String version) {}

    private final Router router;

    Resolver(Router router) {
        this.router = router;
    }

    Resolved resolve(RequestHead head) {
        Optional<HttpMethod> method = method(head.method());
        ApiVersion version = ApiVersion.CURRENT;
        try {
            Address address = address(PercentCode.decodePath(head.path()));
            Optional<ApiVersion> asked = ApiVersion.parse(address.version).map(v -> served(v, address.path));
            version = asked.orElse(version);
            if (method.equals(Optional.of(HttpMethod.OPTIONS))) {
                return refused(head, version, Response.ok());
            }
            Optional<Router.Match> match = method.flatMap(m -> router.find(m, address.path));
            if (match.isEmpty()) {
                return refused(head, version, NOT_FOUND);
            }
            if (!address.version.isEmpty()) {
                requireServed(asked, address.version);
            }
            var destination = new Exchange.Destination(
                    method.orElseThrow(),
                    address.path,
                    version,
                    match.get().route(),
                    match.get().names());
            return new Resolved(destination, Query.parse(head.query()), Optional.empty());
        } catch (InvalidRequest e) {
            return refused(head, version, Answers.error(400, String.valueOf(e.getMessage())));
        }
    }

    private static Resolved refused(RequestHead head, ApiVersion version, Response answer) {
        HttpMethod method = head.method().equals("HEAD") ? HttpMethod.HEAD : HttpMethod.GET;
        return new Resolved(
                new Exchange.Destination(method, head.path(), version, NOWHERE, Map.of()),
                NO_QUERY,
                Optional.of(answer));
    }

    private static Optional<HttpMethod> method(String name) {
        for (HttpMethod method : HttpMethod.values()) {
            if (method.name().equals(name)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** {@code /v1.41/info} is {@code /info} in version 1.41; a first segment that is no version is none. */
    private static Address address(String path) {
        if (!path.startsWith("/v")) {
            return new Address(path, "");
        }
        int end = 2;
        while (end < path.length()
                && (path.charAt(end) == '.' || (path.charAt(end) >= '0' && path.charAt(end) <= '9'))) {
            end++;
        }
        return end == 2 || end == path.length() || path.charAt(end) != '/'
                ? new Address(path, "")
                : new Address(path.substring(end), path.substring(2, end));
    }

    /** What copies images to and from {@code docker-daemon:} asked for 1.22 until 2023, and does with what 1.24 answers. */
    private static ApiVersion served(ApiVersion asked, String path) {
        return asked.equals(ApiVersion.OF_OLD_IMAGE_TOOLS) && path.startsWith("/images/") ? ApiVersion.MINIMUM : asked;
    }

    private static void requireServed(Optional<ApiVersion> asked, String text) {
        if (asked.isEmpty()) {
            throw new InvalidRequest("client version " + text + " is not a version of the API");
        }
        if (asked.get().compareTo(ApiVersion.MINIMUM) < 0) {
            throw new InvalidRequest("client version " + text + " is too old. Minimum supported API version is "
                    + ApiVersion.MINIMUM + ", please upgrade your client to a newer version");
        }
        if (asked.get().compareTo(ApiVersion.CURRENT) > 0) {
            throw new InvalidRequest(
                    "client version " + text + " is too new. Maximum supported API version is " + ApiVersion.CURRENT);
        }
    }
}
