/* pty-line.c - a serial line made of pseudo-terminals, held for a test.
 *
 * Use: pty-line         the terminal's end is file descriptor 3, a socket
 *      pty-line --far   the terminal's end is a second pseudo-terminal
 *
 * Prints the path of the browser's end, and with --far that of the terminal's end, one a line. Then takes one
 * command a line on standard input and answers each with one line:
 *
 *   hangup     closes the browser's pseudo-terminal, as when the cable is pulled out: "ok"
 *   renew      makes another one: its path
 *   mark HEX   sends these bytes without doubling FF, which forges parity errors and breaks: "ok"
 *
 * Bytes handed over before a command are passed on before it is obeyed. Ends with its standard input.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct pty { int master, slave; };
struct flow { int *from, *to; char bytes[4096]; ssize_t held; }; /* one direction of the line */

static struct pty browser_end = {-1, -1}, terminal_end = {3, -1};
static struct flow to_browser = {.from = &terminal_end.master, .to = &browser_end.master};
static struct flow to_terminal = {.from = &browser_end.master, .to = &terminal_end.master};

/* The slave stays open here, so that the other side can open and close it freely. */
static void open_pty(struct pty *pty) {
    struct termios raw;
    pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pty->master < 0 || grantpt(pty->master) || unlockpt(pty->master)) err(1, "pseudo-terminal");
    pty->slave = open(ptsname(pty->master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pty->slave < 0 || tcgetattr(pty->slave, &raw)) err(1, "%s", ptsname(pty->master));
    cfmakeraw(&raw);
    tcsetattr(pty->slave, TCSANOW, &raw);
    printf("%s\n", ptsname(pty->master));
}

static void hang_up(struct pty *pty) {
    close(pty->slave);
    close(pty->master);
    pty->slave = pty->master = -1;
    to_browser.held = to_terminal.held = 0;
}

static void nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

/* Moves what can be moved at once. Bytes for a line that is hung up are lost, as on a cable. */
static void move(struct flow *flow) {
    for (;;) {
        if (!flow->held) flow->held = read(*flow->from, flow->bytes, sizeof flow->bytes);
        if (flow->held == 0) *flow->from = -1; /* the test closed its end */
        if (flow->held <= 0) break;
        ssize_t sent = *flow->to < 0 ? flow->held : write(*flow->to, flow->bytes, flow->held);
        if (sent < 0) return; /* full: the rest stays held */
        memmove(flow->bytes, flow->bytes + sent, flow->held -= sent);
    }
    flow->held = 0;
}

static void mark(const char *hex) {
    struct termios before, unmarked;
    unsigned byte;
    tcgetattr(browser_end.slave, &before);
    unmarked = before;
    unmarked.c_iflag &= ~PARMRK;
    tcsetattr(browser_end.slave, TCSANOW, &unmarked);
    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        if (write(browser_end.master, &(unsigned char){byte}, 1) != 1) err(1, "mark");
    usleep(20000); /* the kernel passes a pseudo-terminal's data on from a work queue */
    tcsetattr(browser_end.slave, TCSANOW, &before);
}

static void obey(char *command) {
    command[strcspn(command, "\n")] = 0;
    move(&to_browser);
    if (!strcmp(command, "renew")) {
        open_pty(&browser_end);
        nonblocking(browser_end.master);
        return;
    }
    if (!strcmp(command, "hangup")) hang_up(&browser_end);
    else if (!strncmp(command, "mark ", 5)) mark(command + 5);
    else errx(2, "unknown command: %s", command);
    puts("ok");
}

static struct pollfd watch(const struct flow *flow) {
    return (struct pollfd){.fd = flow->held ? *flow->to : *flow->from, .events = flow->held ? POLLOUT : POLLIN};
}

int main(int argc, char **argv) {
    char command[4096];
    setlinebuf(stdout);
    open_pty(&browser_end);
    if (argc > 1 && !strcmp(argv[1], "--far")) open_pty(&terminal_end);
    nonblocking(browser_end.master);
    nonblocking(terminal_end.master);
    for (;;) {
        struct pollfd ready[] = {{.fd = 0, .events = POLLIN}, watch(&to_browser), watch(&to_terminal)};
        if (poll(ready, 3, -1) < 0) err(1, "poll");
        move(&to_browser);
        move(&to_terminal);
        if (!ready[0].revents) continue;
        /* One command at a time is outstanding, so a whole line is there and nothing beyond it. */
        if (!fgets(command, sizeof command, stdin)) return 0;
        obey(command);
    }
}
