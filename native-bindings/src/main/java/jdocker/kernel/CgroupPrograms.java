package jdocker.kernel;

import java.util.List;
import java.util.Optional;

/** eBPF programs that decide over devices, one or more at a cgroup of version 2: bpf(2). */
public interface CgroupPrograms {

    /**
     * Has the kernel check and take a program of type {@code BPF_PROG_TYPE_CGROUP_DEVICE}. It lives as long as the
     * descriptor or what it is attached to.
     *
     * @param instructions of {@code struct bpf_insn}, 8 bytes each
     * @throws SyscallException EINVAL or EACCES if the kernel's verifier refuses it, EPERM without CAP_BPF
     */
    Fd loadDeviceProgram(byte[] instructions);

    /**
     * Attaches with {@code BPF_F_ALLOW_MULTI}, so that programs of cgroups beneath can only forbid more.
     *
     * @param cgroup its directory
     * @param replaced an attached program whose place the new one takes in one step
     */
    void attach(Fd cgroup, Fd program, Optional<Fd> replaced);

    void detach(Fd cgroup, Fd program);

    /** The numbers of the device programs attached to this very cgroup. */
    List<Integer> attached(Fd cgroup);

    /** A loaded program by its number; empty when it has gone. */
    Optional<Fd> open(int id);
}
