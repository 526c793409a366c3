package jdocker.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jdocker.api.WireTime;
import jdocker.image.Compression;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.HistoryEntry;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;
import jdocker.oci.LayerDigests;
import jdocker.oci.RunConfig;
import jdocker.storage.StagedLayer;

/** Makes an image of a root file system in a tar. */
final class ImageImport {
    private final ImageContent content;

    ImageImport(ImageContent content) {
        this.content = content;
    }

    /**
     * @param changes instructions of a Dockerfile, such as {@code CMD ["sh"]}
     * @return the image's id
     */
    String run(
            InputStream body, Optional<ImageRef> name, String message, List<String> changes, WantedPlatform platform) {
        RunConfig run = ConfigChanges.apply(RunConfig.builder().build(), changes);
        try (StagedLayer layer = content.layers().stage(Compression.unpack(body))) {
            ImageConfig config = config(layer, run, message, platform);
            var files = new ImageContent.New(Json.write(config), List.of(layer));
            return content.add(files, (tx, image) -> {
                name.ifPresent(ref -> {
                    tx.put(ImageTag.ALL, ImageLibrary.key(ref), new ImageTag(image.id(), Instant.now()));
                    tx.append(ImageEvents.of(image.id(), config, "tag", ref.familiar()));
                });
                tx.append(ImageEvents.of(image.id(), config, "import", image.id()));
                return image.id();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ImageConfig config(StagedLayer layer, RunConfig run, String message, WantedPlatform platform) {
        String created = WireTime.format(Instant.now());
        return ImageConfig.builder()
                .architecture(platform.architecture())
                .os(platform.os())
                .variant(platform.variant().orElse(null))
                .created(created)
                .comment(message)
                .config(run)
                .rootfs(LayerDigests.of(List.of(layer.diffId())))
                .history(List.of(new HistoryEntry(created, null, null, message, null)))
                .build();
    }
}
