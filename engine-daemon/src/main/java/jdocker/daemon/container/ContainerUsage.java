package jdocker.daemon.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jdocker.api.ContainerSummary;
import jdocker.api.DiskUsage.Usage;
import jdocker.api.DiskUsage.VolumeUsage;
import jdocker.api.WireTime;
import jdocker.daemon.http.ApiVersion;

/** What containers and volumes take of the disk. Walks their files. */
final class ContainerUsage {
    private final Containers containers;
    private final ContainerViews views;
    private final ContainerSizes sizes;
    private final Path volumes;

    ContainerUsage(Containers containers, ContainerViews views, ContainerSizes sizes, Path volumes) {
        this.containers = containers;
        this.views = views;
        this.sizes = sizes;
        this.volumes = volumes;
    }

    List<ContainerSummary> containers() {
        Instant now = Instant.now();
        return containers.all().stream()
                .map(c -> views.summary(c, now, Optional.of(sizes.of(c)), ApiVersion.CURRENT))
                .toList();
    }

    List<VolumeUsage> volumes() {
        if (!Files.isDirectory(volumes)) {
            return List.of();
        }
        var found = new ArrayList<VolumeUsage>();
        try (Stream<Path> all = Files.list(volumes)) {
            for (Path folder : all.sorted().toList()) {
                Path data = folder.resolve("_data");
                if (Files.isDirectory(data)) {
                    found.add(volume(folder.getFileName().toString(), data));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + volumes, e);
        }
        return found;
    }

    private VolumeUsage volume(String name, Path data) throws IOException {
        long users = containers.all().stream()
                .filter(c -> c.mounts().stream().anyMatch(point -> point.name().equals(name)))
                .count();
        Instant created = Files.readAttributes(data, BasicFileAttributes.class)
                .creationTime()
                .toInstant();
        return new VolumeUsage(
                WireTime.format(created),
                "local",
                null,
                data.toString(),
                name,
                null,
                "local",
                new Usage(users, size(data)));
    }

    /** Of a tree that somebody may be changing. */
    private static long size(Path top) throws IOException {
        long[] size = new long[1];
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                size[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
        return size[0];
    }
}
