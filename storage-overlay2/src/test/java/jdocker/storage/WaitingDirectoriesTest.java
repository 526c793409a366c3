package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingDirectoriesTest {
    private static final List<byte[]> PATHS = List.of(new byte[100], new byte[100]);

    @Test
    void layersThatWaitTogetherShareWhatThereIs() {
        var waiting = new WaitingDirectories(1000);
        WaitingDirectories.Place first = waiting.take(PATHS);
        WaitingDirectories.Place second = waiting.take(PATHS);
        assertThatThrownBy(() -> waiting.take(PATHS))
                .isInstanceOf(RefusedArchive.class)
                .hasMessageContaining("no entry of their own");
        first.close();
        first.close();
        WaitingDirectories.Place third = waiting.take(PATHS);
        assertThatThrownBy(() -> waiting.take(PATHS)).isInstanceOf(RefusedArchive.class);
        third.close();
        second.close();
    }
}
