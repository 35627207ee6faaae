"""What a command shows: how much of it, and JSON for programs in UTF-8 whatever the console's code
page is."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import click

from scoring.decoding import showable


@dataclass
class Screen:
    """How a run speaks: ``quiet`` leaves out what is no error and not the answer, ``verbose`` adds
    every file that is read. ``answered`` says that the JSON of this run was written."""

    quiet: bool = False
    verbose: bool = False
    answered: bool = False


def screen() -> Screen:
    """The screen of the running command."""
    ctx = click.get_current_context(silent=True)
    return ctx.ensure_object(Screen) if ctx else Screen()


def clean(text: str) -> str:
    """``text`` as a screen can show it, line by line (see ``scoring.decoding.showable``)."""
    return "\n".join(map(showable, text.split("\n")))


def put(text: str = "", *, err: bool = False) -> None:
    """A line of an answer, or of what is wrong."""
    click.echo(clean(text), err=err)


def say(text: str = "", *, err: bool = False) -> None:
    """A line that is neither an error nor the answer: left out where the run is quiet."""
    if not screen().quiet:
        put(text, err=err)


def answer(document: Any) -> None:
    """The result for programs, on standard output: a document, or JSON text as it stands."""
    text = document
    if not isinstance(text, str):
        text = json.dumps(document, ensure_ascii=False, indent=2)
    write_utf8(text if text.endswith("\n") else f"{text}\n")
    screen().answered = True


def write_utf8(text: str) -> None:
    """``text`` on standard output as UTF-8 with line feeds, whatever the stream is set to."""
    stream = sys.stdout
    if stream is None:
        return
    content = clean(text).encode("utf-8")
    if not hasattr(stream, "buffer"):
        stream.write(content.decode("utf-8"))
        return
    stream.flush()
    stream.buffer.write(content)
    stream.buffer.flush()
