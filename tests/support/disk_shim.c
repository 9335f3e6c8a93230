/* Writes down, in order, everything a process does to the files below one folder; fails calls when told to.
 *
 *   gcc -shared -fPIC -O1 -o disk_shim.so disk_shim.c -ldl -lpthread
 *   SHIM_ROOT=/folder SHIM_LOG=/elsewhere/log SHIM_FAIL=/elsewhere/fail LD_PRELOAD=./disk_shim.so program
 *
 * SHIM_LOG gets records: kind (1 byte), fd (int32), offset (int64), length (int64), bytes. What is written to standard
 * output is a record too: the program's own word that something is durable. SHIM_FAIL, when that file exists, holds
 * "ERRNO TIMES": so many calls that write or sync fail with it. One mutex over each call keeps the order true.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST_FDS 65536
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char watched[MOST_FDS];
static char root[PATH_MAX];
static size_t root_length;
static const char *fail_path;
static int log_fd = -1;

__attribute__((constructor)) static void begin(void)
{
    const char *folder = getenv("SHIM_ROOT"), *file = getenv("SHIM_LOG");
    fail_path = getenv("SHIM_FAIL");
    if (!folder || !realpath(folder, root)) return;
    root_length = strlen(root);
    if (file) log_fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static void put(const void *data, size_t length)
{
    const char *at = data;
    while (length > 0) {
        ssize_t done = syscall(SYS_write, log_fd, at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

static void record(char kind, int fd, int64_t offset, const void *data, int64_t length)
{
    if (log_fd < 0) return;
    char head[21];
    int32_t number = fd;
    head[0] = kind;
    memcpy(head + 1, &number, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    put(head, sizeof head);
    if (length > 0) put(data, (size_t)length);
}

/* The path below the root, or NULL. */
static const char *below(int dirfd, const char *path, char *room)
{
    if (root_length == 0 || !path) return NULL;
    char whole[PATH_MAX * 2];
    if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
    else {
        char folder[PATH_MAX], link[64];
        if (dirfd == AT_FDCWD) { if (!getcwd(folder, sizeof folder)) return NULL; }
        else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
            ssize_t length = readlink(link, folder, sizeof folder - 1);
            if (length < 0) return NULL;
            folder[length] = 0;
        }
        snprintf(whole, sizeof whole, "%s/%s", folder, path);
    }
    if (strncmp(whole, root, root_length) != 0 || (whole[root_length] != '/' && whole[root_length] != 0)) return NULL;
    snprintf(room, PATH_MAX, "%s", whole + root_length);
    return room;
}

static int is_watched(int fd) { return fd >= 0 && fd < MOST_FDS && watched[fd]; }

/* The errno to fail with, or 0; counts down. */
static int failing(void)
{
    if (!fail_path) return 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, fail_path, O_RDWR);
    if (fd < 0) return 0;
    char text[64] = {0};
    int number = 0, times = 0;
    if (syscall(SYS_read, fd, text, sizeof text - 1) > 0) sscanf(text, "%d %d", &number, &times);
    if (times > 0) {
        int length = snprintf(text, sizeof text, "%d %d        ", number, times - 1);
        syscall(SYS_pwrite64, fd, text, (size_t)length, 0);
    } else number = 0;
    syscall(SYS_close, fd);
    return number;
}


