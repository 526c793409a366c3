package jdocker.cli;

import java.util.ArrayList;
import java.util.List;

/** The value of {@code --gpus}: {@code all}, a count, or {@code device=0,capabilities=compute}. */
final class GpuOption {
    private GpuOption() {}

    static JsonObject parse(String text) {
        String driver = "";
        Object count = null;
        List<String> devices = new ArrayList<>();
        List<String> capabilities = new ArrayList<>(List.of("gpu"));
        JsonObject options = new JsonObject();
        for (String field : Csv.fields(text)) {
            int equals = field.indexOf('=');
            String value = equals < 0 ? field : field.substring(equals + 1);
            switch (equals < 0 ? "count" : field.substring(0, equals)) {
                case "count" -> count = value.equals("all") ? -1L : Values.integer(value);
                case "driver" -> driver = value;
                case "device" -> devices.addAll(List.of(value.split(",")));
                case "capabilities" -> capabilities.addAll(List.of(value.split(",")));
                case "options" -> {
                    for (String option : value.split(",")) {
                        int split = option.indexOf('=');
                        options.with(
                                split < 0 ? option : option.substring(0, split),
                                split < 0 ? "" : option.substring(split + 1));
                    }
                }
                default ->
                    throw new IllegalArgumentException(
                            "unexpected key '" + field.substring(0, equals) + "' in '" + field + "'");
            }
        }
        return new JsonObject()
                .with("Driver", driver)
                .with("Count", count != null ? count : devices.isEmpty() ? 1L : 0L)
                .with("DeviceIDs", devices.isEmpty() ? null : devices)
                .with("Capabilities", List.of(capabilities))
                .with("Options", options);
    }
}
