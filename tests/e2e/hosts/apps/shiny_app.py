"""Two recorders in Shiny for Python; the app has its own buttons for the first."""

from __future__ import annotations

import diary
from shiny import reactive
from shiny.express import input, ui
from shinywidgets import reactive_read, render_widget

from mediarecorder import MediaRecorder

ui.input_action_button("start", "Start in Python")
ui.input_action_button("stop", "Stop in Python")


@render_widget
def first() -> MediaRecorder:
    return diary.keep(MediaRecorder(), "first")


@render_widget
def second() -> MediaRecorder:
    return diary.keep(MediaRecorder(), "second")


@reactive.effect
@reactive.event(input.start)
def _start() -> None:
    first.widget.start(timeslice=200)


@reactive.effect
@reactive.event(input.stop)
def _stop() -> None:
    first.widget.stop()


@reactive.effect
def _react() -> None:
    diary.react("first", reactive_read(first.widget, "value"))
