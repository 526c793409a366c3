package jdocker.kernel;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A test that asks the real kernel, hence needs root with CAP_SYS_ADMIN; skipped elsewhere, with the reason. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(KernelTest.NeedsRoot.class)
public @interface KernelTest {

    /** Reads the effective capabilities, because uid 0 in an unprivileged container can do little. */
    final class NeedsRoot implements ExecutionCondition {
        private static final long CAP_SYS_ADMIN = 1L << 21;

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return (effectiveCapabilities() & CAP_SYS_ADMIN) != 0
                    ? ConditionEvaluationResult.enabled("runs with CAP_SYS_ADMIN")
                    : ConditionEvaluationResult.disabled("needs root with CAP_SYS_ADMIN");
        }

        private static long effectiveCapabilities() {
            try (var lines = Files.lines(Path.of("/proc/self/status"))) {
                return lines.filter(line -> line.startsWith("CapEff:"))
                        .map(line -> Long.parseUnsignedLong(
                                line.substring("CapEff:".length()).strip(), 16))
                        .findFirst()
                        .orElse(0L);
            } catch (IOException e) {
                return 0;
            }
        }
    }
}
