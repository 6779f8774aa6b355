"""A store with killed kernels, and with many concurrent ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediarecorder.labeling import Store, assigned, read_prompts
from tests.unit.labeling.clips import take_of

HERE = Path(__file__).parent
PEOPLE = [f"person {number}" for number in range(10)]


def run(script: str, *arguments: object) -> Any:
    """Return the JSON that a script of this folder prints."""
    command = [sys.executable, "-W", "error", str(HERE / script), *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=200, cwd=HERE.parents[2], check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_killed_kernel_loses_and_duplicates_nothing(tmp_path: Path) -> None:
    seen = run("store_killed.py", tmp_path)
    assert seen["rounds"] > 10
    store = Store(tmp_path)
    clips = {clip.id: clip for clip in store.manifest()}
    assert set(seen["accepted"]) <= set(clips)
    # Each round may have stored one clip that the killed kernel could not report.
    assert len(clips) - len(seen["accepted"]) <= seen["rounds"]
    assert set(Counter(clip.prompt_id for clip in clips.values()).values()) == {2}
    assert len(clips) == 600
    for clip in clips.values():
        spoken = take_of(f"{clip.prompt_id} {clip.take}")
        assert clip.recording == spoken.id
        assert store.take(clip).samples.tobytes() == spoken.samples.tobytes()


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """An S3 server with a bucket, as storage options."""
    pytest.importorskip("flask")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    fsspec = pytest.importorskip("fsspec")
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": "a", "secret": "b", "endpoint_url": f"http://{host}:{port}"}
    fsspec.filesystem("s3", **options).mkdir("bucket")
    yield options
    server.stop()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("takes", [200, pytest.param(1_000, marks=pytest.mark.soak)])
def test_ten_concurrent_people_on_an_object_store(s3: dict[str, Any], takes: int) -> None:
    where, count = f"s3://bucket/{takes}", takes // 2
    assert run("store_many.py", where, json.dumps(s3), count) == {"failed": []}
    store = Store(where, storage_options=s3)
    clips = list(store.manifest())
    assert len(clips) == takes
    prompts = read_prompts(f"prompt {number}" for number in range(count))
    expected = {(person, p.id) for person in PEOPLE for p in assigned(prompts, person, PEOPLE, 2)}
    assert {(clip.speaker, clip.prompt_id) for clip in clips} == expected
    assert len({clip.file for clip in clips}) == takes
    sounds = store._backend.read([clip.file for clip in clips])
    for clip in clips:
        spoken = take_of(f"{clip.speaker} {clip.prompt_id}", 100)
        assert sounds[clip.file] == spoken.blob.tobytes()
    report = store.forget(PEOPLE[0])
    assert len(report.clips) == len([clip for clip in clips if clip.speaker == PEOPLE[0]])
    left = store.manifest()
    assert {clip.speaker for clip in left} == set(PEOPLE[1:])
    assert set(store._backend.list("audio")) == {clip.file for clip in left}
