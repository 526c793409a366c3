package jdocker.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to run, as the OCI runtime specification 1.2 says it ({@code config.json}); the one interface between daemon and runtime. */
public record RuntimeSpec(
        String ociVersion,
        @Nullable OciProcess process,
        @Nullable Root root,
        @Nullable String hostname,
        @Nullable String domainname,
        List<OciMount> mounts,
        @Nullable Hooks hooks,
        Map<String, String> annotations,
        @Nullable Linux linux,
        @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {
    public RuntimeSpec {
        ociVersion = Absent.text(ociVersion);
        mounts = Absent.list(mounts);
        annotations = Absent.map(annotations);
        unknown = Absent.map(unknown);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds these values. */
    public Builder toBuilder() {
        var builder = new Builder();
        builder.ociVersion = ociVersion;
        builder.process = process;
        builder.root = root;
        builder.hostname = hostname;
        builder.domainname = domainname;
        builder.mounts = mounts;
        builder.hooks = hooks;
        builder.annotations = annotations;
        builder.linux = linux;
        builder.unknown = unknown;
        return builder;
    }

    /** Collects the parts; what is not set is absent. */
    public static final class Builder {
        private String ociVersion = Absent.text(null);
        private @Nullable OciProcess process;
        private @Nullable Root root;
        private @Nullable String hostname;
        private @Nullable String domainname;
        private List<OciMount> mounts = Absent.list(null);
        private @Nullable Hooks hooks;
        private Map<String, String> annotations = Absent.map(null);
        private @Nullable Linux linux;
        private Map<String, JsonNode> unknown = Absent.map(null);

        private Builder() {}

        public Builder ociVersion(String ociVersion) {
            this.ociVersion = ociVersion;
            return this;
        }

        public Builder process(@Nullable OciProcess process) {
            this.process = process;
            return this;
        }

        public Builder root(@Nullable Root root) {
            this.root = root;
            return this;
        }

        public Builder hostname(@Nullable String hostname) {
            this.hostname = hostname;
            return this;
        }

        public Builder domainname(@Nullable String domainname) {
            this.domainname = domainname;
            return this;
        }

        public Builder mounts(List<OciMount> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder hooks(@Nullable Hooks hooks) {
            this.hooks = hooks;
            return this;
        }

        public Builder annotations(Map<String, String> annotations) {
            this.annotations = annotations;
            return this;
        }

        public Builder linux(@Nullable Linux linux) {
            this.linux = linux;
            return this;
        }

        public RuntimeSpec build() {
            return new RuntimeSpec(
                    ociVersion, process, root, hostname, domainname, mounts, hooks, annotations, linux, unknown);
        }
    }
}
