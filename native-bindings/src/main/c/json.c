#include "json.h"

/* How many bytes the character takes that this byte begins; 0 if none begins so. */
static u32 utf8_length(u8 first) {
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The second byte has a narrower range where longer forms, surrogates or too large numbers would begin. */
static bool second_is_good(u8 first, u8 second) {
    u8 low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    u8 high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

/* The length of the valid character at the start, 0 if there is none. */
static u32 utf8_valid(const u8 *text, u32 length) {
    u32 wanted = utf8_length(text[0]);
    if (wanted == 0 || wanted > length || (wanted > 1 && !second_is_good(text[0], text[1]))) {
        return 0;
    }
    for (u32 i = 2; i < wanted; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return wanted;
}

u32 utf8_unfinished(const u8 *text, u32 length) {
    for (u32 back = 1; back <= 3 && back <= length; back++) {
        u8 byte = text[length - back];
        if ((byte & 0xc0) != 0x80) {
            return utf8_length(byte) > back && (back < 2 || second_is_good(byte, text[length - back + 1])) ? back : 0;
        }
    }
    return 0;
}

u8 *json_raw(u8 *to, const char *text) {
    while (*text) {
        *to++ = (u8)*text++;
    }
    return to;
}

static u8 *escape_ascii(u8 *to, u8 byte) {
    static const char digits[] = "0123456789abcdef";
    switch (byte) {
    case '"':
    case '\\':
        *to++ = '\\';
        *to++ = byte;
        return to;
    case '\n':
        return json_raw(to, "\\n");
    case '\r':
        return json_raw(to, "\\r");
    default:
        to = json_raw(to, "\\u00");
        *to++ = (u8)digits[byte >> 4];
        *to++ = (u8)digits[byte & 15];
        return to;
    }
}

/* <, > and & are escaped because Go does so by default, and readers compare. */
static bool is_plain(u8 byte) {
    return byte >= ' ' && byte != '"' && byte != '\\' && byte != '<' && byte != '>' && byte != '&';
}

/* U+2028 and U+2029 end lines in JavaScript, so Go writes them escaped. */
static bool is_line_separator(const u8 *text, u32 size) {
    return size == 3 && text[0] == 0xe2 && text[1] == 0x80 && (text[2] & 0xfe) == 0xa8;
}

static u8 *escape_wide(u8 *to, const u8 *text, u32 size) {
    if (size == 0) {
        return json_raw(to, "\\ufffd");
    }
    if (is_line_separator(text, size)) {
        return json_raw(to, text[2] == 0xa8 ? "\\u2028" : "\\u2029");
    }
    memcpy(to, text, size);
    return to + size;
}

u8 *json_escape(u8 *to, const u8 *from, u32 length) {
    const u8 *end = from + length;
    while (from < end) {
        if (*from < 0x80) {
            if (is_plain(*from)) {
                *to++ = *from++;
            } else {
                to = escape_ascii(to, *from++);
            }
            continue;
        }
        u32 size = utf8_valid(from, (u32)(end - from));
        to = escape_wide(to, from, size);
        from += size ? size : 1;
    }
    return to;
}

static u8 *decimal(u8 *to, u32 value, int digits) {
    for (int i = digits - 1; i >= 0; i--) {
        to[i] = (u8)('0' + value % 10);
        value /= 10;
    }
    return to + digits;
}

/* Days since 1970 as a date: years are counted from March, so that the leap day comes last. */
static u8 *json_date(u8 *to, i64 days) {
    i64 shifted = days + 719468;
    i64 era = shifted / 146097;
    u32 day_of_era = (u32)(shifted - era * 146097);
    u32 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    u32 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    u32 march_month = (5 * day_of_year + 2) / 153;
    u32 month = march_month < 10 ? march_month + 3 : march_month - 9;
    u32 year = (u32)(era * 400) + year_of_era + (month <= 2);
    to = decimal(to, year, 4);
    *to++ = '-';
    to = decimal(to, month, 2);
    *to++ = '-';
    return decimal(to, day_of_year - (153 * march_month + 2) / 5 + 1, 2);
}

static u8 *fraction(u8 *to, u32 nanoseconds) {
    if (nanoseconds == 0) {
        return to;
    }
    *to = '.';
    to = decimal(to + 1, nanoseconds, 9);
    while (to[-1] == '0') {
        to--;
    }
    return to;
}

u8 *json_time(u8 *to, struct timestamp time) {
    u32 second = (u32)(time.seconds % 86400);
    *to++ = '"';
    to = json_date(to, time.seconds / 86400);
    *to++ = 'T';
    to = decimal(to, second / 3600, 2);
    *to++ = ':';
    to = decimal(to, second / 60 % 60, 2);
    *to++ = ':';
    to = decimal(to, second % 60, 2);
    to = fraction(to, (u32)time.nanoseconds);
    *to++ = 'Z';
    *to++ = '"';
    return to;
}
