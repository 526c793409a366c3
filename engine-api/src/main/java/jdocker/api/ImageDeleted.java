package jdocker.api;

import org.jspecify.annotations.Nullable;

/** One element of the answer to {@code DELETE /images/{name}}. */
@WireRecord
public record ImageDeleted(
        @OmitNull @Nullable String untagged,
        @OmitNull @Nullable String deleted) {}
