package jdocker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdocker.kernel.MountAttribute;
import org.junit.jupiter.api.Test;

class MountOptionsTest {
    @Test
    void wordsAreSortedByWhereTheyGo() {
        MountOptions options =
                MountOptions.parse(List.of("nosuid", "noexec", "ro", "mode=755", "size=64k", "newinstance", "rslave"));

        assertThat(options.set())
                .isEqualTo(MountAttribute.NO_SUID.bits()
                        | MountAttribute.NO_EXEC.bits()
                        | MountAttribute.READ_ONLY.bits());
        assertThat(options.data()).containsExactly("mode=755", "size=64k", "newinstance");
        assertThat(options.propagation()).contains(Propagation.SLAVE);
        assertThat(options.propagatesTree()).isTrue();
        assertThat(options.bind()).isFalse();
    }

    @Test
    void theLastWordCounts() {
        assertThat(MountOptions.parse(List.of("ro", "rw")).readOnly()).isFalse();
        assertThat(MountOptions.parse(List.of("rw", "ro")).readOnly()).isTrue();
        assertThat(MountOptions.parse(List.of("rw")).clear()).isEqualTo(MountAttribute.READ_ONLY.bits());
    }

    @Test
    void anAccessTimeIsAChoiceOfOne() {
        MountOptions options = MountOptions.parse(List.of("noatime", "strictatime"));

        assertThat(options.set()).isEqualTo(MountAttribute.STRICT_ATIME.bits());
        assertThat(options.clear()).isEqualTo(0x70);
    }

    @Test
    void aLeadingRMeansTheWholeTree() {
        MountOptions options = MountOptions.parse(List.of("rbind", "rro", "rprivate"));

        assertThat(options.recursive()).isTrue();
        assertThat(options.readOnly()).isFalse();
        assertThat(options.recursiveSet()).isEqualTo(MountAttribute.READ_ONLY.bits());
    }
}
