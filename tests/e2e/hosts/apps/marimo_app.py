"""Two recorders in marimo; the app has its own buttons for the first."""

import marimo

app = marimo.App()


@app.cell
def _():
    import diary
    import marimo as mo

    from mediarecorder import MediaRecorder

    return MediaRecorder, diary, mo


@app.cell
def _(MediaRecorder, diary, mo):
    first = mo.ui.anywidget(diary.keep(MediaRecorder(), "first"))
    second = mo.ui.anywidget(diary.keep(MediaRecorder(), "second"))
    mo.vstack([first, second])
    return first, second


@app.cell
def _(first, mo):
    start = mo.ui.button(label="Start in Python", on_click=lambda _: first.start(timeslice=200))
    stop = mo.ui.button(label="Stop in Python", on_click=lambda _: first.stop())
    mo.hstack([start, stop])
    return


@app.cell
def _(diary, first):
    first  # marimo runs this cell again at the end of a take
    diary.react("first", first.widget.value)
    return


if __name__ == "__main__":
    app.run()
