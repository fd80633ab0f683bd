/* fake-tty.c - what a pseudo-terminal cannot do, done in the browser process.
 *
 * Build: cc -shared -fPIC -O2 -o fake-tty.so fake-tty.c
 * Use:   LD_PRELOAD="/abs/fake-udev.so /abs/fake-tty.so" FAKE_UDEV_DIR=/abs/dir chromium ...
 *
 * A pty forces 8 data bits without parity and has no modem lines. This wraps ioctl() for pty slaves:
 *   $FAKE_UDEV_DIR/.ptsN.host    written here: the settings asked for and the host's DTR, RTS, break
 *   $FAKE_UDEV_DIR/.ptsN.device  read here: the names of the lines the device raises (cts dsr dcd ri)
 */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <linux/termios.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct { tcflag_t cflag; speed_t baud; int lines, brk; } host[256]; /* by pty number */

static int pty_number(int fd) {
    char link[32], path[32];
    int n = -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len < 0) return -1;
    path[len] = 0;
    return sscanf(path, "/dev/pts/%d", &n) == 1 && n < 256 ? n : -1;
}

static FILE *state(int n, const char *who, const char *mode) {
    char path[4096];
    const char *d = getenv("FAKE_UDEV_DIR");
    snprintf(path, sizeof path, "%s/.pts%d.%s", d ? d : "/nonexistent", n, who);
    return fopen(path, mode);
}

static int report(int n) {
    FILE *f = state(n, "host", "we");
    if (!f) return 0;
    tcflag_t c = host[n].cflag;
    fprintf(f, "baud=%u bits=%d parity=%s stop=%d rtscts=%d dtr=%d rts=%d break=%d\n",
            host[n].baud, (c & CSIZE) == CS7 ? 7 : 8,
            !(c & PARENB) ? "none" : c & PARODD ? "odd" : "even", c & CSTOPB ? 2 : 1,
            !!(c & CRTSCTS), !!(host[n].lines & TIOCM_DTR), !!(host[n].lines & TIOCM_RTS),
            host[n].brk);
    fclose(f);
    return 0;
}

static int device_lines(int n) {
    char word[16];
    int bits = 0;
    FILE *f = state(n, "device", "re");
    while (f && fscanf(f, "%15s", word) == 1)
        bits |= !strcmp(word, "cts") ? TIOCM_CTS : !strcmp(word, "dsr") ? TIOCM_DSR
              : !strcmp(word, "dcd") ? TIOCM_CAR : !strcmp(word, "ri") ? TIOCM_RNG : 0;
    if (f) fclose(f);
    return bits;
}

int ioctl(int fd, unsigned long req, ...) {
    va_list ap;
    va_start(ap, req);
    void *arg = va_arg(ap, void *);
    va_end(ap);
    int n = -1;
    switch (req) {
    case TCSETS2: case TIOCMGET: case TIOCMBIS: case TIOCMBIC: case TIOCSBRK: case TIOCCBRK:
    case TIOCEXCL:
        n = pty_number(fd);
    }
    if (n >= 0) switch (req) {
    case TIOCEXCL: /* the open: DTR and RTS rise; a pty would stay exclusive after its close */
        memset(&host[n], 0, sizeof host[n]);
        host[n].lines = TIOCM_DTR | TIOCM_RTS;
        return 0;
    case TIOCMGET: *(int *)arg = host[n].lines | device_lines(n); return 0;
    case TIOCMBIS: host[n].lines |= *(int *)arg; return report(n);
    case TIOCMBIC: host[n].lines &= ~*(int *)arg; return report(n);
    case TIOCSBRK: case TIOCCBRK: host[n].brk = req == TIOCSBRK; return report(n);
    case TCSETS2:
        if (syscall(SYS_ioctl, fd, req, arg) < 0) return -1;
        struct termios2 now; /* the kernel drops size and parity but works out the speed */
        syscall(SYS_ioctl, fd, TCGETS2, &now);
        host[n].cflag = ((struct termios2 *)arg)->c_cflag;
        host[n].baud = now.c_ospeed;
        return report(n);
    }
    return syscall(SYS_ioctl, fd, req, arg);
}
