package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.api.NetworkReach;
import jdocker.api.NetworkReach.Step;
import jdocker.daemon.container.Listeners.Listener;
import jdocker.daemon.container.ReachFacts.Place;
import jdocker.daemon.container.ReachFacts.Side;
import jdocker.network.SandboxView;
import jdocker.network.Subnet;
import org.junit.jupiter.api.Test;

class ReachWalkTest {
    private static final InetAddress DB = InetAddress.ofLiteral("172.18.0.3");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final Optional<ReachWalk.Port> PORT = Optional.of(new ReachWalk.Port(5432, "tcp"));

    private final FakeFacts facts = new FakeFacts();

    private static final class FakeFacts implements ReachFacts {
        private List<InetAddress> names = List.of(DB);
        private boolean up = true;
        private List<SandboxView.Route> routes =
                List.of(new SandboxView.Route(Subnet.parse("172.18.0.0/16"), Optional.empty(), "eth0"));
        private List<Listener> listeners = List.of(new Listener("tcp", ANY, 5432));
        private List<ReachWalk.Port> linked = List.of();
        private Optional<String> failure = Optional.empty();
        private final List<String> tried = new ArrayList<>();

        @Override
        public List<InetAddress> resolve(String name) {
            return names;
        }

        @Override
        public SandboxView view() {
            return new SandboxView(List.of(new SandboxView.Interface("eth0", "", 1500, up, List.of())), routes);
        }

        @Override
        public List<ReachWalk.Port> linked(InetAddress address) {
            return linked;
        }

        @Override
        public List<Listener> listeners() {
            return listeners;
        }

        @Override
        public Optional<String> connect(InetAddress address, int port) {
            tried.add(address.getHostAddress() + ":" + port);
            return failure;
        }
    }

    private static Place place(String network, boolean named, boolean icc, String address) {
        return new Place(network, named, icc, List.of(InetAddress.ofLiteral(address)));
    }

    private static Side running(String name, Place... places) {
        return new Side(name, true, false, "running", false, "", List.of(places));
    }

    private final Side web = running("web", place("net", true, true, "172.18.0.2"));
    private final Side db = running("db", place("net", true, true, "172.18.0.3"));

    private NetworkReach walk(Side from, Side to) {
        return ReachWalk.walk(from, to, to.name(), PORT, facts);
    }

    @Test
    void aLinkOpensItsPortsWhereContainersAreKeptApart() {
        Side apart = running("db", place("net", true, false, "172.18.0.3"));
        facts.linked = List.of(new ReachWalk.Port(5432, "tcp"));
        assertThat(walk(web, apart).reaches()).isTrue();
        facts.linked = List.of(new ReachWalk.Port(80, "tcp"));
        NetworkReach other = walk(web, apart);
        assertThat(other.reaches()).isFalse();
        assertThat(last(other).says()).isEqualTo("the link to db opens 80/tcp and nothing else");
        assertThat(last(other).remedy()).contains("--expose 5432/tcp");
        facts.linked = List.of();
        assertThat(last(walk(web, apart)).says()).contains("enable_icc=false");
    }

    private static Step last(NetworkReach reach) {
        return reach.steps().getLast();
    }

    @Test
    void aWayWithoutObstacleEndsInAConnection() {
        NetworkReach reach = walk(web, db);
        assertThat(reach.reaches()).isTrue();
        assertThat(reach.steps())
                .extracting(Step::step)
                .containsExactly("container", "dns", "route", "rule", "listener", "connection");
        assertThat(facts.tried).containsExactly("172.18.0.3:5432");
    }

    @Test
    void itStopsAtAContainerThatDoesNotRun() {
        Side stopped = new Side("db", false, false, "exited", false, "", List.of());
        NetworkReach reach = walk(web, stopped);
        assertThat(reach.stopsAt()).isEqualTo("container");
        assertThat(last(reach).remedy()).isEqualTo("jdocker start db");
        Side paused = new Side("db", true, true, "paused", false, "", db.places());
        assertThat(last(walk(web, paused)).remedy()).isEqualTo("jdocker unpause db");
    }

