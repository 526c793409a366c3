package jdocker.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import jdocker.kernel.ExitStatus;
import jdocker.kernel.Fd;
import jdocker.kernel.Kernel;
import jdocker.kernel.OpenFlag;
import jdocker.kernel.SpawnRequest;

/** apparmor_parser: the kernel takes policy only in the form that it makes. */
record ProfileCompiler(Kernel kernel) implements AppArmor.ProfileLoader {
    private static final int LONGEST_COMPLAINT = 4096;

    @Override
    public void load(Path parser, String profile) {
        try (Fd source = kernel.data().memfd("profile");
                Fd complaints = kernel.data().memfd("complaints");
                Fd nothing = kernel.files().open("/dev/null", OpenFlag.READ_WRITE)) {
            kernel.data().write(source, ByteBuffer.wrap(profile.getBytes(StandardCharsets.UTF_8)));
            try (Fd input = reopened(source)) {
                // -K: without its cache, which would be that of another version of us; -r: in place of what is there
                var request = new SpawnRequest(
                        parser.toString(),
                        List.of("apparmor_parser", "-Kr"),
                        List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"),
                        Map.of(0, input, 1, nothing, 2, complaints),
                        false);
                ExitStatus status = wait(request);
                if (status.code() != 0) {
                    throw new IllegalStateException(
                            "apparmor_parser ended with " + status.code() + ": " + read(complaints));
                }
            }
        }
    }

    /** Another open file, which begins at the beginning. */
    private Fd reopened(Fd memfd) {
        return kernel.files().open("/proc/self/fd/" + memfd.number(), OpenFlag.READ_ONLY);
    }

    private ExitStatus wait(SpawnRequest request) {
        long pid = kernel.processes().spawn(request);
        try (Fd process = kernel.processes().pidfdOpen(pid)) {
            return kernel.processes().waitFor(process);
        }
    }

    private String read(Fd complaints) {
        try (Fd file = reopened(complaints)) {
            return new String(kernel.data().readAll(file, LONGEST_COMPLAINT), StandardCharsets.UTF_8)
                    .strip()
                    .replace('\n', ' ');
        }
    }
}
