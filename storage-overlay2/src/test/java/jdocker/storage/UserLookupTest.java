package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserLookupTest {
    private static final UserLookup LOOKUP = UserLookup.of("""
            root:x:0:0:root:/root:/bin/sh
            daemon:x:1:1::/usr/sbin:/bin/false
            app:x:1000:1000:an app:/home/app:/bin/sh
            4294967296:x:0:0::/root:/bin/sh
            99999999999999999999:x:0:0::/:/bin/sh
            7:x:0:0::/:/bin/sh
            broken:x:notanumber:0::/:/bin/sh
            huge:x:4294967296:0::/:/bin/sh
            short
            """, """
            root:x:0:root
            wheel:x:10:root,app
            staff:x:50:app
            app:x:1000:
            8:x:0:
            bad:x:x:root
            """);

    @ParameterizedTest(name = "''{0}'' is {1}:{2} in groups {3}")
    @CsvSource({
        "'', 0, 0, 0 10",
        "root, 0, 0, 0 10",
        "app, 1000, 1000, 1000 10 50",
        "1000, 1000, 1000, 1000 10 50",
        "app:, 1000, 1000, 1000 10 50",
        "app:staff, 1000, 50, 50",
        "app:77, 1000, 77, 77",
        "4321, 4321, 0, 0",
        "4321:staff, 4321, 50, 50",
        "7, 7, 0, 0",
        "7:8, 7, 8, 8",
        ":staff, 0, 50, 50",
        "2147483647:2147483647, 2147483647, 2147483647, 2147483647",
        "0001000, 1000, 1000, 1000 10 50",
    })
    void findsUsersAsRuncDoes(String spec, long uid, long gid, String groups) {
        UserIdentity user = LOOKUP.resolve(spec, List.of());
        assertThat(user.uid()).isEqualTo(uid);
        assertThat(user.gid()).isEqualTo(gid);
        assertThat(user.groups())
                .containsExactlyElementsOf(
                        List.of(groups.split(" ")).stream().map(Long::valueOf).toList());
    }

    @Test
    void tellsHomeAndName() {
        assertThat(LOOKUP.resolve("app", List.of()).home()).isEqualTo("/home/app");
        assertThat(LOOKUP.resolve("app", List.of()).name()).isEqualTo("app");
        assertThat(LOOKUP.resolve("4321", List.of()).home()).isEqualTo("/");
    }

    @Test
    void addsFurtherGroups() {
        assertThat(LOOKUP.resolve("4321", List.of("staff", "99", "wheel", "99")).groups())
                .containsExactly(0L, 50L, 99L, 10L);
        assertThatThrownBy(() -> LOOKUP.resolve("app", List.of("nosuch")))
                .isInstanceOf(UnknownUser.class)
                .hasMessage("Unable to find group nosuch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4294967296",
                "99999999999999999999",
                "-1",
                "2147483648",
                "app:4294967296",
                "18446744073709551616",
                "0:-1"
            })
    void numbersBeyondTheRangeAreNeverNames(String spec) {
        assertThatThrownBy(() -> LOOKUP.resolve(spec, List.of()))
                .isInstanceOf(UnknownUser.class)
                .hasMessage("uids and gids must be in range 0-2147483647");
    }

    @Test
    void saysInDockersWordsWhoIsMissing() {
        assertThatThrownBy(() -> LOOKUP.resolve("nobody", List.of()))
                .hasMessage("unable to find user nobody: no matching entries in passwd file");
        assertThatThrownBy(() -> LOOKUP.resolve("app:nosuch", List.of()))
                .hasMessage("unable to find group nosuch: no matching entries in group file");
        for (String badLine : List.of("broken", "huge", "short", "٣")) {
            assertThatThrownBy(() -> LOOKUP.resolve(badLine, List.of())).isInstanceOf(UnknownUser.class);
        }
    }
}