    @Test
    void itStopsAtTheNamesOfContainersThatShareNoNetwork() {
        facts.names = List.of();
        NetworkReach reach = walk(web, running("db", place("other", true, true, "172.19.0.3")));
        assertThat(reach.stopsAt()).isEqualTo("dns");
        assertThat(last(reach).says()).isEqualTo("they share no network: web is on net, db on other");
        assertThat(last(reach).remedy()).isEqualTo("jdocker network connect other web");
    }

    @Test
    void onTheDefaultBridgeTheNameStopsItAndTheAddressLeadsOn() {
        facts.names = List.of();
        NetworkReach reach = walk(
                running("web", place("bridge", false, true, "172.18.0.2")),
                running("db", place("bridge", false, true, "172.18.0.3")));
        assertThat(reach.reaches()).isFalse();
        assertThat(reach.stopsAt()).isEqualTo("dns");
        assertThat(reach.steps().get(1).says()).contains("by address it is 172.18.0.3");
        assertThat(last(reach)).extracting(Step::step, Step::outcome).containsExactly("connection", "ok");
    }

    @Test
    void itStopsWhereNoRouteLeadsOrTheInterfaceIsDown() {
        facts.up = false;
        assertThat(last(walk(web, db)).says()).isEqualTo("eth0 of web is down");
        facts.routes = List.of();
        assertThat(walk(web, db).stopsAt()).isEqualTo("route");
    }

    @Test
    void itStopsAtTheRulesOfTheNetwork() {
        assertThat(walk(web, running("db", place("net", true, false, "172.18.0.3")))
                        .stopsAt())
                .isEqualTo("rule");
        // The name is known in some other way, such as an address that was given.
        NetworkReach apart = walk(web, running("db", place("other", true, true, "172.18.0.3")));
        assertThat(last(apart).says()).startsWith("networks are kept apart");
    }

    @Test
    void itStopsWhereNobodyListensOrOnlyOnTheLoopback() {
        facts.listeners = List.of(new Listener("tcp", ANY, 5433), new Listener("udp", ANY, 5432));
        assertThat(last(walk(web, db)).says())
                .isEqualTo("nothing in db listens on 5432/tcp; it does on 0.0.0.0:5433/tcp, 0.0.0.0:5432/udp");
        facts.listeners = List.of(new Listener("tcp", LOOPBACK, 5432));
        NetworkReach reach = walk(web, db);
        assertThat(reach.stopsAt()).isEqualTo("listener");
        assertThat(last(reach).remedy()).isEqualTo("have it listen on 0.0.0.0");
        assertThat(facts.tried).isEmpty();
    }

    @Test
    void whatNothingExplainsIsFoundByTrying() {
        facts.failure = Optional.of("Connect timed out");
        NetworkReach reach = walk(web, db);
        assertThat(reach.stopsAt()).isEqualTo("connection");
        assertThat(last(reach).says()).contains("Connect timed out");
    }

    @Test
    void withoutAPortNobodyIsDisturbed() {
        NetworkReach reach = ReachWalk.walk(web, db, "db", Optional.empty(), facts);
        assertThat(reach.reaches()).isTrue();
        assertThat(last(reach).outcome()).isEqualTo("skipped");
        assertThat(facts.tried).isEmpty();
    }

    @Test
    void readsListenersOfBothFamilies() {
        assertThat(Listeners.parse("tcp", """
                          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                           0: 0100007F:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
                           1: 0300A8C0:1F90 0100A8C0:D431 01 00000000:00000000 00:00000000 00000000     0        0 2
                           2: nonsense
                           3: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0
                           4: 0100007F:XYZ 00000000:0000 0A 0
                        """))
                .extracting(Listener::toString)
                .containsExactly("127.0.0.1:53/tcp", "[0:0:0:0:0:0:0:1]:80/tcp");
    }
}
