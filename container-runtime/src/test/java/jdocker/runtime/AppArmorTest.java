package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppArmorTest {
    private static final String PROFILES = "sys/kernel/security/apparmor/profiles";

    @TempDir
    Path root;

    private final List<String> loaded = new ArrayList<>();

    private AppArmor host(String profiles) throws IOException {
        write("sys/module/apparmor/parameters/enabled", "Y\n");
        write(PROFILES, profiles);
        write("proc/self/attr/current", "unconfined\n");
        write("sbin/apparmor_parser", "");
        Files.setPosixFilePermissions(
                root.resolve("sbin/apparmor_parser"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return new AppArmor(root, (_, profile) -> loaded.add(profile));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void confinesByTheDefaultAndLoadsItWhenItIsMissing() throws IOException {
        AppArmor missing = host("man_filter (enforce)\n");
        assertThat(missing.profile(Optional.empty(), false)).contains("docker-default");
        assertThat(loaded).hasSize(1);
        loaded.clear();

        AppArmor there = host("man_filter (enforce)\ndocker-default (enforce)\n");
        assertThat(there.profile(Optional.empty(), false)).contains("docker-default");
        there.ensureDefault();
        assertThat(loaded).isEmpty();
    }

    @Test
    void leavesPrivilegedContainersAndThoseWhoAskUnconfined() throws IOException {
        AppArmor host = host("docker-default (enforce)\nmine (complain)\n");
        assertThat(host.profile(Optional.empty(), true)).isEmpty();
        assertThat(host.profile(Optional.of("unconfined"), false)).isEmpty();
        assertThat(host.name(Optional.empty(), true)).isEqualTo("unconfined");
        assertThat(host.profile(Optional.of("mine"), true)).contains("mine");
        assertThat(host.name(Optional.of("mine"), false)).isEqualTo("mine");
    }

    @Test
    void refusesAProfileThatIsNotLoaded() throws IOException {
        AppArmor host = host("minefield (enforce)\n");
        assertThatThrownBy(() -> host.profile(Optional.of("mine"), false))
                .hasMessageContaining("'mine' is not loaded on this host");
    }

    @Test
    void withoutAppArmorNothingIsDoneUnlessAProfileIsAskedFor() {
        AppArmor none = AppArmor.none();
        assertThat(none.enabled()).isFalse();
        assertThat(none.profile(Optional.empty(), false)).isEmpty();
        assertThat(none.name(Optional.empty(), false)).isEmpty();
        assertThat(none.profile(Optional.of("unconfined"), false)).isEmpty();
        assertThatThrownBy(() -> none.profile(Optional.of("docker-default"), false))
                .hasMessageContaining("AppArmor is not enabled on this host");
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"a\nb", "a\0b", "\u007f"})
    void refusesNamesThatWouldBeMoreThanOne(String name) throws IOException {
        AppArmor host = host("");
        assertThatThrownBy(() -> host.check(Optional.of(name))).hasMessageContaining("not the name");
    }

    @Test
    void saysWhyTheDefaultCannotBeLoaded() throws IOException {
        host("");
        var broken = new AppArmor(root, (_, _) -> {
            throw new IllegalStateException("apparmor_parser ended with 1: syntax error");
        });
        assertThatThrownBy(() -> broken.profile(Optional.empty(), false))
                .hasMessageContaining("syntax error")
                .hasMessageContaining("apparmor=unconfined");
    }

    @Test
    void namesTheDaemonsOwnProfileAndIncludesWhatTheHostHas() throws IOException {
        AppArmor host = host("");
        assertThat(host.defaultProfile())
                .startsWith("@{PROC}=/proc/\n\nprofile docker-default flags=(attach_disconnected,mediate_deleted) {\n")
                .contains("signal (receive) peer=unconfined,")
                .contains("deny mount,")
                .contains("deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,")
                .contains("ptrace (trace,read,tracedby,readby) peer=docker-default,")
                .endsWith("}\n");
        write("etc/apparmor.d/tunables/global", "");
        write("etc/apparmor.d/abstractions/base", "");
        write("proc/self/attr/current", "/usr/bin/jdockerd (enforce)\n");
        assertThat(host.defaultProfile())
                .startsWith("#include <tunables/global>\n")
                .contains("#include <abstractions/base>")
                .contains("signal (receive) peer=/usr/bin/jdockerd,");
    }
}
