package jdocker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRefTest {
    private static final String SHA = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest(name = "{0} is {1}, shown as {2}")
    @CsvSource({
        "busybox, docker.io/library/busybox, busybox",
        "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
        "library/busybox, docker.io/library/busybox, busybox",
        "docker.io/busybox, docker.io/library/busybox, busybox",
        "index.docker.io/busybox, docker.io/library/busybox, busybox",
        "docker.io/library/busybox:x, docker.io/library/busybox:x, busybox:x",
        "user/app, docker.io/user/app, user/app",
        "library/a/b, docker.io/library/a/b, library/a/b",
        "localhost/app, localhost/app, localhost/app",
        "localhost:5000/app:v1, localhost:5000/app:v1, localhost:5000/app:v1",
        "127.0.0.1:5000/a/b, 127.0.0.1:5000/a/b, 127.0.0.1:5000/a/b",
        "[fd00:1:2::3]:75000/repo, [fd00:1:2::3]:75000/repo, [fd00:1:2::3]:75000/repo",
        "ghcr.io/x/y.z__q-r---s, ghcr.io/x/y.z__q-r---s, ghcr.io/x/y.z__q-r---s",
        "Upper/app, Upper/app, Upper/app",
        "xn--n3h.com/app, xn--n3h.com/app, xn--n3h.com/app",
        "a:_-., docker.io/library/a:_-., a:_-.",
        "deadbeef, docker.io/library/deadbeef, deadbeef",
        "lower:5000, docker.io/library/lower:5000, lower:5000",
    })
    void readsNamesAsDockerDoes(String text, String whole, String familiar) {
        assertThat(ImageRef.parse(text).toString()).isEqualTo(whole);
        assertThat(ImageRef.parse(text).familiar()).isEqualTo(familiar);
        assertThat(ImageRef.parse(whole)).isEqualTo(ImageRef.parse(text));
    }

    @Test
    void readsDigestsBesideTags() {
        ImageRef both = ImageRef.parse("app:v1@" + SHA);
        assertThat(both.tag()).contains("v1");
        assertThat(both.digest()).hasValueSatisfying(d -> assertThat(d).hasToString(SHA));
        assertThat(ImageRef.parse("app@" + SHA).tagged().tag()).isEmpty();
        assertThat(ImageRef.parse("app").tagged().familiar()).isEqualTo("app:latest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "@",
                "/",
                "a/",
                "/a",
                "a//b",
                "a:",
                "a@",
                ":tag",
                "-a",
                "a-",
                "a..b",
                "a___b",
                "a._b",
                "_a",
                "a b",
                "a:b:c",
                "a:.x",
                "a:-x",
                "a@sha256:abc",
                "a@" + "x",
                "é",
                "a/é",
                "http://x/y",
                "ex_ample.com/a",
                "-x.com/a",
                "x-.com/a",
                "x.com:/a",
                "x.com:1a/b",
                "[]/a",
                "[g]/a",
                ".com/a",
                "..",
                "../a",
                "a/../b",
                "a\nb",
                "a\0b",
                "localhost:5000",
                "a:tag@sha256:00",
                "x.com/",
                "٣",
                "a:٣"
            })
    void refusesWhatIsNoName(String text) {
        if (text.equals("localhost:5000")) {
            assertThat(ImageRef.parse(text).familiar()).isEqualTo("localhost:5000"); // an image of that name and tag
            return;
        }
        assertThatThrownBy(() -> ImageRef.parse(text))
                .isInstanceOf(InvalidReference.class)
                .hasMessageContaining("invalid reference format");
        assertThat(ImageRef.tryParse(text)).isEmpty();
    }

    @Test
    void saysWhyInDockersWords() {
        assertThatThrownBy(() -> ImageRef.parse("BusyBox"))
                .hasMessage("invalid reference format: repository name (BusyBox) must be lowercase");
        assertThatThrownBy(() -> ImageRef.parse("a".repeat(64)))
                .hasMessageContaining("cannot specify 64-byte hexadecimal strings");
        assertThatThrownBy(() -> ImageRef.parse("x.com/" + "a".repeat(250)))
                .hasMessage("repository name must not be more than 255 characters");
        assertThatThrownBy(() -> ImageRef.parse("a").withTag("x y")).hasMessage("invalid tag format");
        assertThatThrownBy(() -> ImageRef.parse("a:" + "x".repeat(129))).hasMessage("invalid reference format");
        assertThat(ImageRef.parse("a:" + "x".repeat(128)).tag()).isPresent();
    }
}
