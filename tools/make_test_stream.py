"""Make the bundled test stream: 64 s of a drawn conference, a counter, and a tone for each of two languages.

    PYTHONPATH=src python tools/make_test_stream.py [FOLDER]

Needs ffmpeg with libx264, here only: what is shipped is the media it writes. Pictures are drawn below
without a font; digits and letters are dots and bars. Sound is sampled at 32 kHz, so that a segment of 4 s
holds exactly 125 AAC frames and a loop of 64 s exactly 2,000. Twice the loop is encoded and its second
half kept: the encoder's warm-up and the short last segment (0.032 s) fall away, and the tones, periodic in
the loop, go through the wrap without a click.

Another version of ffmpeg may write other bytes: the hashes in ``manifest.json`` are those of the files
shipped, and the tests recompute them.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from polyphonie.conferences.relay.bundled_stream import STREAM_FOLDER, boxes, shifted, time_fields, timescales

WIDTH, HEIGHT, RATE = 320, 180, 10
SEGMENT_SECONDS, SEGMENTS = 4, 16
LOOP_SECONDS = SEGMENT_SECONDS * SEGMENTS
SAMPLE_RATE, SOUND_BITRATE = 32_000, "20k"

WALL = (28, 36, 64)
FLOOR = (47, 40, 54)
SCREEN = (236, 238, 232)
INK = (28, 36, 64)
FAINT = (168, 176, 188)
ACCENT = (214, 90, 60)
PEOPLE = ((72, 118, 150), (128, 98, 150), (90, 140, 110))
SPEAKING = (244, 200, 96)

# which of the seven bars of a digit are lit: top, upper left, upper right, middle, lower left, lower right, bottom
DIGITS = (
    "1110111",
    "0010010",
    "1011101",
    "1011011",
    "0111010",
    "1101011",
    "1101111",
    "1010010",
    "1111111",
    "1111011",
)

# five dots by seven, rows from the top
LETTERS = {
    "C": (14, 17, 16, 16, 16, 17, 14),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "F": (31, 16, 16, 30, 16, 16, 16),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "L": (16, 16, 16, 16, 16, 16, 31),
    "M": (17, 27, 21, 21, 17, 17, 17),
    "P": (30, 17, 17, 30, 16, 16, 16),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "X": (17, 17, 10, 4, 10, 17, 17),
    " ": (0,) * 7,
}

Colour = tuple[int, int, int]


class Canvas:
    """A picture of three bytes per dot."""

    def __init__(self, dots: bytes | None = None) -> None:
        self.dots = bytearray(dots if dots is not None else bytes(WIDTH * HEIGHT * 3))

    def bar(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """Fill a rectangle."""
        row = bytes(colour) * width
        for line in range(y, y + height):
            at = (line * WIDTH + x) * 3
            self.dots[at : at + len(row)] = row

    def disc(self, x: int, y: int, radius: int, colour: Colour) -> None:
        """Fill a disc around a centre."""
        for line in range(-radius, radius + 1):
            half = round(math.sqrt(radius * radius - line * line))
            self.bar(x - half, y + line, 2 * half + 1, 1, colour)

    def letters(self, x: int, y: int, text: str, colour: Colour) -> None:
        """Write in capitals of dots."""
        for letter in text:
            for line, row in enumerate(LETTERS[letter]):
                for dot in range(5):
                    if row >> (4 - dot) & 1:
                        self.bar(x + dot, y + line, 1, 1, colour)
            x += 6

    def digit(self, x: int, y: int, value: int, colour: Colour) -> None:
        """Write a digit of bars, 14 by 26 dots."""
        bars = (
            (2, 0, 10, 3),
            (0, 2, 3, 10),
            (11, 2, 3, 10),
            (2, 12, 10, 3),
            (0, 14, 3, 10),
            (11, 14, 3, 10),
            (2, 24, 10, 3),
        )
        for lit, (dx, dy, width, height) in zip(DIGITS[value], bars, strict=True):
            if lit == "1":
                self.bar(x + dx, y + dy, width, height, colour)


def room() -> bytes:
    """What stays the same in every picture: the wall, the screen, the table."""
    canvas = Canvas()
    canvas.bar(0, 0, WIDTH, HEIGHT, WALL)
    canvas.bar(0, 148, WIDTH, 32, FLOOR)
    canvas.bar(20, 14, 170, 84, SCREEN)
    canvas.bar(32, 88, 146, 2, FAINT)
    canvas.letters(222, 20, "EXEMPLE", FAINT)
    canvas.letters(225, 30, "FICTIF", FAINT)
    return bytes(canvas.dots)


def pictures() -> Iterator[bytes]:
    """One picture every tenth of a second: the counter, the speaker of each segment, a chart that fills."""
    still = room()
    for tick in range(LOOP_SECONDS * RATE):
        canvas = Canvas(still)
        second, tenth = divmod(tick, RATE)
        segment = second // SEGMENT_SECONDS
        for column in range(SEGMENTS):
            height = 14 + round(24 * (1 + math.sin(column * 1.1)))
            if column < segment:
                canvas.bar(33 + column * 9, 88 - height, 7, height, INK)
            elif column == segment:
                grown = height * (tick % (SEGMENT_SECONDS * RATE) + 1) // (SEGMENT_SECONDS * RATE)
                canvas.bar(33 + column * 9, 88 - grown, 7, grown, ACCENT)
        for seat, colour in enumerate(PEOPLE):
            x = 70 + seat * 90
            speaks = seat == segment % len(PEOPLE)
            lift = 1 if speaks and tenth in (2, 3, 4, 7, 8) else 0
            if speaks:
                canvas.bar(x - 20, 152, 40, 3, SPEAKING)
            canvas.disc(x, 119 - lift, 9, SPEAKING if speaks else colour)
            canvas.bar(x - 15, 130 - lift, 30, 18 + lift, colour)
        x = 208
        for sign in (second // 10, second % 10, None, tenth):
            if sign is None:
                canvas.bar(x, 76, 4, 4, SCREEN)
                x += 8
            else:
                canvas.digit(x, 53, sign, SCREEN)
                x += 19
        canvas.bar(0, 172, (tick + 1) * WIDTH // (LOOP_SECONDS * RATE), 4, ACCENT)
        yield bytes(canvas.dots)


def hls(folder: Path) -> list[str]:
    """The options that cut fragmented MP4 of four seconds into ``folder``, the same bytes at each run."""
    return [
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"),
        *("-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_list_size", "0"),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"),
        *("-hls_segment_filename", str(folder / "%02d.m4s"), str(folder / "list.m3u8")),
    ]


def make_picture(folder: Path) -> None:
    """Encode the pictures, a key frame at the beginning of each segment and none elsewhere."""
    interval = SEGMENT_SECONDS * RATE
    command = [
        *(
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{WIDTH}x{HEIGHT}",
            "-r",
            str(RATE),
        ),
        *("-i", "-", "-an", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-threads", "1", "-preset", "veryslow"),
        *("-profile:v", "baseline", "-level", "1.3", "-crf", "26"),
        *("-x264-params", f"keyint={interval}:min-keyint={interval}:scenecut=0:bframes=0"),
        *("-bsf:v", "filter_units=remove_types=6"),
        *hls(folder),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for picture in pictures():
            process.stdin.write(picture)
        process.stdin.close()
    if process.returncode:
        raise SystemExit(process.returncode)


def make_sound(folder: Path, hertz: int, swells_per_second: int) -> None:
    """Encode a soft tone that swells, and keep the second of two loops."""
    tone = f"0.12*sin(2*PI*{hertz}*t)*(0.5-0.5*cos(2*PI*{swells_per_second}*t))"
    source = f"aevalsrc={tone}:s={SAMPLE_RATE}:d={2 * LOOP_SECONDS}"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        source,
        "-ac",
        "1",
        "-c:a",
        "aac",
        "-b:a",
        SOUND_BITRATE,
    ]
    subprocess.run([*command, *hls(folder)], check=True)
    scales = timescales((folder / "init.mp4").read_bytes())
    for number in range(SEGMENTS):
        data = (folder / f"{SEGMENTS + number:02d}.m4s").read_bytes()
        moved = shifted(data, time_fields(data, scales), -LOOP_SECONDS)
        (folder / f"{number:02d}.m4s").write_bytes(moved)


def picture_codec(init: bytes) -> str:
    """Profile, constraints and level as a codec string, from the decoder configuration."""
    moov = next(box for box in boxes(init) if box.kind == b"moov")
    at = init.index(b"avcC", moov.start, moov.end) + 5
    return f"avc1.{init[at : at + 3].hex()}"


def main() -> None:
    """Make the stream in a temporary folder, keep what is shipped, write the manifest."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else STREAM_FOLDER
    shutil.rmtree(target, ignore_errors=True)
    renditions: list[dict[str, object]] = [
        {"key": "picture", "width": WIDTH, "height": HEIGHT, "frame_rate": RATE},
        {"key": "sound-fr", "language": "fr", "name": "Français", "channels": 1, "codecs": "mp4a.40.2"},
        {"key": "sound-en", "language": "en", "name": "English", "channels": 1, "codecs": "mp4a.40.2"},
    ]
    files: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for rendition in renditions:
            key = str(rendition["key"])
            made = Path(scratch) / key
            made.mkdir()
            if key == "picture":
                make_picture(made)
                rendition["codecs"] = picture_codec((made / "init.mp4").read_bytes())
            else:
                make_sound(made, *((330, 1) if key == "sound-fr" else (440, 2)))
            (target / key).mkdir(parents=True)
            largest = 0
            for name in ("init.mp4", *(f"{number:02d}.m4s" for number in range(SEGMENTS))):
                data = (made / name).read_bytes()
                (target / key / name).write_bytes(data)
                files[f"{key}/{name}"] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                largest = max(largest, len(data))
            rendition["peak_bandwidth"] = math.ceil(largest * 8 / SEGMENT_SECONDS)
    manifest = {
        "recipe": "tools/make_test_stream.py",
        "segment_seconds": SEGMENT_SECONDS,
        "segments": SEGMENTS,
        "renditions": renditions,
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{sum(int(str(f['bytes'])) for f in files.values()):,} bytes in {len(files)} files\n")


if __name__ == "__main__":
    main()
