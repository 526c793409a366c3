package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jdocker.kernel.KernelTest;
import jdocker.oci.Capability;
import jdocker.oci.CapabilityChoice;
import jdocker.oci.DefaultSpec;
import jdocker.oci.LinuxSeccomp;
import jdocker.oci.RuntimeSpec;
import jdocker.oci.SeccompProfile;
import jdocker.oci.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the default filter answers, asked by numbers and through every door of the processor. */
@KernelTest
class SeccompKernelTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    @TempDir
    Path directory;

    @Test
    void forbiddenCallsAreDeniedAndUnknownOnesUnknown() throws Exception {
        try (var containers = new Containers(directory)) {
            install(containers);

            assertThat(containers.run(containers.spec("/calls")).lines())
                    .containsExactly(
                            "af_alg -" + EPERM,
                            "af_vsock -" + EPERM,
                            "keyctl -" + EPERM,
                            "io_uring_setup -" + EPERM,
                            "mount -" + EPERM,
                            "open_tree -" + EPERM,
                            "unshare -" + EPERM,
                            "clone_newuser -" + EPERM,
                            "clone3 -" + ENOSYS,
                            "personality -" + EPERM,
                            "newer_than_all -" + ENOSYS,
                            "x32_getpid -" + EPERM,
                            "i386_add_key -" + EPERM,
                            "i386_newer_than_all -" + ENOSYS,
                            "allowed 1");
        }
    }

    @Test
    void moreCapabilitiesOpenWhatBelongsToThem() throws Exception {
        try (var containers = new Containers(directory)) {
            install(containers);
            List<Capability> more = new CapabilityChoice(List.of("SYS_ADMIN"), List.of(), false)
                    .resolve(Containers.HOST.capabilities());
            RuntimeSpec spec = Containers.withLinux(
                    Containers.with(
                            containers.spec("/calls"),
                            process -> process.capabilities(DefaultSpec.capabilities(more, User.ROOT))),
                    linux -> linux.seccomp(SeccompProfile.dockerDefault().resolve(Containers.HOST, more)));

            assertThat(containers.run(spec).lines())
                    .contains("af_alg -" + EPERM, "keyctl -" + EPERM, "newer_than_all -" + ENOSYS)
                    .doesNotContain("mount -" + EPERM, "clone3 -" + ENOSYS);
        }
    }

    @Test
    void compiledFiltersAreKeptAndBrokenOnesMadeAgain() throws Exception {
        var filter =
                Objects.requireNonNull(DefaultSpec.of(Containers.HOST).linux()).seccomp();
        Path files = directory.resolve("filters");
        byte[] first = compile(filter, files);
        Path file;
        try (var list = Files.list(files)) {
            file = list.findFirst().orElseThrow();
        }
        byte[] kept = Files.readAllBytes(file);

        assertThat(first).isEqualTo(compile(filter, files)).isEqualTo(Arrays.copyOf(kept, kept.length - 32));
        kept[8] ^= 1;
        Files.write(file, kept);
        assertThat(compile(filter, files)).isEqualTo(first);
        Files.write(file, new byte[7]);
        assertThat(compile(filter, files)).isEqualTo(first);
    }

    private static byte[] compile(LinuxSeccomp filter, Path files) {
        return new SeccompFilters(Containers.KERNEL.seccomp(), Optional.of(files))
                .of(filter)
                .orElseThrow()
                .program();
    }

    private void install(Containers containers) throws IOException, InterruptedException {
        assumeTrue(Containers.HOST.architecture().equals("amd64"), "the program is x86-64's");
        Path source = directory.resolve("calls.c");
        try (InputStream in = SeccompKernelTest.class.getResourceAsStream("calls.c")) {
            Files.write(source, Objects.requireNonNull(in).readAllBytes());
        }
        Path program = containers.root.resolve("calls");
        Process compiler = new ProcessBuilder(
                        "gcc",
                        "-O1",
                        "-static",
                        "-nostdlib",
                        "-ffreestanding",
                        "-fno-stack-protector",
                        "-o",
                        program.toString(),
                        source.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
    }
}
