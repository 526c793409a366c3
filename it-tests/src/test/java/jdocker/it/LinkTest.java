package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Links on a default bridge that keeps its containers apart, by the stock docker CLI, with real packets. */
class LinkTest {
    private static Engine engine;

    @BeforeAll
    static void startEngine() {
        engine = Engine.withBusybox("--icc=false", "--bip", "10.99.0.1/29");
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    private static String docker(String... arguments) {
        return engine.docker(arguments).ok().text();
    }

    private static boolean reaches(String from, int port) {
        String request = "printf 'GET /index.html HTTP/1.0\\r\\n\\r\\n' | nc -w 2 " + address("db") + " " + port;
        return engine.docker("exec", from, "sh", "-c", request).out().contains("200 OK");
    }

    private static String address(String container) {
        return docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", container);
    }

    private static void serves(int port) {
        docker("exec", "-d", "db", "httpd", "-f", "-p", String.valueOf(port), "-h", "/etc");
        Engine.eventually(
                "the server on port " + port + " listens",
                Duration.ofSeconds(10),
                () -> engine.docker("exec", "db", "sh", "-c", "netstat -ltn | grep -q ':" + port + " '")
                                .code()
                        == 0);
    }

    @Test
    void aLinkOpensTheExposedPortsAsLongAsBothRun() {
        docker("run", "-d", "--name", "db", "--expose", "80", "busybox", "sleep", "1000");
        docker("exec", "db", "sh", "-c", "echo x >/etc/index.html");
        docker("run", "-d", "--name", "web", "--link", "db:database", "busybox", "sleep", "1000");
        docker("run", "-d", "--name", "stranger", "busybox", "sleep", "1000");
        serves(80);
        serves(81);

        assertThat(reaches("web", 80)).isTrue();
        assertThat(reaches("web", 81)).isFalse();
        assertThat(reaches("stranger", 80)).isFalse();
        assertThat(engine.jdocker("network", "why", "web", "db", "80").text()).contains("the link to db opens 80/tcp");

        engine.kill9();
        assertThat(engine.onHost("iptables-save").ok().out()).contains("--dport 80 -j ACCEPT");
        engine.start();
        assertThat(reaches("web", 80)).as("after a restart of the daemon").isTrue();
        assertThat(reaches("stranger", 80)).isFalse();

        restartElsewhere();
        assertThat(reaches("web", 80)).as("at its new address").isTrue();
        assertThat(reaches("stranger", 80)).isFalse();

        docker("rm", "--link", "web/database");
        assertThat(reaches("web", 80)).as("without the link").isFalse();
        assertThat(engine.onHost("iptables-save").ok().out()).doesNotContain("--dport 80 -j ACCEPT");
    }

    /** Somebody else has got its address meanwhile. */
    private static void restartElsewhere() {
        String before = address("db");
        docker("stop", "-t", "0", "db");
        assertThat(engine.onHost("iptables-save").ok().out()).doesNotContain("--dport 80 -j ACCEPT");
        List<String> others = new ArrayList<>();
        do {
            others.add(docker("run", "-d", "busybox", "sleep", "1000"));
        } while (!address(others.getLast()).equals(before));
        if (others.size() > 1) {
            docker("rm", "-f", others.getFirst()); // there is room for five
        }
        docker("start", "db");
        assertThat(address("db")).isNotEqualTo(before);
        serves(80);
    }
}
