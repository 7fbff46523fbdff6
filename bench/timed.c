// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs one contestant until it has printed its first event.
 *
 *     timed LIMIT_MS SETTLE_MS MARKER COMMAND [ARG...]
 *
 * The command's standard output is a pseudo terminal, as to a person who looks at it: nobody's
 * output waits in a buffer. The time runs from just before exec to the arrival of MARKER. After
 * SETTLE_MS more, with the output read on, memory is looked up, and the command is killed and
 * waited for. Prints "first_us rss_kb peak_kb".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct contestant {
	pid_t pid;
	int terminal;
	int64_t *start; /* shared with the child, which sets it */
};

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	stopped = 1;
}

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void die(const char *what)
{
	fprintf(stderr, "timed: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int open_terminal(int *user_end)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios mode;

	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
		die("no pseudo terminal");
	*user_end = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*user_end < 0 || tcgetattr(*user_end, &mode))
		die("no pseudo terminal");
	cfmakeraw(&mode);
	tcsetattr(*user_end, TCSANOW, &mode);
	return terminal;
}

static void run_child(int user_end, int64_t *start, char **argv)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(null, STDIN_FILENO);
	dup2(user_end, STDOUT_FILENO);
	*start = now_us();
	execvp(argv[0], argv);
	fprintf(stderr, "timed: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void begin(struct contestant *who, char **argv)
{
	int user_end;

	who->start = mmap(NULL, sizeof(*who->start), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (who->start == MAP_FAILED)
		die("no memory");
	who->terminal = open_terminal(&user_end);
	who->pid = fork();
	if (who->pid < 0)
		die("no process");
	if (!who->pid)
		run_child(user_end, who->start, argv);
	close(user_end);
}

/* It and what it started. */
static void finish(struct contestant *who)
{
	kill(-who->pid, SIGKILL);
	kill(who->pid, SIGKILL);
	while (waitpid(who->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(who->terminal);
}

/*
 * Reads until the marker comes, or until the time given where there is none. Returns when that was,
 * 0 if it didn't come, -1 if the command has ended.
 */
static int64_t read_until(struct contestant *who, const char *marker, int64_t end)
{
	struct pollfd ready = { .fd = who->terminal, .events = POLLIN };
	size_t keep = marker ? strlen(marker) - 1 : 0, had = 0;
	char text[16384];
	int64_t now;
	ssize_t got;

	while (!stopped && (now = now_us()) < end) {
		if (poll(&ready, 1, (int)((end - now + 999) / 1000)) <= 0)
			continue;
		got = read(who->terminal, text + had, sizeof(text) - had);
		now = now_us();
		if (got <= 0)
			return -1;
		if (!marker)
			continue;
		had += (size_t)got;
		if (memmem(text, had, marker, keep + 1))
			return now;
		/* it may have come in halves */
		if (had > keep) {
			memmove(text, text + had - keep, keep);
			had = keep;
		}
	}
	return 0;
}

static long status_kb(pid_t pid, const char *field)
{
	char path[64], line[256];
	size_t size = strlen(field);
	long kb = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && kb < 0 && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, field, size) && line[size] == ':')
			kb = strtol(line + size + 1, NULL, 10);
	}
	if (file)
		fclose(file);
	return kb;
}

int main(int argc, char **argv)
{
	struct contestant who;
	int64_t limit, settle, first, end;
	long rss, peak;

	if (argc < 5 || strlen(argv[3]) < 1 || strlen(argv[3]) > 4096) {
		fprintf(stderr, "Usage: timed LIMIT_MS SETTLE_MS MARKER COMMAND [ARG...]\n");
		return 2;
	}
	/* Whoever ends this one, the command is still killed and waited for. */
	signal(SIGTERM, stop);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	limit = atoll(argv[1]) * 1000;
	settle = atoll(argv[2]) * 1000;
	begin(&who, argv + 4);
	first = read_until(&who, argv[3], now_us() + limit);
	end = first > 0 ? read_until(&who, NULL, now_us() + settle) : 0;
	rss = status_kb(who.pid, "VmRSS");
	peak = status_kb(who.pid, "VmHWM");
	finish(&who);
	if (first <= 0 || end < 0 || rss < 0) {
		fprintf(stderr, "timed: %s %s\n", argv[4],
			first == 0 ? "showed no event in time" : "ended by itself");
		return 1;
	}
	printf("%lld %ld %ld\n", (long long)(first - *who.start), rss, peak);
	return 0;
}
