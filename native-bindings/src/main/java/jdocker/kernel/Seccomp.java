package jdocker.kernel;

import java.util.OptionalInt;

/** System call filters, compiled by libseccomp. The library is loaded at the first use. */
public interface Seccomp {
    /**
     * The filter as an array of {@code struct sock_filter}, 8 bytes each, for {@code SECCOMP_SET_MODE_FILTER}. Takes
     * milliseconds: keep it.
     */
    byte[] compile(SeccompProgram program);

    /** The call's number on this machine; empty where libseccomp knows no such call. */
    OptionalInt number(String call);
}
