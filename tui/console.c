#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE /* signalfd */
#include "tui/console.h"

#include <curses.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wchar.h>

#include "analyzer/base/arena.h"

enum { ESCAPE_DELAY_MS = 25, WHEEL_LINES = 3 };

struct console {
    SCREEN *terminal;
    FILE *in, *out;
    bool owns_in;
    int signals; /* descriptor */
    sigset_t mask, mask_before;
    bool has_colours, has_pairs, is_taken;
    enum theme_id theme;
};

/* ---- taking and giving back */

static void catch_signals(struct console *console)
{
    static const int caught[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
    sigemptyset(&console->mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&console->mask, caught[i]);
    sigprocmask(SIG_BLOCK, &console->mask, &console->mask_before);
    console->signals = signalfd(-1, &console->mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* curses would put a handler of its own where there is none; stopping is left to the kernel. */
static SCREEN *open_terminal(struct console *console)
{
    signal(SIGTSTP, SIG_IGN);
    SCREEN *terminal = newterm(NULL, console->out, console->in);
    signal(SIGTSTP, SIG_DFL);
    return terminal;
}

static void set_modes(struct console *console)
{
    raw();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    keypad(stdscr, TRUE);
    if (!getenv("ESCDELAY")) /* a slow line may part what belongs together */
        set_escdelay(ESCAPE_DELAY_MS);
    curs_set(0);
    mouseinterval(0);
    console->has_colours = has_colors();
    if (console->has_colours) {
        start_color();
        use_default_colors();
    }
}

struct error *console_create(struct console **ret)
{
    struct console *console = must_allocate(sizeof *console);
    console->out = stdout;
    console->owns_in = !isatty(STDIN_FILENO); /* a log comes from there */
    console->in = console->owns_in ? fopen("/dev/tty", "re") : stdin;
    if (!isatty(STDOUT_FILENO) || !console->in) {
        if (console->owns_in && console->in)
            fclose(console->in);
        free(console);
        return error_create(ERROR_USAGE, "browse needs a terminal; whyoom PATH prints the answer");
    }
    catch_signals(console);
    console->terminal = open_terminal(console);
    if (!console->terminal) {
        const char *kind = getenv("TERM");
        console_destroy(console);
        return error_create(ERROR_USAGE, "browse: nothing is known of the terminal '%s'; set TERM",
                            kind ? kind : "");
    }
    set_modes(console);
    *ret = console;
    return NULL;
}

void console_destroy(struct console *console)
{
    if (!console)
        return;
    if (console->terminal) {
        console_take_mouse(console, false);
        endwin();
        delscreen(console->terminal);
    }
    close(console->signals);
    sigprocmask(SIG_SETMASK, &console->mask_before, NULL);
    if (console->owns_in)
        fclose(console->in);
    free(console);
}

void console_size(const struct console *console, int *rows, int *columns)
{
    (void)console;
    getmaxyx(stdscr, *rows, *columns);
}

bool console_has_colours(const struct console *console)
{
    return console->has_colours;
}

void console_take_mouse(struct console *console, bool is_taken)
{
    if (console->is_taken == is_taken)
        return;
    mousemask(is_taken ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
    console->is_taken = is_taken;
}

void console_redraw(struct console *console)
{
    (void)console;
    clearok(curscr, TRUE);
}

void console_suspend(struct console *console)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    endwin();
    kill(0, SIGTSTP);                      /* the whole job */
    sigprocmask(SIG_UNBLOCK, &stop, NULL); /* here it stops, and goes on */
    sigprocmask(SIG_BLOCK, &stop, NULL);
    console_redraw(console);
    refresh();
}

/* ---- events */

static void resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        resizeterm(size.ws_row, size.ws_col);
}

static enum event_kind take_signal(struct console *console)
{
    struct signalfd_siginfo info;
    if (read(console->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return EVENT_NONE;
    switch (info.ssi_signo) {
    case SIGWINCH:
        resize();
        return EVENT_RESIZE;
    case SIGTSTP:
        return EVENT_SUSPEND;
    case SIGCONT:
        resize();
        return EVENT_RESUMED;
    default:
        return EVENT_END;
    }
}

static struct event key_event(const char *name)
{
    struct event event = {.kind = EVENT_KEY};
    snprintf(event.key, sizeof event.key, "%s", name);
    return event;
}

static struct event mouse_event(void)
{
    MEVENT mouse;
    struct event event = {.kind = EVENT_NONE};
    if (getmouse(&mouse) != OK)
        return event;
    event.row = mouse.y;
    event.column = mouse.x;
    event.kind = mouse.bstate & BUTTON1_PRESSED ? EVENT_CLICK : EVENT_WHEEL;
    event.lines = mouse.bstate & BUTTON4_PRESSED ? -WHEEL_LINES : WHEEL_LINES;
    return event;
}

static const struct {
    wint_t code;
    bool is_function; /* a key of curses, no character */
    const char *name;
} names[] = {
    {KEY_DOWN, true, "Down"},   {KEY_UP, true, "Up"},
    {KEY_LEFT, true, "Left"},   {KEY_RIGHT, true, "Right"},
    {KEY_NPAGE, true, "PgDn"},  {KEY_PPAGE, true, "PgUp"},
    {KEY_HOME, true, "Home"},   {KEY_END, true, "End"},
    {KEY_BTAB, true, "S-Tab"},  {KEY_BACKSPACE, true, "Backspace"},
    {KEY_ENTER, true, "Enter"}, {KEY_F(1), true, "?"},
    {'\r', false, "Enter"},     {'\n', false, "Enter"},
    {'\t', false, "Tab"},       {'\b', false, "Backspace"},
    {127, false, "Backspace"},  {27, false, "Esc"},
    {' ', false, "Space"},
};

static struct event event_of(wint_t code, bool is_function)
{
    char text[MB_LEN_MAX + 1] = "";
    mbstate_t state = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code && names[i].is_function == is_function)
            return key_event(names[i].name);
    if (is_function)
        return (struct event){.kind = EVENT_NONE};
    if (code < 32) {
        snprintf(text, sizeof text, "^%c", (char)(code + '@'));
        return key_event(text);
    }
    size_t length = wcrtomb(text, (wchar_t)code, &state);
    if (length == (size_t)-1)
        return (struct event){.kind = EVENT_NONE};
    text[length] = '\0';
    return key_event(text);
}

/* Nobody is at the other end any more. */
static bool is_closed(struct console *console, short events)
{
    int waiting = 0;
    if (events & (POLLHUP | POLLERR | POLLNVAL))
        return true;
    return events & POLLIN && ioctl(fileno(console->in), FIONREAD, &waiting) == 0 && waiting == 0;
}

struct event console_wait(struct console *console, int timeout_ms)
{
    struct pollfd sources[] = {{.fd = console->signals, .events = POLLIN},
                               {.fd = fileno(console->in), .events = POLLIN}};
    wint_t code;
    int got = get_wch(&code); /* curses may hold what it has read already */
    if (got == ERR && poll(sources, 2, timeout_ms) > 0) {
        if (sources[0].revents)
            return (struct event){.kind = take_signal(console)};
        if (is_closed(console, sources[1].revents))
            return (struct event){.kind = EVENT_END};
        got = get_wch(&code);
    }
    if (got == ERR || (got == KEY_CODE_YES && code == KEY_RESIZE))
        return (struct event){.kind = EVENT_NONE};
    if (got == KEY_CODE_YES && code == KEY_MOUSE)
        return mouse_event();
    return event_of(code, got == KEY_CODE_YES);
}

/* ---- showing */

/* Pair 0 is the terminal's own; a style has the pair behind its number. */
static void set_pairs(struct console *console, enum theme_id theme)
{
    bool is_set = console->has_pairs && console->theme == theme;
    console->theme = theme;
    console->has_pairs = true;
    if (is_set || !console->has_colours)
        return;
    for (int style = 0; style < STYLE_COUNT; style++) {
        struct look look = theme_look(theme_get(theme), (enum style)style);
        init_pair((short)(style + 1), look.foreground, look.background);
    }
}

static attr_t attributes_of(const struct console *console, const struct cell *cell)
{
    struct look look = theme_look(theme_get(console->theme), (enum style)cell->style);
    attr_t attributes = A_NORMAL;
    attributes |= look.is_bold ? A_BOLD : 0;
    attributes |= look.is_dim ? A_DIM : 0;
    attributes |= look.is_underlined ? A_UNDERLINE : 0;
    attributes |= look.is_reverse != cell->is_selected ? A_REVERSE : 0;
    return attributes;
}

/* Each character at its own place: a terminal may think otherwise of how wide one is. */
static void show_cell(const struct console *console, int row, int column, const struct cell *cell)
{
    if (cell->length == 0)
        return;
    attr_set(attributes_of(console, cell), console->has_colours ? (short)(cell->style + 1) : 0,
             NULL);
    mvaddnstr(row, column, cell->text, cell->length);
}

void console_show(struct console *console, const struct screen *screen, enum theme_id theme)
{
    set_pairs(console, theme);
    attr_set(A_NORMAL, 0, NULL);
    erase();
    for (int row = 0; row < screen->rows; row++)
        for (int column = 0; column < screen->columns; column++)
            show_cell(console, row, column, &screen->cells[row * screen->columns + column]);
    refresh();
}
