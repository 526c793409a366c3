package jdocker.daemon.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdocker.api.ContainerConfig;
import jdocker.api.WireJson;
import jdocker.api.WireTime;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.image.ImageRef;
import jdocker.image.WantedPlatform;
import jdocker.oci.Digest;
import jdocker.oci.HistoryEntry;
import jdocker.oci.ImageConfig;
import jdocker.oci.Json;
import jdocker.oci.LayerDigests;
import jdocker.oci.MalformedJson;
import jdocker.oci.RunConfig;
import jdocker.storage.ChainId;
import jdocker.storage.StagedLayer;
import jdocker.storage.UnarchivableTree;
import org.jspecify.annotations.Nullable;

/** Makes an image of a container. */
public final class ImageCommitting {
    /** Of a tar that holds nothing. */
    private static final Digest EMPTY =
            Digest.parse("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

    private static final ObjectMapper WIRE = WireJson.newMapper();

    private final ImageContent content;
    private final ImageConfigs configs;

    ImageCommitting(ImageContent content, ImageConfigs configs) {
        this.content = content;
        this.configs = configs;
    }

    /**
     * What becomes an image.
     *
     * @param parentImage id of the image that the container stands on; empty for none
     * @param wanted what the image's configuration shall say in the container's place, as far as it says something
     * @param name what to call it
     * @param changes instructions of a Dockerfile
     */
    public record Source(
            String containerId,
            String parentImage,
            Optional<String> topLayer,
            ContainerConfig container,
            Optional<ContainerConfig> wanted,
            Optional<ImageRef> name,
            String author,
            String comment,
            List<String> changes) {}

    /** The image's id. */
    String commit(Source source) {
        RunConfig own = runConfig(source.container);
        RunConfig wanted = source.wanted.map(ImageCommitting::runConfig).orElse(own);
        RunConfig run = merged(ConfigChanges.apply(wanted, source.changes), own);
        Optional<ChainId> base = source.topLayer.map(Digest::parse).map(ChainId::new);
        Set<ChainId> held = base.map(Set::of).orElse(Set.of());
        try (ContentLease lease = content.lease(Set.of(), held);
                StagedLayer layer = content.layers().stage(source.containerId, base)) {
            boolean empty = layer.diffId().equals(EMPTY);
            ImageConfig config = config(source, run, own, empty ? Optional.empty() : Optional.of(layer.diffId()));
            var files = new ImageContent.New(
                    written(config),
                    lease.layers().stream().findFirst(),
                    empty ? List.of() : List.of(layer),
                    Optional.empty(),
                    List.of());
            return content.add(files, (tx, image) -> {
                Image child = source.parentImage.isEmpty() ? image : image.withParent(source.parentImage);
                tx.put(Image.ALL, child.id(), child);
                tx.append(ImageEvents.of(image.id(), config, "create", image.id()));
                source.name.ifPresent(ref -> {
                    tx.put(ImageTag.ALL, ImageLibrary.key(ref), new ImageTag(image.id(), Instant.now()));
                    tx.append(ImageEvents.of(image.id(), config, "tag", ref.familiar()));
                });
                return image.id();
            });
        } catch (UnarchivableTree e) {
            throw new InvalidRequest("container " + source.containerId + " cannot become an image: " + e.getMessage());
        }
    }

    private ImageConfig config(Source source, RunConfig run, RunConfig own, Optional<Digest> added) {
        Optional<ImageConfig> parent =
                content.snapshot().get(Image.ALL, source.parentImage).map(configs::of);
        String created = WireTime.format(Instant.now());
        var history = new ArrayList<>(parent.map(ImageConfig::history).orElse(List.of()));
        history.add(new HistoryEntry(
                created,
                String.join(" ", own.cmd()),
                nullIfEmpty(source.author),
                nullIfEmpty(source.comment),
                added.isEmpty() ? true : null));
        var diffIds = new ArrayList<>(content.diffIds(source.topLayer));
        added.ifPresent(diffIds::add);
        WantedPlatform host = WantedPlatform.host();
        return ImageConfig.builder()
                .architecture(parent.map(ImageConfig::architecture).orElse(host.architecture()))
                .os(parent.map(ImageConfig::os).orElse(host.os()))
                .variant(parent.map(ImageConfig::variant).orElse(null))
                .created(created)
                .author(nullIfEmpty(source.author))
                .container(source.containerId)
                .containerConfig(own)
                .config(run)
                .rootfs(LayerDigests.of(diffIds))
                .history(history)
                .build();
    }

    /** What could not be read again would stand in the way of every list of images. */
    private static byte[] written(ImageConfig config) {
        byte[] document = Json.write(config);
        try {
            Json.read(document, ImageConfig.class);
            return document;
        } catch (MalformedJson e) {
            throw new InvalidRequest("the container cannot become an image: its configuration is " + e.getMessage());
        }
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Docker's rules: what the image's configuration leaves open comes from the container's. */
    private static RunConfig merged(RunConfig wanted, RunConfig own) {
        RunConfig.Builder merged = wanted.toBuilder();
        if (isEmpty(wanted.user())) {
            merged.user(own.user());
        }
        if (isEmpty(wanted.workingDir())) {
            merged.workingDir(own.workingDir());
        }
        if (wanted.cmd().isEmpty() && wanted.entrypoint().isEmpty()) {
            merged.cmd(own.cmd());
        }
        if (wanted.entrypoint().isEmpty()) {
            merged.entrypoint(own.entrypoint());
        }
        if (wanted.healthCheck() == null) {
            merged.healthCheck(own.healthCheck());
        }
        merged.exposedPorts(both(own.exposedPorts(), wanted.exposedPorts()));
        merged.volumes(both(own.volumes(), wanted.volumes()));
        merged.labels(both(own.labels(), wanted.labels()));
        merged.env(environment(wanted.env(), own.env()));
        return merged.build();
    }

    private static <T> Map<String, T> both(Map<String, T> weaker, Map<String, T> stronger) {
        var all = new LinkedHashMap<>(weaker);
        all.putAll(stronger);
        return all;
    }

    private static List<String> environment(List<String> wanted, List<String> own) {
        var all = new ArrayList<>(wanted);
        Set<String> names = Set.copyOf(
                wanted.stream().map(ImageCommitting::variable).distinct().toList());
        own.stream().filter(text -> !names.contains(variable(text))).forEach(all::add);
        return all;
    }

    private static String variable(String assignment) {
        int equals = assignment.indexOf('=');
        return equals < 0 ? assignment : assignment.substring(0, equals);
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    /** The same members under the same names. */
    private static RunConfig runConfig(ContainerConfig config) {
        try {
            JsonNode tree = WIRE.valueToTree(config);
            return Json.read(WIRE.writeValueAsBytes(tree), RunConfig.class);
        } catch (MalformedJson e) {
            throw new InvalidRequest("the container cannot become an image: its configuration is " + e.getMessage());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
