/* What Rust's code for Android asks of Android's C library and musl does not have, so that it can be run on this machine.
   It is not bionic: nothing is logged, no property is set, and a struct that the two lay out differently (what a name
   resolves to, a signal's action) is not put right. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int *__errno(void) { return &errno; }

void android_set_abort_message(const char *message) { (void)message; }

int __android_log_write(int priority, const char *tag, const char *text) {
  (void)priority, (void)tag, (void)text;
  return 0;
}

int __system_property_get(const char *name, char *value) {
  (void)name;
  *value = 0;
  return 0;
}

off_t lseek64(int file, off_t offset, int whence) { return lseek(file, offset, whence); }

/* Thread-local variables as Android's compilers lower them: each has a number, each thread a table by number. The tables
   of threads that ended are not freed: tests are short. */
typedef struct {
  uintptr_t size, align, number;
  const void *initial;
} variable;

typedef struct {
  uintptr_t length;
  void **values;
} table;

static uintptr_t numbers;
static pthread_mutex_t numbering = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local table mine;

static uintptr_t number_of(variable *it) {
  uintptr_t number = __atomic_load_n(&it->number, __ATOMIC_ACQUIRE);
  if (number) return number;
  pthread_mutex_lock(&numbering);
  if (!it->number) __atomic_store_n(&it->number, ++numbers, __ATOMIC_RELEASE);
  number = it->number;
  pthread_mutex_unlock(&numbering);
  return number;
}

static void *made(const variable *it) {
  void *value = NULL;
  uintptr_t align = it->align < sizeof(void *) ? sizeof(void *) : it->align;
  if (posix_memalign(&value, align, it->size ? it->size : 1)) abort();
  if (it->initial) memcpy(value, it->initial, it->size);
  else memset(value, 0, it->size);
  return value;
}

void *__emutls_get_address(variable *it) {
  uintptr_t number = number_of(it);
  if (number > mine.length) {
    uintptr_t length = number + 32;
    mine.values = realloc(mine.values, length * sizeof(void *));
    if (!mine.values) abort();
    memset(mine.values + mine.length, 0, (length - mine.length) * sizeof(void *));
    mine.length = length;
  }
  void **value = &mine.values[number - 1];
  if (!*value) *value = made(it);
  return *value;
}
