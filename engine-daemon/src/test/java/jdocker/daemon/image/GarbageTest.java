package jdocker.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jdocker.image.PartialBlobs;
import jdocker.kernel.KernelTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Room is made of what nobody uses, and what comes into use meanwhile is left alone. */
@KernelTest
class GarbageTest extends ImageServerTest {
    private ImageGarbage garbage;

    @BeforeEach
    void wantRoom() throws IOException {
        garbage = new ImageGarbage(images, PartialBlobs.open(root), root, new ImageGarbage.Watermarks(0, 0));
        load("app:v1");
        post("/images/load", ArchiveBytes.saved(ArchiveBytes.config("", ONE), "base:v1", ONE));
    }

    @AfterEach
    void close() {
        garbage.close();
    }

    /** After the first question what there is to remove is known. */
    private void meanwhile(Runnable work) {
        users.afterwards = () -> {
            users.afterwards = () -> {};
            work.run();
        };
    }

    private List<String> collected() {
        var removed = new ArrayList<String>();
        garbage.collect(false, Long.MAX_VALUE).forEach(item -> removed.add(item.id()));
        return removed;
    }

    @Test
    void unusedImagesGoTheOldestFirst() throws IOException {
        assertThat(garbage.collect(true, Long.MAX_VALUE)).hasSize(2);
        assertThat(collected()).hasSize(2).startsWith(ID);
        assertThat(get("/images/json")).isEmpty();
        assertThat(layers.layers()).isEmpty();
    }

    @Test
    void anImageFromWhichAContainerWasMadeMeanwhileStays() throws IOException {
        meanwhile(() -> users.uses.put(ID, new ImageUsers.Use("c0ffee000001", false, 1)));
        assertThat(collected()).hasSize(1).doesNotContain(ID);
        assertThat(get("/images/app:v1/json").get("Id").asText()).isEqualTo(ID);
    }

    @Test
    void anImageThatGotAnotherNameMeanwhileStays() throws IOException {
        meanwhile(() -> images.tag("app:v1", jdocker.image.ImageRef.parse("kept:v1")));
        assertThat(collected()).hasSize(1).doesNotContain(ID);
        assertThat(get("/images/kept:v1/json").get("RepoTags")).hasSize(2);
    }

    @Test
    void anImageThatWasRemovedMeanwhileIsPassedOver() throws IOException {
        meanwhile(() -> images.remove("app:v1", false, true));
        assertThat(collected()).hasSize(1).doesNotContain(ID);
        assertThat(get("/images/json")).isEmpty();
    }
}
