"""How does a web process stop? It finishes what it has, and those who come after are refused at once, not kept waiting.

Gunicorn's own threaded worker stops taking calls but keeps its listening socket until the last of its requests is
done: meanwhile the kernel goes on taking connections that nobody will answer, and resets them in the end.
"""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Takes what is already waiting, then lets go of the socket. The last process to do so closes it."""

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            taken = -1
            while taken != self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()
