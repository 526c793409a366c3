package jdocker.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One line of the streams of load, import, pull, push and build. */
@WireRecord
public record ProgressMessage(
        @JsonProperty("stream") @OmitNull @Nullable String stream,
        @JsonProperty("status") @OmitNull @Nullable String status,
        @JsonProperty("progressDetail") @OmitNull @Nullable Progress progressDetail,
        @JsonProperty("progress") @OmitNull @Nullable String progress,
        @JsonProperty("id") @OmitNull @Nullable String id,
        @JsonProperty("error") @OmitNull @Nullable String error,
        @JsonProperty("errorDetail") @OmitNull @Nullable ErrorDetail errorDetail,
        @JsonProperty("aux") @OmitNull @Nullable Object aux) {

    /** How far it is; bytes unless units says otherwise. */
    @WireRecord
    public record Progress(
            @JsonProperty("current") @OmitEmpty long current,
            @JsonProperty("total") @OmitEmpty long total,
            @JsonProperty("start") @OmitEmpty long start,
            @JsonProperty("hidecounts") @OmitEmpty boolean hideCounts,
            @JsonProperty("units") @OmitEmpty String units) {
        public Progress {
            units = Wire.text(units);
        }
    }

    /** What went wrong, in the stream. */
    @WireRecord
    public record ErrorDetail(
            @JsonProperty("code") @OmitEmpty int code,
            @JsonProperty("message") String message) {
        public ErrorDetail {
            message = Wire.text(message);
        }
    }
}
