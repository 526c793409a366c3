package jdocker.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mount as asked for with {@code --mount}. */
@WireRecord
public record MountSpec(
        @OmitEmpty String type,
        @OmitEmpty String source,
        @OmitEmpty String target,
        @OmitEmpty boolean readOnly,
        @OmitEmpty String consistency,
        @OmitEmpty @Nullable BindOptions bindOptions,
        @OmitEmpty @Nullable VolumeOptions volumeOptions,
        @OmitEmpty @Nullable ImageOptions imageOptions,
        @OmitEmpty @Nullable TmpfsOptions tmpfsOptions,
        @OmitNull @Nullable Empty clusterOptions) {
    public MountSpec {
        type = Wire.text(type);
        source = Wire.text(source);
        target = Wire.text(target);
        consistency = Wire.text(consistency);
    }

    /** How a path of the host is bound. */
    @WireRecord
    public record BindOptions(
            @OmitEmpty String propagation,
            @OmitEmpty boolean nonRecursive,
            @OmitEmpty boolean createMountpoint,
            @OmitEmpty boolean readOnlyNonRecursive,
            @OmitEmpty boolean readOnlyForceRecursive) {
        public BindOptions {
            propagation = Wire.text(propagation);
        }
    }

    /** How a volume is made and mounted. */
    @WireRecord
    public record VolumeOptions(
            @OmitEmpty boolean noCopy,
            @OmitEmpty @Nullable Map<String, String> labels,
            @OmitEmpty String subpath,
            @OmitEmpty @Nullable DriverConfig driverConfig) {
        public VolumeOptions {
            labels = Wire.nullable(labels);
            subpath = Wire.text(subpath);
        }
    }

    /** The driver of a volume. */
    @WireRecord
    public record DriverConfig(
            @OmitEmpty String name, @OmitEmpty @Nullable Map<String, String> options) {
        public DriverConfig {
            name = Wire.text(name);
            options = Wire.nullable(options);
        }
    }

    /** Which part of an image is mounted. */
    @WireRecord
    public record ImageOptions(@OmitEmpty String subpath) {
        public ImageOptions {
            subpath = Wire.text(subpath);
        }
    }

    /** Size in bytes and mode of a tmpfs. */
    @WireRecord
    public record TmpfsOptions(
            @OmitEmpty long sizeBytes,
            @OmitEmpty int mode,
            @OmitEmpty @Nullable List<List<String>> options) {
        public TmpfsOptions {
            options = Wire.nullable(options);
        }
    }
}
