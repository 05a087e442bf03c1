# Runs a command as the foreground job of a terminal of its own and says what a shell there would see.
# argv[1]: {"argv": [...], "steps": [{"wait": "ready", "send": "\x03"}, ...], "cwd": ..., "env": {...}}; a step without
# "wait" waits until the job has stopped, and continues it. Prints {"output", "exit" or "signal", "stops": [...]}.
import fcntl, json, os, pty, select, signal, sys, termios

job = json.loads(sys.argv[1])
reports, report = os.pipe()
resume, resumes = os.pipe()
leader, terminal = pty.fork()
if leader == 0:
    # The session's leader plays the shell: only a group that a living parent of another group watches can be stopped.
    os.close(reports)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        for number in (signal.SIGTTOU, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.setpgid(0, 0)
        fd = os.open('/dev/tty', os.O_RDWR)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU])
        os.tcsetpgrp(fd, os.getpid())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTTOU])
        os.closerange(3, 64)
        if job.get('cwd'):
            os.chdir(job['cwd'])
        os.execve(job['argv'][0], job['argv'], job['env'])
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        os.write(report, (json.dumps([os.WIFSTOPPED(status) and os.WSTOPSIG(status) or 0, status]) + '\n').encode())
        if not os.WIFSTOPPED(status):
            os._exit(0)
        os.read(resume, 1)
        os.killpg(child, signal.SIGCONT)

os.close(report)
output, steps, stops, end, seen = b'', list(job['steps']), [], None, 0
watched = [terminal, reports]
while watched:
    for fd in select.select(watched, [], [])[0]:
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b''
        if not data:
            watched.remove(fd)
        elif fd == terminal:
            output += data
        else:
            for line in data.decode().splitlines():
                stop, status = json.loads(line)
                if stop:
                    stops.append(stop)
                    if steps and 'wait' not in steps[0]:
                        steps.pop(0)
                    os.write(resumes, b'x')
                else:
                    end = status
    if steps and 'wait' in steps[0]:
        at = output.find(steps[0]['wait'].encode(), seen)
        if at >= 0:
            seen = at + 1
            os.write(terminal, steps.pop(0)['send'].encode())
os.waitpid(leader, 0)
answer = {'output': output.decode(errors='replace'), 'stops': stops}
if os.WIFSIGNALED(end):
    answer['signal'] = os.WTERMSIG(end)
else:
    answer['exit'] = os.WEXITSTATUS(end)
print(json.dumps(answer))
