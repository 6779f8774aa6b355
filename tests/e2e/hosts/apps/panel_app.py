"""Two recorders in Panel; the app has its own buttons for the first."""

from __future__ import annotations

import diary
import panel as pn

from mediarecorder import MediaRecorder

pn.extension("ipywidgets")

first = diary.keep(MediaRecorder(), "first")
second = diary.keep(MediaRecorder(), "second")
first.observe(lambda change: diary.react("first", change.new), "value")

pn.Column(
    pn.pane.IPyWidget(first),
    pn.pane.IPyWidget(second),
    pn.widgets.Button(name="Start in Python", on_click=lambda _: first.start(timeslice=200)),
    pn.widgets.Button(name="Stop in Python", on_click=lambda _: first.stop()),
).servable()
