package jdocker.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NetfilterTest {
    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aBatchIsFramedAsNfnetlinkWants() {
        ByteBuffer batch = LinuxNetfilter.batch(List.of(NfTablesMessage.table("t")));
        byte[] bytes = new byte[batch.remaining()];
        batch.get(bytes);
        assertThat(hex(bytes))
                .isEqualTo("14000000" + "1000" + "0100" + "00000000" + "00000000" + "0000000a"
                        // NFT_MSG_NEWTABLE for IPv4, to be created, answered: NFTA_TABLE_NAME "t"
                        + "1c000000" + "000a" + "0504" + "01000000" + "00000000" + "02000000" + "06000100" + "74000000"
                        + "14000000" + "1100" + "0100" + "02000000" + "00000000" + "0000000a");
    }

    @Test
    void aRuleIsAListOfExpressions() {
        byte[] attributes = NfTablesMessage.rule("t", "c", rule -> rule.transport(2, new byte[] {0, 53}))
                .attributes();
        assertThat(hex(attributes))
                .isEqualTo("06000100" + "74000000" + "06000200" + "63000000"
                        + "64000480" // expressions
                        + "34000180" + "0c000100" + "7061796c6f616400" // payload
                        + "24000280" + "08000100" + "00000001" + "08000200" + "00000002" + "08000300" + "00000002"
                        + "08000400" + "00000002"
                        + "2c000180" + "08000100" + "636d7000" // cmp
                        + "20000280" + "08000100" + "00000001" + "08000200" + "00000000"
                        + "0c000380" + "06000100" + "00350000");
    }

    @Nested
    @KernelTest
    class OnTheKernel {
        private final Kernel kernel = Kernel.load();

        private void inNewNamespace(Runnable work) {
            try (Fd namespace = kernel.namespaces().newNetworkNamespace()) {
                kernel.namespaces().onThrowAwayThread(() -> {
                    kernel.namespaces().enter(namespace, NamespaceKind.NETWORK);
                    work.run();
                    return true;
                });
            }
        }

        @Test
        void whatTheKernelRefusesIsNamedAndNothingOfTheBatchStays() {
            inNewNamespace(() -> {
                NfTablesMessage lost = NfTablesMessage.rule("t", "nowhere", rule -> rule.protocol(6));
                assertThatThrownBy(() -> kernel.netfilter().commit(List.of(NfTablesMessage.table("t"), lost)))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageContaining("nowhere")
                        .hasMessageContaining("ENOENT");
                // Without the table this one has no place either.
                assertThatThrownBy(() -> kernel.netfilter().commit(List.of(NfTablesMessage.outputChain("t", "c", 0))))
                        .hasMessageContaining("chain c");
            });
        }

        @Test
        void anAddedTableIsThere() {
            inNewNamespace(() -> {
                kernel.netfilter().commit(List.of(NfTablesMessage.table("t")));
                kernel.netfilter().commit(List.of(NfTablesMessage.outputChain("t", "c", -300)));
                kernel.netfilter().commit(List.of(NfTablesMessage.rule("t", "c", rule -> rule.protocol(17))));
            });
        }
    }
}
