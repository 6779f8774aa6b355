"""Takes on disk, written during the recording: they need no memory, and outlive the kernel.

Each take has two files in the journal's folder:

``20261124T182755.120Z-4f1c….webm``
    The container, byte for byte as MediaRecorder delivers it. `Take.load` reads it.
``20261124T182755.120Z-4f1c….webm.parts.jsonl``
    The index, in lines of JSON: the head of the take, then one line for each part (its
    number, its length in bytes and its CRC-32), then one line for the end of the take.

The kernel hands the bytes of a part to the operating system first, then its line. Only then
does it acknowledge the part to the page. So a kernel that is killed leaves all acknowledged
parts, and perhaps a torn last part, which reading drops. The files are not flushed to the
device (there is no ``fsync``): a power cut may lose the data that the system had not written.
"""

from .reader import load, read, unfinished
from .record import Record
from .writer import INDEX, Head, Writer, check_folder

__all__ = ["INDEX", "Head", "Record", "Writer", "check_folder", "load", "read", "unfinished"]
