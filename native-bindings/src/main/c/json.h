/* Docker's way of writing bytes as a JSON string. */
#pragma once

#include "sys.h"

/* No byte becomes more than \u00xx. */
#define JSON_GROWTH 6

/* Without quotes; the end of what was written. The room must be JSON_GROWTH times the length. */
u8 *json_escape(u8 *to, const u8 *from, u32 length);

/* How many bytes at the end begin a character that is not complete yet: 0 to 3. */
u32 utf8_unfinished(const u8 *text, u32 length);

/* RFC 3339 in UTC with as many decimals as are not 0, in quotes. */
u8 *json_time(u8 *to, struct timestamp time);

u8 *json_raw(u8 *to, const char *text);
