#include "core/iso.h"

#include <stddef.h>
#include <time.h>

#include "core/clock.h"

/* What is left of a text that is being read. */
struct reader {
    const char *next;
    bool failed;
};

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/* Exactly `digits` digits. */
static int number(struct reader *reader, int digits, int min, int max) {
    int value = 0;
    for (int i = 0; i < digits && !reader->failed; i++) {
        if (is_digit(*reader->next))
            value = value * 10 + (*reader->next++ - '0');
        else
            reader->failed = true;
    }
    reader->failed = reader->failed || value < min || value > max;
    return value;
}

static bool skip(struct reader *reader, char wanted) {
    if (reader->failed || *reader->next != wanted)
        return false;
    reader->next++;
    return true;
}

static void expect(struct reader *reader, char wanted) {
    reader->failed = !skip(reader, wanted);
}

static int days_in(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static void read_date(struct reader *reader, struct iso_time *time) {
    time->year = number(reader, 4, 1970, 9999);
    expect(reader, '-');
    time->month = number(reader, 2, 1, 12);
    expect(reader, '-');
    time->day = number(reader, 2, 1, reader->failed ? 0 : days_in(time->year, time->month));
}

static int read_fraction(struct reader *reader) {
    int ms = 0, digits = 0;
    for (; is_digit(*reader->next); reader->next++, digits++)
        if (digits < 3)
            ms = ms * 10 + (*reader->next - '0');
    reader->failed = reader->failed || digits == 0 || digits > 9;
    for (; digits < 3; digits++)
        ms *= 10;
    return ms;
}

static void read_time(struct reader *reader, struct iso_time *time) {
    time->has_time = true;
    time->hour = number(reader, 2, 0, 23);
    expect(reader, ':');
    time->minute = number(reader, 2, 0, 59);
    if (!skip(reader, ':'))
        return;
    time->second = number(reader, 2, 0, 59);
    if (skip(reader, '.') || skip(reader, ','))
        time->ms = read_fraction(reader);
}

static void read_offset(struct reader *reader, struct iso_time *time) {
    time->has_offset = true;
    if (skip(reader, 'Z') || skip(reader, 'z'))
        return;
    const int sign = skip(reader, '-') ? -1 : 1;
    if (sign > 0)
        expect(reader, '+');
    const int hours = number(reader, 2, 0, 23);
    (void)skip(reader, ':');
    const int minutes = is_digit(*reader->next) ? number(reader, 2, 0, 59) : 0;
    time->offset = sign * (hours * 60 + minutes);
}

enum status iso_parse(const char *text, struct iso_time *ret_time) {
    struct reader reader = {.next = text, .failed = text == NULL};
    struct iso_time time = {0};
    if (!reader.failed)
        read_date(&reader, &time);
    if (skip(&reader, 'T') || skip(&reader, ' ')) {
        read_time(&reader, &time);
        if (!reader.failed && *reader.next != '\0')
            read_offset(&reader, &time);
    }
    if (reader.failed || *reader.next != '\0')
        return STATUS_INVALID;
    *ret_time = time;
    return STATUS_OK;
}

static struct tm parts(const struct iso_time *time) {
    return (struct tm){.tm_year = time->year - 1900,
                       .tm_mon = time->month - 1,
                       .tm_mday = time->day,
                       .tm_hour = time->hour,
                       .tm_min = time->minute,
                       .tm_sec = time->second,
                       .tm_isdst = -1};
}

int64_t iso_as_utc(const struct iso_time *time) {
    struct tm tm = parts(time);
    return (int64_t)timegm(&tm) * SECOND + time->ms - (int64_t)time->offset * MINUTE;
}

int64_t iso_as_local(const struct iso_time *time) {
    struct tm tm = parts(time);
    return time->has_offset ? iso_as_utc(time) : (int64_t)mktime(&tm) * SECOND + time->ms;
}
