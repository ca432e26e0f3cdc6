/* Give a fuzz target every file named on the command line, without a fuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/target.h"

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    rewind(file);
    uint8_t *data = malloc(size ? size : 1);
    int status = fread(data, 1, size, file) == size ? LLVMFuzzerTestOneInput(data, size) : 1;
    fclose(file);
    free(data);
    return status;
}

int main(int count, char **paths)
{
    int status = 0;
    for (int i = 1; i < count; i++)
        status |= replay(paths[i]);
    return status;
}
