package jdocker.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A finished plan.
 *
 * @param bytes what the shim reads
 * @param steps what the bytes say, to explain a failure
 */
record Plan(byte[] bytes, Map<Phase, List<Step>> steps) {
    Plan {
        steps = Map.copyOf(steps);
    }

    /** The step that the shim reports by number; the number behind the last stands for the end of the phase. */
    Optional<Step> find(Phase phase, int index) {
        List<Step> list = steps.getOrDefault(phase, List.of());
        return index >= 0 && index < list.size() ? Optional.of(list.get(index)) : Optional.empty();
    }
}
