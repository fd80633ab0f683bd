/* fake-udev.c - stand-in for libudev: shows pseudo-terminals to Chromium as serial ports.
 *
 * Build: cc -shared -fPIC -O2 -o fake-udev.so fake-udev.c
 * Use:   LD_PRELOAD=/abs/fake-udev.so FAKE_UDEV_DIR=/abs/dir chromium ...
 *
 * Each entry of $FAKE_UDEV_DIR is one port; make it a symlink to the pty slave. The directory is
 * watched with inotify, so creating a link plugs a port in and removing it unplugs the port.
 * The entry's name is NAME, or NAME,VID,PID[,SERIAL] (hex ids) for a port that claims to be USB.
 * Only the functions that Chromium 156 imports are here.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/types.h>
#include <unistd.h>

#define SYS "/sys/devices/fake_udev/tty/" /* syspath = SYS + entry name; never opened */

struct udev { int unused; };
struct udev_list_entry { struct udev_list_entry *next; char name[PATH_MAX]; };
struct udev_enumerate { int hidden; struct udev_list_entry *list; };
struct udev_monitor { int fd, hidden; };
struct udev_device {
    const char *action;
    char syspath[PATH_MAX], devnode[PATH_MAX], major[12], minor[12];
    char ids[NAME_MAX + 1], *name, *vid, *pid, *serial; /* the last four point into ids */
};

static const char *dir(void) {
    const char *d = getenv("FAKE_UDEV_DIR");
    return d ? d : "/nonexistent";
}

/* Chromium accepts a tty only if its device number belongs to a driver that /proc/tty/drivers
 * calls "serial"; borrow the first such number (4:64, ttyS0, on most kernels). */
static void serial_devnum(char *major, char *minor) {
    char line[256], maj[12], min[12], type[32];
    strcpy(major, "4");
    strcpy(minor, "64");
    FILE *f = fopen("/proc/tty/drivers", "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%*s %*s %11s %11[0-9]%*s %31s", maj, min, type) == 3 ||
            sscanf(line, "%*s %*s %11s %11[0-9] %31s", maj, min, type) == 3)
            if (!strcmp(type, "serial")) {
                strcpy(major, maj);
                strcpy(minor, min);
                break;
            }
    if (f) fclose(f);
}

static struct udev_device *new_device(const char *entry, const char *action) {
    struct udev_device *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->action = action;
    snprintf(d->syspath, sizeof d->syspath, SYS "%s", entry);
    snprintf(d->devnode, sizeof d->devnode, "%s/%s", dir(), entry);
    snprintf(d->ids, sizeof d->ids, "%s", entry);
    serial_devnum(d->major, d->minor);
    char *rest = d->ids;
    d->name = strsep(&rest, ",");
    d->vid = strsep(&rest, ",");
    d->pid = strsep(&rest, ",");
    d->serial = strsep(&rest, ",");
    return d;
}

/* --- context --- */
struct udev *udev_new(void) { return calloc(1, sizeof(struct udev)); }
void udev_unref(struct udev *u) { free(u); }

/* --- devices --- */
struct udev_device *udev_device_new_from_syspath(struct udev *u, const char *path) {
    return strncmp(path, SYS, strlen(SYS)) ? NULL : new_device(path + strlen(SYS), NULL);
}
struct udev_device *udev_device_new_from_devnum(struct udev *u, char t, dev_t n) { return NULL; }
struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *u, const char *s,
                                                           const char *n) { return NULL; }
void udev_device_unref(struct udev_device *d) { free(d); }
const char *udev_device_get_action(struct udev_device *d) { return d->action; }
const char *udev_device_get_devnode(struct udev_device *d) { return d->devnode; }
const char *udev_device_get_devtype(struct udev_device *d) { return NULL; }
const char *udev_device_get_driver(struct udev_device *d) { return NULL; }
const char *udev_device_get_subsystem(struct udev_device *d) { return "tty"; }
const char *udev_device_get_sysname(struct udev_device *d) { return d->name; }
const char *udev_device_get_syspath(struct udev_device *d) { return d->syspath; }
const char *udev_device_get_sysattr_value(struct udev_device *d, const char *k) { return NULL; }
struct udev_device *udev_device_get_parent(struct udev_device *d) { return NULL; }
struct udev_device *udev_device_get_parent_with_subsystem_devtype(struct udev_device *d,
    const char *s, const char *t) { return NULL; }
