package jdocker.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints rows as the {@code --format} says: a table, JSON lines, or a template for each row. */
final class Listing {
    private final Output out;
    private final List<Column> columns;
    private final String format;
    private final @Nullable Template template;

    /**
     * Reads the format, so that a mistake in it is found before the daemon is asked.
     *
     * @param columns every field there is, sorted by name
     */
    Listing(Output out, String format, List<Column> columns) {
        this.out = out;
        this.columns = columns;
        this.format = format;
        boolean fixed = format.isEmpty() || format.equals("table") || format.equals("json");
        try {
            template = fixed
                    ? null
                    : Template.ofRows(unescape(isTable() ? format.substring(6).strip() : format));
        } catch (TemplateError e) {
            throw TemplateError.ofList(e);
        }
    }

    private boolean isTable() {
        return format.startsWith("table ");
    }

    static List<String> names(List<Column> columns) {
        List<String> names = new ArrayList<>(columns.size());
        for (Column column : columns) {
            names.add(column.field());
        }
        return names;
    }

    /** @param usual the fields of the plain table */
    void print(List<String> usual, List<? extends TemplateFields> rows) {
        if (template != null) {
            try {
                print(template, rows);
            } catch (TemplateError e) {
                throw TemplateError.ofList(e);
            }
        } else if (format.equals("json")) {
            for (TemplateFields row : rows) {
                StringBuilder line = new StringBuilder();
                row.writeJson(line);
                out.line(line.toString());
            }
        } else {
            table(usual, rows);
        }
    }

    private void print(Template shape, List<? extends TemplateFields> rows) {
        if (!isTable()) {
            for (TemplateFields row : rows) {
                out.line(shape.execute(row));
            }
            return;
        }
        Table table = Table.ofList();
        table.add(shape.header(new Headers()));
        for (TemplateFields row : rows) {
            table.add(shape.execute(row));
        }
        table.print(out);
    }

    private void table(List<String> usual, List<? extends TemplateFields> rows) {
        Table table = Table.ofList();
        String[] headers = new String[usual.size()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = header(usual.get(i));
        }
        table.add(headers);
        for (TemplateFields row : rows) {
            String[] cells = new String[headers.length];
            for (int i = 0; i < cells.length; i++) {
                cells[i] = TemplateText.of(row.field(usual.get(i)));
            }
            table.add(cells);
        }
        table.print(out);
    }

    private String header(String field) {
        for (Column column : columns) {
            if (column.field().equals(field)) {
                return column.header();
            }
        }
        return field;
    }

    /** Shells pass the two characters of an escape on as they are. */
    private static String unescape(String format) {
        return format.replace("\\t", "\t").replace("\\n", "\n");
    }

    private final class Headers implements TemplateFields {
        @Override
        public List<String> names() {
            return Listing.names(columns);
        }

        @Override
        public Object field(String name) {
            return header(name);
        }

        @Override
        public @Nullable Object call(String name, List<@Nullable Object> arguments) {
            if (!name.equals("Label") || arguments.isEmpty()) {
                return null;
            }
            String label = TemplateText.of(arguments.getFirst());
            return label.substring(label.lastIndexOf('.') + 1).replace('-', ' ').replace('_', ' ');
        }
    }
}
