package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import jdocker.oci.Digest;

/** The file {@code layer} in a layer's folder: what its content does not tell. */
final class LayerRecord {
    static final String FILE = "layer";

    private LayerRecord() {}

    static byte[] format(Layer layer) {
        String parent = layer.parent().map(p -> "parent " + p + "\n").orElse("");
        String replaced = layer.replaced() ? "replaced yes\n" : "";
        return ("diff-id " + layer.diffId() + "\nsize " + layer.size() + "\ntar-size " + layer.tarSize() + "\n"
                        + replaced + parent)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Empty when it is not what {@link #format} has written. */
    static Optional<Layer> parse(ChainId chainId, byte[] file) {
        Map<String, String> fields = new String(file, StandardCharsets.US_ASCII)
                .lines()
                .map(line -> line.split(" ", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, _) -> a));
        Optional<Digest> diffId = Optional.ofNullable(fields.get("diff-id")).flatMap(Digest::tryParse);
        Optional<ChainId> parent = Optional.ofNullable(fields.get("parent"))
                .flatMap(Digest::tryParse)
                .map(ChainId::new);
        OptionalLong size = number(fields.getOrDefault("size", ""));
        OptionalLong tarSize = number(fields.getOrDefault("tar-size", ""));
        if (diffId.isEmpty() || size.isEmpty() || tarSize.isEmpty()) {
            return Optional.empty();
        }
        boolean replaced = fields.containsKey("replaced");
        var layer = new Layer(chainId, parent, diffId.get(), size.getAsLong(), tarSize.getAsLong(), replaced);
        return ChainId.of(parent, diffId.get()).equals(chainId) ? Optional.of(layer) : Optional.empty();
    }

    private static OptionalLong number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}
