/* The memory that this process has, for programs that watch it. */
#include <stdio.h>
#include <stdlib.h>

/* In pages; the program ends with 2 if the system does not say. */
static long resident(void)
{
    long total = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &total, &pages) != 2)
        exit(2);
    fclose(file);
    return pages;
}