struct udev_list_entry *udev_device_get_properties_list_entry(struct udev_device *d) {
    return NULL;
}
const char *udev_device_get_property_value(struct udev_device *d, const char *k) {
    if (!strcmp(k, "MAJOR")) return d->major;
    if (!strcmp(k, "MINOR")) return d->minor;
    if (!strcmp(k, "DEVNAME")) return d->devnode;
    if (!strcmp(k, "SUBSYSTEM")) return "tty";
    if (!strcmp(k, "ID_VENDOR_ID")) return d->vid;
    if (!strcmp(k, "ID_MODEL_ID")) return d->pid;
    if (!strcmp(k, "ID_MODEL_ENC")) return d->vid ? d->name : NULL;
    if (!strcmp(k, "ID_SERIAL_SHORT")) return d->serial;
    return NULL;
}

/* --- enumeration: everything in the directory, unless another subsystem was asked for --- */
struct udev_enumerate *udev_enumerate_new(struct udev *u) {
    return calloc(1, sizeof(struct udev_enumerate));
}
int udev_enumerate_add_match_subsystem(struct udev_enumerate *e, const char *s) {
    e->hidden = s && strcmp(s, "tty");
    return 0;
}
int udev_enumerate_scan_devices(struct udev_enumerate *e) {
    DIR *d = e->hidden ? NULL : opendir(dir());
    for (struct dirent *f; d && (f = readdir(d));) {
        if (f->d_name[0] == '.') continue;
        struct udev_list_entry *i = calloc(1, sizeof *i);
        snprintf(i->name, sizeof i->name, SYS "%s", f->d_name);
        i->next = e->list;
        e->list = i;
    }
    if (d) closedir(d);
    return 0;
}
struct udev_list_entry *udev_enumerate_get_list_entry(struct udev_enumerate *e) { return e->list; }
struct udev_list_entry *udev_list_entry_get_next(struct udev_list_entry *i) { return i->next; }
const char *udev_list_entry_get_name(struct udev_list_entry *i) { return i->name; }
void udev_enumerate_unref(struct udev_enumerate *e) {
    for (struct udev_list_entry *i = e->list, *n; i; i = n) n = i->next, free(i);
    free(e);
}

/* --- hotplug: the monitor's descriptor is an inotify descriptor on the directory --- */
struct udev_monitor *udev_monitor_new_from_netlink(struct udev *u, const char *name) {
    struct udev_monitor *m = calloc(1, sizeof *m);
    m->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return m;
}
int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *m, const char *s,
                                                    const char *t) {
    m->hidden = s && strcmp(s, "tty");
    return 0;
}
int udev_monitor_enable_receiving(struct udev_monitor *m) {
    if (!m->hidden)
        inotify_add_watch(m->fd, dir(), IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM);
    return 0;
}
int udev_monitor_get_fd(struct udev_monitor *m) { return m->fd; }
struct udev_device *udev_monitor_receive_device(struct udev_monitor *m) {
    union { struct inotify_event ev; char raw[sizeof(struct inotify_event) + NAME_MAX + 1]; } b;
    /* Take exactly one event, as the caller waits for the descriptor between calls: a read that
     * is too short for the next event fails with EINVAL, so grow it one step at a time. */
    ssize_t n = -1;
    for (size_t size = sizeof b.ev; size <= sizeof b; size += sizeof b.ev)
        if ((n = read(m->fd, b.raw, size)) >= 0 || errno != EINVAL) break;
    if (n <= 0 || !b.ev.len || b.ev.name[0] == '.') return NULL;
    return new_device(b.ev.name, b.ev.mask & (IN_CREATE | IN_MOVED_TO) ? "add" : "remove");
}
void udev_monitor_unref(struct udev_monitor *m) {
    close(m->fd);
    free(m);
}
