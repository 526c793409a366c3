package jdocker.kernel;

import java.util.List;

/** The firewall of the calling thread's network namespace, by nfnetlink: no {@code nft} or {@code iptables} process. */
public interface Netfilter {
    /**
     * Carries out these changes of nf_tables, all or none.
     *
     * @throws SyscallException with the first change that the kernel refused; EOPNOTSUPP or EPROTONOSUPPORT where the kernel
     *     has no nf_tables
     */
    void commit(List<NfTablesMessage> changes);
}
