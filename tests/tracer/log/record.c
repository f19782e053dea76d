/* Writes down, in order, what a process does to the files of a folder: for the replay of power cuts.
 *
 * Preloaded into the program of power.py. A record is: operation (1 byte), file (1 byte), offset (8), length (8),
 * data. Operations: W write, T truncate, S sync, N new or opened file (data: its name), U removed, A acknowledged (data). The
 * folder is RECORD_UNDER, the record goes to RECORD_TO. Shared memory (-shm) need not survive and is left out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static signed char file_of[65536]; /* 0: not ours, else number + 1 */
static char names[100][512];
static int known;

static void put(char operation, int file, uint64_t offset, uint64_t length, const void *data, uint64_t held) {
    unsigned char head[18];
    head[0] = operation;
    head[1] = (unsigned char)file;
    memcpy(head + 2, &offset, 8);
    memcpy(head + 10, &length, 8);
    syscall(SYS_write, out, head, sizeof head);
    if (held) syscall(SYS_write, out, data, held);
}

static void opened(int fd, const char *path) {
    const char *under = getenv("RECORD_UNDER");
    if (fd < 0 || fd >= 65536 || !under || strncmp(path, under, strlen(under))) return;
    const char *name = strrchr(path, '/') + 1;
    size_t length = strlen(name);
    if (length > 4 && !strcmp(name + length - 4, "-shm")) return;
    if (strstr(name, "-queue") || strstr(name, "run_")) return;
    pthread_mutex_lock(&lock);
    if (out < 0) out = syscall(SYS_openat, AT_FDCWD, getenv("RECORD_TO"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    int file = 0;
    while (file < known && strcmp(names[file], name)) file++;
    if (file == known) {
        strcpy(names[known++], name);
        put('N', file, 0, length, name, length);
    }
    file_of[fd] = file + 1;
    pthread_mutex_unlock(&lock);
}

static int open_as(const char *path, int flags, mode_t mode) {
    int fd = syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    opened(fd, path);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    return open_as(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more);
    return open_as(path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < 65536) file_of[fd] = 0;
    return syscall(SYS_close, fd);
}

int unlink(const char *path) {
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    const char *under = getenv("RECORD_UNDER");
    if (!done && under && !strncmp(path, under, strlen(under))) {
        const char *name = strrchr(path, '/') + 1;
        pthread_mutex_lock(&lock);
        for (int file = 0; file < known; file++)
            if (!strcmp(names[file], name)) put('U', file, 0, 0, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

static int ours(int fd) { return fd >= 0 && fd < 65536 ? file_of[fd] : 0; }

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    int file = ours(fd);
    if (!file) return syscall(SYS_pwrite64, fd, data, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = syscall(SYS_pwrite64, fd, data, length, offset);
    if (done > 0) put('W', file - 1, offset, done, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    if (fd == 999 && getenv("RECORD_TO") && out >= 0) { /* what the program acknowledges */
        pthread_mutex_lock(&lock);
        put('A', 0, 0, length, data, length);
        pthread_mutex_unlock(&lock);
        return length;
    }
    int file = ours(fd);
    if (!file) return syscall(SYS_write, fd, data, length);
    pthread_mutex_lock(&lock);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_write, fd, data, length);
    if (done > 0) put('W', file - 1, at, done, data, done);
    pthread_mutex_unlock(&lock);
    return done;
}

static int cut(int fd, off64_t length) {
    int file = ours(fd);
    if (!file) return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int done = syscall(SYS_ftruncate, fd, length);
    if (!done) put('T', file - 1, length, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

static int synced(int fd, long call) {
    int file = ours(fd);
    int done = syscall(call, fd);
    if (file && !done) {
        pthread_mutex_lock(&lock);
        put('S', file - 1, 0, 0, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
