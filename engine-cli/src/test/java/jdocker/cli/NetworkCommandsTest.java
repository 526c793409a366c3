package jdocker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NetworkCommandsTest {
    private static final String NETWORKS = """
            [{"Name":"bridge","Id":"4a1f0b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccdd0","Driver":"bridge",
              "Scope":"local","EnableIPv4":true,"EnableIPv6":false,"Labels":{},"Created":"2026-01-02T03:04:05.5Z"},
             {"Name":"web","Id":"bb1f0b1c2d3e4f50","Driver":"bridge","Scope":"local","Internal":true,"Labels":{"a":"b"}}]
            """;

    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon()
                .on("GET", "/networks", 200, NETWORKS)
                .on("POST", "/networks/create", 201, "{\"Id\":\"abc\",\"Warning\":\"\"}")
                .on("POST", "/networks/web/connect", 200, "")
                .on("POST", "/networks/web/disconnect", 200, "")
                .on("DELETE", "/networks/web", 204, "")
                .on("DELETE", "/networks/gone", 404, "{\"message\":\"network gone not found\"}")
                .on("POST", "/networks/prune", 200, "{\"NetworksDeleted\":[\"web\"]}");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private Run.Result run(String... arguments) {
        return Run.against(daemon, arguments).result();
    }

    @Test
    void listsNetworksInDockersColumns() {
        assertThat(run("network", "ls").out()).isEqualTo("""
                        NETWORK ID     NAME      DRIVER    SCOPE
                        4a1f0b1c2d3e   bridge    bridge    local
                        bb1f0b1c2d3e   web       bridge    local
                        """);
        assertThat(run("network", "ls", "-q", "-f", "driver=bridge").out()).isEqualTo("4a1f0b1c2d3e\nbb1f0b1c2d3e\n");
        assertThat(run("network", "list", "--format", "{{.Name}} {{.Internal}} {{.IPv4}} {{.CreatedAt}}")
                        .out())
                .startsWith("bridge false true 2026-01-02 03:04:05.5 +0000 UTC\nweb true");
    }

    @Test
    void createsWithEverySubnetsOwnSettings() {
        Run.Result run = run(
                "network",
                "create",
                "--subnet=10.1.0.0/16",
                "--subnet=fd00:1::/64",
                "--gateway=fd00:1::99",
                "--ip-range=10.1.4.0/24",
                "--aux-address=router=10.1.0.9",
                "--ipv6",
                "--internal",
                "-o",
                "com.docker.network.driver.mtu=1400",
                "--label=a=b",
                "web");

        assertThat(run.out()).isEqualTo("abc\n");
        assertThat(daemon.last("/networks/create").body())
                .contains("\"Name\":\"web\"", "\"EnableIPv6\":true", "\"Internal\":true", "\"Labels\":{\"a\":\"b\"}")
                .contains("{\"Subnet\":\"10.1.0.0/16\",\"IPRange\":\"10.1.4.0/24\","
                        + "\"AuxiliaryAddresses\":{\"router\":\"10.1.0.9\"}}")
                .contains("{\"Subnet\":\"fd00:1::/64\",\"Gateway\":\"fd00:1::99\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    --gateway=10.1.0.1 | every ip-range or gateway must have a corresponding subnet
                    --subnet=10.1.0.0/16 --gateway=10.2.0.1 | no matching subnet for gateway 10.2.0.1
                    --subnet=10.1.0.0/16 --aux-address=a=10.2.0.1 | no matching subnet for aux-address a=10.2.0.1""")
    void refusesWhatIsInNoSubnet(String flags, String message) {
        Run.Result run = run(("network create " + flags + " web").split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo(message + "\n");
    }

    @Test
    void connectsAndDisconnects() {
        assertThat(run("network", "connect", "--ip", "10.1.0.7", "--alias", "www", "web", "c1")
                        .code())
                .isZero();
        assertThat(daemon.last("/connect").body())
                .contains("\"Container\":\"c1\"", "\"IPv4Address\":\"10.1.0.7\"", "\"Aliases\":[\"www\"]");
        assertThat(run("network", "disconnect", "-f", "web", "c1").code()).isZero();
        assertThat(daemon.last("/disconnect").body()).startsWith("{\"Container\":\"c1\",\"Force\":true}");
    }

    @Test
    void removesOneAfterTheOther() {
        Run.Result run = run("network", "rm", "gone", "web");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("web\n");
        assertThat(run.err()).contains("network gone not found");
        assertThat(run("network", "rm", "-f", "gone").code()).isZero();
    }

    @Test
    void prunesOnlyWhenItMay() {
        assertThat(run("network", "prune", "-f").out()).isEqualTo("Deleted Networks:\nweb\n\n");
        Run.Result unasked = run("network", "prune");
        assertThat(unasked.code()).isEqualTo(1);
        assertThat(unasked.out()).contains("Are you sure you want to continue? [y/N]");
    }

    @Test
    void tellsWhereTheWayStops() throws IOException {
        daemon.on("GET", "/containers/web/reach", 200, """
                {"From":"web","To":"db","Port":"5432/tcp","Reaches":false,"StopsAt":"listener","Steps":[
                  {"Step":"dns","Outcome":"ok","Says":"db is 172.18.0.3","Remedy":""},
                  {"Step":"listener","Outcome":"stops","Says":"nothing in db listens on 5432/tcp",
                   "Remedy":"see what it says: jdocker logs db"}]}
                """);
        Run.Result run = run("network", "why", "web", "db", "5432");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("""
                        web -> db 5432/tcp
                          ok       dns         db is 172.18.0.3
                          stops    listener    nothing in db listens on 5432/tcp
                                               try: see what it says: jdocker logs db
                        web does not reach db: it stops at the step listener
                        """);
        assertThat(run("network", "why", "--format", "{{.StopsAt}}", "web", "db")
                        .out())
                .isEqualTo("listener\n");
        assertThat(run("network", "why", "--format", "json", "web", "db").out()).startsWith("{\"From\":\"web\"");
    }
}
