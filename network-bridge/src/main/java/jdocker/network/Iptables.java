package jdocker.network;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jdocker.kernel.ExitStatus;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.SpawnRequest;

/** iptables-restore and iptables-save of one address family, run in the calling thread's network namespace. */
final class Iptables {
    private static final List<String> DIRECTORIES =
            List.of("/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin");
    /** Of the legacy variant, of modprobe, and of nf_tables. */
    private static final List<String> LACKING = List.of(
            "unable to initialize table",
            "can't initialize",
            "does not exist",
            "not supported",
            "No such file or directory");

    private static final int MOST_OUTPUT = 64 << 20;

    private final Kernel kernel;
    private final Path restore;
    private final Path save;

    private Iptables(Kernel kernel, Path restore, Path save) {
        this.kernel = kernel;
        this.restore = restore;
        this.save = save;
    }

    /**
     * The host's, empty where there is none.
     *
     * @param name {@code iptables} or {@code ip6tables}: whatever variant the host has chosen; or {@code iptables-nft}; or
     *     an absolute path
     */
    static Optional<Iptables> find(Kernel kernel, String name) {
        return find(name + "-restore")
                .flatMap(restore -> find(name + "-save").map(save -> new Iptables(kernel, restore, save)));
    }

    private static Optional<Path> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> Path.of(directory).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A run that has begun. */
    final class Run implements AutoCloseable {
        private final String name;
        private final Fd output;
        private final Fd pidfd;

        private Run(Path program, List<String> options, String input) {
            this.name = program.getFileName().toString();
            output = kernel.data().memfd("rules-output");
            try (Fd in = kernel.data().memfd("rules")) {
                kernel.data().write(in, input.getBytes(StandardCharsets.UTF_8));
                kernel.data().seek(in, 0);
                var arguments = new ArrayList<>(List.of(name));
                arguments.addAll(options);
                long pid = kernel.processes()
                        .spawn(new SpawnRequest(
                                program.toString(),
                                arguments,
                                List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"),
                                Map.of(0, in, 1, output, 2, output),
                                true));
                pidfd = kernel.processes().pidfdOpen(pid);
            } catch (RuntimeException e) {
                output.close();
                throw e;
            }
        }

        /** Waits for the end: what was written. */
        String await() {
            ExitStatus status = kernel.processes().waitFor(pidfd);
            kernel.data().seek(output, 0);
            String text = new String(kernel.data().readAll(output, MOST_OUTPUT), StandardCharsets.UTF_8);
            if (status.shellCode() != 0) {
                throw new FirewallException(name + " ended with " + status.shellCode() + ": "
                        + text.strip().replace('\n', ' '));
            }
            return text;
        }

        @Override
        public void close() {
            output.close();
            pidfd.close();
        }
    }

    /** Whether the kernel has a table. */
    boolean hasTable(String table) {
        try (Run run = restore("*" + table + "\nCOMMIT\n")) {
            run.await();
            return true;
        } catch (FirewallException e) {
            return String.valueOf(e.getMessage()).contains("xtables lock"); // somebody else is busy with it
        }
    }

    /** Whether iptables says that the kernel has no such table; not whether anything else went wrong. */
    boolean lacksTable(String table) {
        try (Run run = restore("*" + table + "\nCOMMIT\n")) {
            run.await();
            return false;
        } catch (FirewallException e) {
            String message = String.valueOf(e.getMessage());
            return LACKING.stream().anyMatch(message::contains);
        }
    }

    /** Begins to carry out a text; its tables one after the other, each as a whole. */
    Run restore(String text) {
        // Who holds the lock for so long is stuck, and a start must not be.
        return new Run(restore, List.of("--noflush", "--wait=10"), text);
    }

    SavedRules save() {
        try (Run run = new Run(save, List.of(), "")) {
            return SavedRules.parse(run.await());
        }
    }

    /** Whether the rules are kept by nftables, whose generation counts every change. */
    boolean isNft() {
        try (Run run = new Run(restore, List.of("--version"), "")) {
            return run.await().contains("nf_tables");
        }
    }
}
