package jdocker.cli;

import org.jspecify.annotations.Nullable;

/** The order of template values. */
final class TemplateComparison {
    private TemplateComparison() {}

    static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        return compare(a, b) == 0;
    }

    static int compare(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number left && b instanceof Number right) {
            return isWhole(left) && isWhole(right)
                    ? Long.compare(left.longValue(), right.longValue())
                    : Double.compare(left.doubleValue(), right.doubleValue());
        }
        if (a instanceof String left && b instanceof String right) {
            return left.compareTo(right);
        }
        if (a instanceof Boolean left && b instanceof Boolean right) {
            return Boolean.compare(left, right);
        }
        throw TemplateError.executing("error calling eq: incompatible types for comparison");
    }

    private static boolean isWhole(Number number) {
        return !(number instanceof Double) && !(number instanceof java.math.BigDecimal);
    }
}
