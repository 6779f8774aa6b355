"""Two recorders in Solara; the app has its own buttons for the first."""

from __future__ import annotations

import diary
import solara

from mediarecorder import MediaRecorder


@solara.component
def Page() -> None:
    samples, set_samples = solara.use_state(None)
    recorder = solara.use_ref(None)
    first = MediaRecorder.element(on_value=set_samples)
    second = MediaRecorder.element()

    def observe() -> None:
        recorder.current = diary.keep(solara.get_widget(first), "first")
        diary.keep(solara.get_widget(second), "second")

    solara.use_effect(observe, [])
    diary.react("first", samples)
    with solara.Row():
        solara.Button("Start in Python", on_click=lambda: recorder.current.start(timeslice=200))
        solara.Button("Stop in Python", on_click=lambda: recorder.current.stop())
