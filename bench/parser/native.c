/*
 * PostgreSQL's own parser as libpg_query gives it: the raw parse alone, its tree built and thrown away.
 *
 *   native STATEMENTS <rounds >answers
 *
 * STATEMENTS: for each a length of four bytes, little-endian, the text and a zero byte. A line of the input is a number of seconds;
 * the answer to it is how often all statements were parsed, the nanoseconds of processor time for that, and how many were accepted.
 */
#include <pg_query.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Exported, but declared only in headers that the package does not have. */
typedef struct {
    void *tree;
    char *stderr_buffer;
    PgQueryError *error;
} RawParse;
typedef void *MemoryContext;

MemoryContext pg_query_enter_memory_context(void);
void pg_query_exit_memory_context(MemoryContext);
RawParse pg_query_raw_parse(const char *, int);

static int64_t processor_time(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int parse(const char *text)
{
    MemoryContext context = pg_query_enter_memory_context();
    RawParse result = pg_query_raw_parse(text, 0);
    int accepted = result.error == NULL;
    /* These two are not the context's. */
    free(result.stderr_buffer);
    if (result.error)
        pg_query_free_parse_result((PgQueryParseResult){.error = result.error});
    pg_query_exit_memory_context(context);
    return accepted;
}

static char *read_all(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0 || ftell(file) <= 0)
        return NULL;
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    size_t read = bytes ? fread(bytes, 1, *size, file) : 0;
    fclose(file);
    return read == *size ? bytes : NULL;
}

int main(int count, char **arguments)
{
    size_t size;
    char *bytes = count == 2 ? read_all(arguments[1], &size) : NULL;
    if (!bytes) {
        fprintf(stderr, "usage: native STATEMENTS\n");
        return 2;
    }

    double seconds;
    while (scanf("%lf", &seconds) == 1) {
        int64_t start = processor_time(), used;
        long passes = 0, accepted;
        do {
            accepted = 0;
            for (size_t at = 0; at < size;) {
                uint32_t length = (uint8_t)bytes[at] | (uint8_t)bytes[at + 1] << 8 | (uint8_t)bytes[at + 2] << 16 | (uint32_t)(uint8_t)bytes[at + 3] << 24;
                accepted += parse(bytes + at + 4);
                at += 4 + (size_t)length + 1;
            }
            passes++;
            used = processor_time() - start;
        } while (used < seconds * 1e9);
        printf("%ld %lld %ld\n", passes, (long long)used, accepted);
        fflush(stdout);
    }
    return 0;
}
