/* A server of debug information on this machine, asked through debuginfod's own library. */
#define _GNU_SOURCE /* mkdtemp, setenv, unsetenv */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "parsers/types/debuginfo.h"
#include "parsers/types/layout_file.h"

#define HELD "0123456789abcdef0123456789abcdef01234567"
#define NOT_HELD "76543210fedcba9876543210fedcba9876543210"

/* What it gives is a layout: as good as a vmlinux, and as small as a test wants. */
struct server {
    int socket, port;
    unsigned asked;
    char *text;
    size_t length;
    pthread_t thread;
};

static void answer(struct server *server, int client)
{
    char request[4096] = "", head[128];
    size_t used = 0;
    while (used + 1 < sizeof request && !strstr(request, "\r\n\r\n")) {
        ssize_t got = read(client, request + used, sizeof request - 1 - used);
        if (got <= 0)
            return;
        used += (size_t)got;
        request[used] = '\0';
    }
    bool is_held =
        slice_starts(slice_from_string(request), SLICE("GET /buildid/" HELD "/debuginfo "));
    snprintf(head, sizeof head, "HTTP/1.0 %s\r\nContent-Length: %zu\r\n\r\n",
             is_held ? "200 OK" : "404 Not Found", is_held ? server->length : 0);
    server->asked++;
    if (write(client, head, strlen(head)) > 0 && is_held)
        (void)!write(client, server->text, server->length);
}

static void *serve(void *context)
{
    struct server *server = context;
    int client;
    while ((client = accept(server->socket, NULL, NULL)) >= 0) {
        answer(server, client);
        close(client);
    }
    return NULL;
}

static void write_layout(struct server *server)
{
    struct layout *layout = calloc(1, sizeof *layout);
    FILE *stream = open_memstream(&server->text, &server->length);
    layout->origin = LAYOUT_DWARF;
    strcpy(layout->build_id, HELD);
    layout->sizes[STRUCT_LIST_HEAD] = (struct layout_number){true, 0, 16};
    layout_print(layout, stream);
    fclose(stream);
    free(layout);
}

static void start(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *server = (struct server){.socket = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(server->socket, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(server->socket, 4), 0);
    assert_int_equal(getsockname(server->socket, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    write_layout(server);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void stop(struct server *server)
{
    shutdown(server->socket, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->socket);
    free(server->text);
}

/* What was tried last. */
static void keep_outcome(void *context, const char *place, const char *outcome)
{
    snprintf(context, 512, "%s: %s", place, outcome);
}

static bool search(const char *build_id, struct layout *layout, char outcome[512])
{
    struct symbols *symbols = NULL;
    const struct debuginfo_wish wish = {
        .build_id = build_id, .release = "", .tried = keep_outcome, .context = outcome};
    memset(layout, 0, sizeof *layout);
    outcome[0] = '\0';
    bool is_found = debuginfo_search(&wish, layout, &symbols);
    symbols_destroy(symbols);
    return is_found;
}

static void test_debuginfod__is_asked_once_and_its_cache_then(void **state)
{
    struct server server;
    char urls[64], folder[] = "/tmp/whyoom-XXXXXX", outcome[512], command[64];
    struct layout *layout = calloc(1, sizeof *layout);
    (void)state;
    start(&server);
    snprintf(urls, sizeof urls, "http://127.0.0.1:%d", server.port);
    assert_non_null(mkdtemp(folder));
    setenv("DEBUGINFOD_CACHE_PATH", folder, 1);
    setenv("DEBUGINFOD_URLS", urls, 1);
    unsetenv("http_proxy");
    assert_true(search(HELD, layout, outcome));
    assert_int_equal(layout->sizes[STRUCT_LIST_HEAD].value, 16);
    assert_non_null(strstr(outcome, "/" HELD "/debuginfo: taken"));
    assert_int_equal(server.asked, 1);
    assert_false(search(NOT_HELD, layout, outcome));
    assert_string_equal(outcome, "debuginfod: no server has it");
    stop(&server);
    setenv("DEBUGINFOD_URLS", "", 1);
    assert_true(search(HELD, layout, outcome)); /* nobody is there to be asked */
    assert_false(search(NOT_HELD, layout, outcome));
    assert_string_equal(outcome, "debuginfod: DEBUGINFOD_URLS names no server");
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    free(layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_debuginfod__is_asked_once_and_its_cache_then),
    };
    void *library = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_NODELETE);
    if (!library) {
        puts("1..1\nok 1 - debuginfod # SKIP libdebuginfod1 is not installed");
        return 0;
    }
    dlclose(library);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