static int opened(int dirfd, const char *path, int flags, mode_t mode)
{
    char room[PATH_MAX];
    const char *name = below(dirfd, path, room);
    if (!name) return (int)syscall(SYS_openat, dirfd, path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat status;
    int existed = fstatat(dirfd, path, &status, 0) == 0;
    int fd = (int)syscall(SYS_openat, dirfd, path, flags, mode);
    int error = errno;
    if (fd >= 0 && fd < MOST_FDS) {
        watched[fd] = 1;
        record(existed ? 'o' : 'c', fd, (flags & O_TRUNC) ? 1 : 0, name, (int64_t)strlen(name));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define OPENING(name) \
    int name(const char *path, int flags, ...) \
    { va_list rest; va_start(rest, flags); mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; va_end(rest); \
      return opened(AT_FDCWD, path, flags, mode); }
#define OPENING_AT(name) \
    int name(int dirfd, const char *path, int flags, ...) \
    { va_list rest; va_start(rest, flags); mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; va_end(rest); \
      return opened(dirfd, path, flags, mode); }
OPENING(open) OPENING(open64) OPENING_AT(openat) OPENING_AT(openat64)
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd)
{
    if (!is_watched(fd)) return (int)syscall(SYS_close, fd);
    pthread_mutex_lock(&lock);
    watched[fd] = 0;
    record('x', fd, 0, NULL, 0);
    int result = (int)syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return result;
}

static ssize_t written(int fd, const void *data, size_t length, int64_t offset)
{
    if (fd == 1 && log_fd >= 0) {
        pthread_mutex_lock(&lock);
        record('s', fd, 0, data, (int64_t)length);
        ssize_t done = syscall(SYS_write, fd, data, length);
        pthread_mutex_unlock(&lock);
        return done;
    }
    if (!is_watched(fd)) return offset < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, offset);
    pthread_mutex_lock(&lock);
    int error = failing();
    ssize_t done = -1;
    if (!error) {
        int64_t at = offset;
        if (offset < 0) {
            struct stat status;
            int flags = fcntl(fd, F_GETFL);
            at = (flags & O_APPEND) && fstat(fd, &status) == 0 ? status.st_size : lseek(fd, 0, SEEK_CUR);
        }
        done = offset < 0 ? syscall(SYS_write, fd, data, length) : syscall(SYS_pwrite64, fd, data, length, offset);
        error = errno;
        if (done > 0) record('w', fd, at, data, done);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return written(fd, data, length, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (!is_watched(fd)) return syscall(SYS_writev, fd, parts, count);
    ssize_t total = 0;
    for (int part = 0; part < count; part++) {
        ssize_t done = written(fd, parts[part].iov_base, parts[part].iov_len, -1);
        if (done < 0) return total ? total : -1;
        total += done;
        if ((size_t)done < parts[part].iov_len) break;
    }
    return total;
}

static int cut(int fd, int64_t length)
{
    if (!is_watched(fd)) return (int)syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_ftruncate, fd, length);
    int error = errno;
    if (result == 0) record('t', fd, length, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }
int posix_fallocate(int fd, off_t offset, off_t length) { (void)fd; (void)offset; (void)length; return EOPNOTSUPP; }
int posix_fallocate64(int fd, off64_t offset, off64_t length) { (void)fd; (void)offset; (void)length; return EOPNOTSUPP; }
int fallocate(int fd, int mode, off_t offset, off_t length) { (void)fd; (void)mode; (void)offset; (void)length; errno = EOPNOTSUPP; return -1; }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { (void)fd; (void)mode; (void)offset; (void)length; errno = EOPNOTSUPP; return -1; }

static int synced(int fd, long call)
{
    if (!is_watched(fd)) return (int)syscall(call, fd);
    pthread_mutex_lock(&lock);
    int error = failing(), result = -1;
    if (!error) {
        result = (int)syscall(call, fd);
        error = errno;
        if (result == 0) record('f', fd, 0, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

static int renamed(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
    char room_a[PATH_MAX], room_b[PATH_MAX], both[PATH_MAX * 2 + 1];
    const char *a = below(from_fd, from, room_a), *b = below(to_fd, to, room_b);
    if (!a || !b) return (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, flags);
    int error = errno;
    if (result == 0) {
        size_t length = strlen(a) + 1;
        memcpy(both, a, length);
        memcpy(both + length, b, strlen(b));
        record('r', -1, (int64_t)length, both, (int64_t)(length + strlen(b)));
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }

static int named(char kind, long call, int dirfd, const char *path, long extra)
{
    char room[PATH_MAX];
    const char *name = below(dirfd, path, room);
    if (!name) return (int)syscall(call, dirfd, path, extra);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(call, dirfd, path, extra);
    int error = errno;
    if (result == 0) record(kind, -1, 0, name, (int64_t)strlen(name));
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}
int unlink(const char *path) { return named('u', SYS_unlinkat, AT_FDCWD, path, 0); }
int unlinkat(int dirfd, const char *path, int flags)
{ return named(flags & AT_REMOVEDIR ? 'd' : 'u', SYS_unlinkat, dirfd, path, flags); }
int rmdir(const char *path) { return named('d', SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path)
{
    struct stat status;
    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode)) return rmdir(path);
    return unlink(path);
}
int mkdir(const char *path, mode_t mode) { return named('m', SYS_mkdirat, AT_FDCWD, path, (long)mode); }
int mkdirat(int dirfd, const char *path, mode_t mode) { return named('m', SYS_mkdirat, dirfd, path, (long)mode); }
