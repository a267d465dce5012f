/* A file system as CIFS or exFAT is: nobody changes permissions (CHMOD_FAILS). And a witness of what is made durable:
   each fsync's path is added to the file FSYNC_LOG. For LD_PRELOAD in tests. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuses(void) { return getenv("CHMOD_FAILS") != NULL; }

int chmod(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "chmod");
    if (refuses()) { errno = EPERM; return -1; }
    return real(path, mode);
}

int fchmod(int file, mode_t mode) {
    int (*real)(int, mode_t) = dlsym(RTLD_NEXT, "fchmod");
    if (refuses()) { errno = EPERM; return -1; }
    return real(file, mode);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
    int (*real)(int, const char *, mode_t, int) = dlsym(RTLD_NEXT, "fchmodat");
    if (refuses()) { errno = EPERM; return -1; }
    return real(folder, path, mode, flags);
}

int fsync(int file) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    const char *log = getenv("FSYNC_LOG");
    if (log != NULL) {
        char link[64], path[4096];
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        ssize_t length = readlink(link, path, sizeof path - 1);
        int out = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
        if (length > 0 && out >= 0) {
            path[length] = '\n';
            if (write(out, path, (size_t)length + 1) < 0) abort();
            close(out);
        }
    }
    return real(file);
}
