package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an image runs on. */
@WireRecord
public record OciPlatform(
        @JsonProperty("architecture") String architecture,
        @JsonProperty("os") String os,
        @JsonProperty("os.version") @OmitEmpty String osVersion,
        @JsonProperty("os.features") @OmitEmpty @Nullable List<String> osFeatures,
        @JsonProperty("variant") @OmitEmpty String variant) {
    public OciPlatform {
        architecture = Wire.text(architecture);
        os = Wire.text(os);
        osVersion = Wire.text(osVersion);
        osFeatures = Wire.nullable(osFeatures);
        variant = Wire.text(variant);
    }
}
