package jdocker.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    @Test
    void readsServersTheLastSearchListAndOptions() {
        ResolvConf conf = ResolvConf.parse("""
                # a comment
                ; another
                domain first.test
                search  one.test\ttwo.test
                nameserver 10.0.0.1
                nameserver ::1 # behind it
                nameserver ns.example.test
                nameserver
                options edns0 timeout:2
                options trust-ad
                sortlist 130.155.160.0/255.255.240.0
                """);
        assertThat(conf.nameservers()).containsExactly(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("::1"));
        assertThat(conf.search()).containsExactly("one.test", "two.test");
        assertThat(conf.options()).containsExactly("edns0", "timeout:2", "trust-ad");
    }

    @Test
    void bytesThatAreNoResolvConfAreNothing() {
        assertThat(ResolvConf.parse("\0\0\n  \n\tnameserver\nnameserver 999.1.1.1\nnameserver fe80::1%nowhere"))
                .isEqualTo(ResolvConf.EMPTY);
    }

    @Test
    void aContainerIsGivenTheResolverAndTheHostsDomains() {
        ResolvConf host = ResolvConf.parse("nameserver 127.0.0.53\nsearch corp.test\noptions edns0 trust-ad\n");
        assertThat(host.forContainer(List.of(), List.of()).text())
                .isEqualTo("nameserver 127.0.0.11\nsearch corp.test\noptions edns0 trust-ad ndots:0\n");
        assertThat(host.forContainer(List.of("a.test", "b.test"), List.of("ndots:2"))
                        .text())
                .isEqualTo("nameserver 127.0.0.11\nsearch a.test b.test\noptions ndots:2\n");
        assertThat(host.forContainer(List.of("."), List.of()).search()).isEmpty();
    }
}
