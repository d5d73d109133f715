"""The one thread that writes: turns and due rows, each in its own savepoint, committed together,
then let go."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from helpline.base.errors import NotSaved
from helpline.base.ports import Clock, Store
from helpline.engine.leader import Leader
from helpline.engine.periodic import PeriodicWork
from helpline.engine.signs import OFTEN, PROOF, SELDOM, Signs
from helpline.engine.wakeup import Wakeup
from helpline.engine.work_queue import Job, Work, WorkQueue, answer
from helpline.inbound.poll import InboxPoll
from helpline.messaging.rows import Claimed
from helpline.messaging.sender import Question, Sender
from helpline.town.town import Town
from helpline.town.tx import Tx

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_FOR_OTHERS = 0.2  # seconds between looks whether another process wrote, where nobody tells us
GATHER = 0.005  # seconds that what a sender brought back waits for what the others bring
PATIENCE = (
    20.0  # seconds a web request waits for its commit before the provider is told to try again
)


@dataclass(slots=True)
class _Round:
    """What one cycle did besides the work submitted to it."""

    worked: int = 0
    beat: bool = False  # signs of life went into the tables ...
    signed: bool = False  # ... or beside them
    claimed: Sequence[Claimed] = ()
    doubted: Sequence[Question] = ()


class Engine:
    """Owns the connection that writes. `submit` returns once the work is on disk.

    With `periodic` it also does what is due and sends; without, it only carries out what the web
    submits. Unstarted, it works in the caller's thread: `submit` and `settle` run cycles
    themselves.
    """

    def __init__(
        self,
        town: Town,
        open_store: Callable[[], Store],
        clock: Clock,
        periodic: PeriodicWork | None = None,
        tick: float = 1.0,
    ) -> None:
        self._town, self._open_store, self._clock = town, open_store, clock
        self._periodic, self._tick = periodic, tick
        self.inbox_poll = InboxPoll()
        self._jobs = WorkQueue()
        self._wake = Wakeup()
        self._thread: threading.Thread | None = None
        self._threaded = self._stopping = False
        self._cycling = threading.RLock()  # unstarted, several callers may run cycles
        self._gathers = 0  # how many pieces of work that can wait are waited for
        self._is_pressed = False  # the last cycle left something to do
        self._settle_lock = threading.Condition()
        self._settle_wanted = self._settle_done = 0
        self._store: Store | None = None
        self._others = -1
        self._next_due: int | None = 0
        self._round_at = self._beat_at = self._signed_at = 0
        self._has_news = False
        self.signs = Signs()
        self.leader = Leader(clock, self.inbox_poll)
        self.last_cycle_at = 0

    @property
    def met_damage(self) -> bool:
        """Tell whether a part of the database could not be read any more."""
        return self._store is not None and self._store.is_damaged

    @property
    def active(self) -> bool:
        """Whether this is the engine that does what is due; others stand by."""
        return self.leader.active

    @property
    def sender(self) -> Sender | None:
        """The way out, and the one that reads the providers' lists; None where nothing is sent."""
        return self.inbox_poll.sender

    @sender.setter
    def sender(self, sender: Sender | None) -> None:
        self.inbox_poll.sender = sender

    # --- from other threads -----------------------------------------------------------------------

    def submit(self, work: Callable[[Tx], T]) -> T:
        """Run `work(tx)` in the engine's transaction and return its result once it is on disk.

        Raises what `work` raised, with nothing of it kept, or NotSaved when the database could not
        take it.
        """
        future: Future[T] = Future()
        if self._stopping:
            raise NotSaved("The service is stopping.", "The sender will try again.")
        self._jobs.put(work, future)
        if self._threaded:
            self._wake.set()
        else:
            self.cycle()
        try:
            return future.result(timeout=PATIENCE)
        except TimeoutError:
            if future.cancel():
                raise NotSaved(
                    "The engine is too busy to take this.", "The sender will try again."
                ) from None
            return future.result(timeout=PATIENCE)

    def post(self, work: Work, *, can_wait: bool = False) -> None:
        """Have `work` done soon, without waiting for it. What `can_wait` shares a commit with more
        of its kind."""
        self._jobs.put(work, can_wait=can_wait)
        if not (can_wait and len(self._jobs) < self._gathers):
            self._wake.set()

    def wake(self) -> None:
        """Look at once whether anything is due: the clock was put forward, or somebody wrote."""
        self._next_due = 0
        self._wake.set()

    def settle(self, timeout: float = 30.0) -> bool:
        """Wait until nothing is due, queued or under way at the present moment. Return whether that
        came."""
        if self._stopping:
            return False
        if not self._threaded:
            while self.cycle():
                pass
            return True
        with self._settle_lock:
            self._settle_wanted += 1
            wanted = self._settle_wanted
            self.wake()
            self._settle_lock.wait_for(
                lambda: self._stopping or self._settle_done >= wanted, timeout
            )
            return self._settle_done >= wanted

    # --- life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread. Opening the database happens here, so that a bad file is told at
        once."""
        self._store = self._open_store()
        self._threaded = True
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what was submitted, wait for sends under way, let another engine take over."""
        self._stopping = True
        self._wake.set()
        with self._settle_lock:
            # Whoever waits for quiet would keep the process for so long
            self._settle_lock.notify_all()
        if self._thread is not None:
            self._thread.join(30)
            self._thread = None
        if self.sender is not None:
            self.sender.stop()
        with self._cycling:
            while self._cycle(last=True):
                pass
            store = self._opened()
            self.leader.give_up(Tx(store, self._town, self._clock.now()))
            store.close()
            self._wake.close()

    def _opened(self) -> Store:
        if self._store is None:
            self._store = self._open_store()
        return self._store

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._gather()
                if self.cycle():
                    continue
                self._note_settled()
                self._wake.wait(self._nap(), self._news())
            except Exception:
                log.exception("an engine cycle failed; going on")
                time.sleep(0.5)

    def _gather(self) -> None:
        """Let what senders bring back at about the same time come together: anything else ends the
        wait."""
        if self._is_pressed or self.sender is None or not self._jobs.can_wait:
            return
        enough = self.sender.at_once
        if len(self._jobs) < enough:
            self._gathers = enough
            self._wake.wait(GATHER, self._news())
            self._gathers = 0

    def _nap(self) -> float:
        """Return how long nothing needs doing, as far as we know; others may write meanwhile."""
        if not self._jobs.is_empty:
            return 0.0
        if self._periodic is None:
            return 60.0
        if not self.active:
            return self._tick  # what is due is the other's affair until it is gone
        if self._opened().change_count() != self._others:
            return 0.0  # they wrote while we did
        naps = [self._tick if self._news() is not None else LOOK_FOR_OTHERS]
        if self._next_due is not None and not self.inbox_poll.holds:
            naps.append(max(0.0, (self._next_due - self._clock.now()) / 1000))
        if self.sender is not None and self.sender.wait():
            naps.append(self.sender.wait())
        return max(min(naps), 0.001)

    def _news(self) -> int | None:
        """Return what to listen to for the writing of other processes: a standby need not hear each
        text."""
        return self._opened().news() if self.active else None

    def _note_settled(self) -> None:
        if self.sender is not None and (self.sender.in_flight or self.inbox_poll.holds):
            return
        with self._settle_lock:
            if self._jobs.is_empty:
                self._settle_done = self._settle_wanted
                self._settle_lock.notify_all()

    # --- one cycle --------------------------------------------------------------------------------

    def cycle(self, *, last: bool = False) -> bool:
        """Do what waits, commit it together, let the texts go. Return whether anything was done."""
        with self._cycling:
            return self._cycle(last=last)

    def _cycle(self, *, last: bool) -> bool:
        store, now = self._opened(), self._clock.now()
        tx = Tx(store, self._town, now)
        if self._periodic is not None and self.leader.heed_jumps(tx):
            self._beat_at = self._next_due = 0
        due = self._periodic is not None and not last and self._is_due(tx)
        jobs = self._jobs.take()
        if not jobs and not due:
            self.last_cycle_at = now
            return False
        round_ = _Round()
        try:
            with store.transaction():
                done = self._jobs.do(tx, jobs)
                self._do_periodic(tx, round_, due=due, last=last)
        except Exception as error:
            self.leader.rolled_back(store)
            self._give_back(jobs, round_.claimed, error, store)
            if not isinstance(error, (NotSaved, *store.unavailable)):
                raise
            self.last_cycle_at = now  # it turns; that the database takes nothing is told otherwise
            return False
        self._note_kept(round_, now, due=due)
        self._is_pressed = bool(round_.worked)
        answer(done)
        self._let_go(round_)
        self._next_due = self._periodic.next_due(tx) if self._periodic is not None else None
        self.last_cycle_at = now
        return bool(
            jobs or round_.worked or round_.claimed or round_.doubted or not self._jobs.is_empty
        )

    def _do_periodic(self, tx: Tx, round_: _Round, *, due: bool, last: bool) -> None:
        if self._periodic is None:
            return
        if due and self.leader.acquire(tx):
            round_.worked = self._periodic.run(tx, judging=self.inbox_poll.ready(tx))
            if self.sender is not None:
                round_.doubted = self.sender.questions(tx)
        if self.active and self.sender is not None and not last:
            round_.claimed = self.sender.claim(tx)
        self._beat(tx, round_)

    def _note_kept(self, round_: _Round, now: int, *, due: bool) -> None:
        """The cycle is on disk."""
        self.leader.committed()
        if round_.beat:
            self._beat_at = now
        if round_.signed:
            self._signed_at = now
        if due:
            self._round_at, self._has_news = now, False
            if self.active:
                self.signs.note("engine", now)

    def _let_go(self, round_: _Round) -> None:
        """What was claimed is on disk as being sent: hand it over."""
        if self.sender is not None:
            self.sender.dispatch(round_.claimed)
            self.sender.inquire(round_.doubted)

    def _give_back(
        self, jobs: Sequence[Job], claimed: Sequence[Claimed], error: Exception, store: Store
    ) -> None:
        """The commit failed: those who wait are told, what nobody waits for is tried again."""
        log.error(
            "the database could not take %s pieces of work (%s)", len(jobs), type(error).__name__
        )
        if self.sender is not None:
            self.sender.forget(claimed)
        self._jobs.give_back(jobs, error, store)
        self._wake.clear()
        if self._thread is not None and threading.current_thread() is self._thread:
            time.sleep(0.2)

    def _is_due(self, tx: Tx) -> bool:
        """Tell whether anything may wait for us: something is due, texts may leave, or others
        wrote."""
        others = tx.store.change_count()
        if others != self._others:
            self._others, self._has_news = others, True
            return True
        if self._next_due is not None and self._next_due <= tx.now:
            return True
        if not 0 <= tx.now - self._round_at < OFTEN:
            return True
        return self._texts_may_leave(tx)

    def _texts_may_leave(self, tx: Tx) -> bool:
        assert self._periodic is not None
        if self.sender is None or not self.sender.room:
            return False  # what comes back makes room, and is a cycle of its own
        return self._periodic.texts_wait(tx) and not self.sender.wait()

    def _beat(self, tx: Tx, round_: _Round) -> None:
        """Give signs of life: in the tables along with something else, beside them for who asks and
        once a minute."""
        is_written = not self.active or tx.store.wrote() or not 0 <= tx.now - self._beat_at < PROOF
        if is_written and not 0 <= tx.now - self._beat_at < OFTEN:
            tx.run("beat", name="engine" if self.active else "standby", now=tx.now, data="{}")
            self.signs.write(tx.store)
            round_.beat = True
        elif self.active and not 0 <= tx.now - max(self._beat_at, self._signed_at) < (
            OFTEN if self._has_news else SELDOM
        ):
            self.signs.put_down(tx.store, self._beat_at, tx.now)
            round_.signed = True
