package jdocker.daemon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.RouteDescription;
import jdocker.daemon.http.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiCatalogueTest {
    private static final Path PAGE = Path.of("..", "docs", "api-coverage.md");

    /** Written anew by {@code -Djdocker.write-docs=true}. */
    @Test
    void thePageOfTheDocumentationIsWhatTheRouterSays() throws IOException {
        String page = ApiCatalogue.page(AllRoutes.router());
        if (Boolean.getBoolean("jdocker.write-docs")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    /** A misspelt template would otherwise leave Docker's own operation unanswered. */
    @Test
    void routesThatDockerDoesNotHaveAreFew() {
        assertThat(ApiCatalogue.ownRoutes(AllRoutes.router()))
                .extracting(RouteDescription::template)
                .containsExactlyInAnyOrder(
                        "/containers/{id}/spec", // what the runtime is given
                        "/containers/{id}/reach", // why one container does not reach another
                        "/containers/{id}/{alias}", // Docker has it as a name with a slash: rm --link
                        "/containers/{id}/written", // takes over what another engine's container has written
                        "/images/gc", // makes room now, or tells what would go
                        "/images/scrub", // checks every blob and layer
                        "/images/{name...}/diff");
    }

    @Test
    void allOperationsOfDockerAreListed() {
        assertThat(ApiCatalogue.operations()).hasSize(113);
    }

    @ParameterizedTest(name = "{0} {1} is {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /build | 501 | not supported yet: POST /build",
                "POST | /v1.41/images/a/b/push | 501 | not supported yet: POST /images/{name}/push",
                "GET | /swarm | 503 | This node is not a swarm manager. Use \\\"docker swarm init\\\" or \\\"docker swarm"
                        + " join\\\" to connect this node to swarm and try again.",
                "GET | /services/x/logs | 503 | This node is not a swarm manager. Use \\\"docker swarm init\\\" or"
                        + " \\\"docker swarm join\\\" to connect this node to swarm and try again.",
                "POST | /swarm/leave | 503 | This node is not part of a swarm",
                "POST | /swarm/init | 501 | not supported yet: POST /swarm/init",
                "GET | /plugins/a/b/json | 404 | plugin \\\"a/b\\\" not found",
            })
    void whatIsNotServedSaysSo(String method, String path, int status, String message) throws IOException {
        try (var server = new TestServer(ApiCatalogue::addMissing);
                var client = server.connect()) {
            var reply = client.send(method, path);
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.text()).isEqualTo("{\"message\":\"" + message + "\"}\n");
        }
    }

    @Test
    void thereAreNoPlugins() throws IOException {
        try (var server = new TestServer(ApiCatalogue::addMissing)) {
            assertThat(server.get("/plugins").text()).isEqualTo("[]\n");
        }
    }

    @Test
    void whatIsServedStays() throws IOException {
        try (var server = new TestServer(router -> {
            router.add(HttpMethod.GET, "/images/{reference...}/json", Lane.READ, _ -> Response.text(200, "mine"));
            ApiCatalogue.addMissing(router);
        })) {
            assertThat(server.get("/images/a/b:c/json").text()).isEqualTo("mine");
            assertThat(server.get("/images/json").status()).isEqualTo(501);
        }
    }
}
