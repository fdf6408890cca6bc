"""What a run did: a Trace of Activities, made of Events. Plain values that go to JSON and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 1

MAIN = "main"
# The output of programs that are not Python: nobody in the recorder's sight wrote it.
COMMANDS = "main/~commands"

STDOUT, STDERR = "stdout", "stderr"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an activity did. `time` is in seconds of the real clock since the run began."""

    time: float
    activity: str
    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an activity came to its end.

    `how`: `ended`; `failed`, with the exception that escaped; `exited`, a process with a status of its own; `stopped`, by a
    signal, a cancellation or the end of its process; `unfinished`, still there when the observation ended.
    """

    how: str
    exception: str = ""
    text: str = ""
    status: int = 0

    def __str__(self) -> str:
        match self.how:
            case "failed":
                return f"failed with {self.exception}" + (f": {self.text}" if self.text else "")
            case "exited":
                return f"exited with status {self.status}"
            case "stopped":
                return "was stopped"
            case "unfinished":
                return "did not end"
        return "ended"


@dataclass(frozen=True, slots=True)
class Activity:
    """A process, thread, greenlet, task or piece of work; `key` is the same whatever of these it is."""

    key: str
    kind: str
    pid: int
    thread: int
    ending: Ending
    stdout: str = ""
    stderr: str = ""

    @property
    def parent(self) -> str:
        return self.key.rpartition("/")[0]

    @property
    def function(self) -> str:
        """The function that it runs, without the ordinal."""
        return self.key.rpartition("/")[2].partition("#")[0]

    @property
    def is_library(self) -> bool:
        """Whether a library made it for purposes of its own, as the workers of a pool are."""
        return self.function.startswith("~")

    @property
    def is_visible(self) -> bool:
        """Whether somebody outside can tell that it was there."""
        return bool(self.stdout or self.stderr or self.ending.how == "failed")

    def output(self, stream: str) -> str:
        return self.stdout if stream == STDOUT else self.stderr


@dataclass(frozen=True, slots=True)
class Trace:
    """One run of one program.

    `status` is the exit status of the main process, negative for a signal; None if it did not end. `pids` says which activity
    each process was. `doubts` are the reasons, if any, for which this trace cannot be trusted to be the whole story.
    """

    program: str
    python: str
    scale: float
    status: int | None
    seconds: float
    activities: tuple[Activity, ...]
    events: tuple[Event, ...] = ()
    pids: dict[int, str] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    unscalable: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def activity(self, key: str) -> Activity | None:
        return next((activity for activity in self.activities if activity.key == key), None)

    def visible(self) -> list[Activity]:
        """The activities that show, the main one always among them."""
        return [activity for activity in self.activities if activity.is_visible or activity.key == MAIN]

    def transcript(self, stream: str | None = None) -> str:
        """What a person would have seen, in the order in which it came; one stream of it or both."""
        wanted = (STDOUT, STDERR) if stream is None else (stream,)
        return "".join(event.text for event in self.events if event.kind in wanted)

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["pids"] = {str(pid): key for pid, key in self.pids.items()}
        return {"format": FORMAT, **data}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Trace:
        if data.get("format") != FORMAT:
            raise ValueError(f"format {data.get('format')} of a trace, where {FORMAT} is known")
        rest = {key: value for key, value in data.items() if key != "format"}
        rest["activities"] = tuple(
            Activity(**{**activity, "ending": Ending(**activity["ending"])}) for activity in rest["activities"]
        )
        rest["events"] = tuple(Event(**event) for event in rest["events"])
        rest["pids"] = {int(pid): key for pid, key in rest["pids"].items()}
        for name in ("paths", "unscalable", "doubts"):
            rest[name] = tuple(rest[name])
        return cls(**rest)
