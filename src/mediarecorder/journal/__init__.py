"""Recordings on disk as they come, so that a long one needs no memory and a dead kernel costs none.

Each take has two files in the journal's folder:

``20261124T182755.120Z-4f1c….webm``
    The container, byte for byte as MediaRecorder gives it. `Take.load` reads it.
``20261124T182755.120Z-4f1c….webm.parts.jsonl``
    A line for what the take is, one for each part (its number, its length and its
    checksum), and one for its end.

The bytes of a part are handed to the operating system first, then its line, then the page is told
that it is here. So a kernel that is killed leaves every acknowledged part, and perhaps a last one
that is torn: reading drops that one, and nothing else. (Nothing is forced through to the disk
itself: a power cut may cost what the system had not written yet.)
"""

from .reader import load, read, unfinished
from .record import Record
from .writer import INDEX, Head, Writer, check_folder

__all__ = ["INDEX", "Head", "Record", "Writer", "check_folder", "load", "read", "unfinished"]
