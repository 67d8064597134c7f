"""Speech to text: OpenAI's POST /v1/audio/transcriptions by faster-whisper, on the standard library's HTTP server."""

import io
import json
import os
import signal
import sys
import threading
import time
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ["HF_HUB_OFFLINE"] = "1"  # The weights are in a folder: nothing is downloaded at run time.

import numpy
from faster_whisper import WhisperModel
from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

MODEL = "whisper-base"
MIB = 1024 * 1024
SAMPLE_RATE = 16_000


def setting(name, default):
    """A whole number from the environment."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit():
        sys.exit(f'{name} must be a whole number; it is "{text}"')
    return int(text)


HOST = os.environ.get("HOST") or "0.0.0.0"
PORT = setting("PORT", 8000)
THREADS = setting("THREADS", 2)
QUEUE_LIMIT = setting("QUEUE_LIMIT", 16)
MAX_MIB = setting("MAX_MIB", 64)
MAX_SECONDS = setting("MAX_SECONDS", 1800)


class Refusal(Exception):
    """A request that is refused, with a message for who sent it."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class Turns:
    """One request at a time in the order in which they came; what waits is bounded, so that a client hears 503 early."""

    def __init__(self, limit):
        self.limit, self.changed = limit, threading.Condition()
        self.next_ticket = self.serving = 0

    @property
    def depth(self):
        return max(0, self.next_ticket - self.serving - 1)

    def __enter__(self):
        with self.changed:
            if self.next_ticket - self.serving > self.limit:
                raise Refusal(503, "busy", f"{self.limit} requests wait already; try again later")
            ticket = self.next_ticket
            self.next_ticket += 1
            self.changed.wait_for(lambda: self.serving == ticket)

    def __exit__(self, *_):
        with self.changed:
            self.serving += 1
            self.changed.notify_all()


class Metrics:
    """The series of the services in Node, in Prometheus' text format."""

    BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

    def __init__(self):
        self.lock = threading.Lock()
        self.requests, self.audio_seconds = {}, 0.0
        self.histograms = {"queue": [[0] * len(self.BUCKETS), 0, 0.0], "work": [[0] * len(self.BUCKETS), 0, 0.0]}

    def count(self, status):
        with self.lock:
            self.requests[status] = self.requests.get(status, 0) + 1

    def observe(self, name, seconds):
        with self.lock:
            row = self.histograms[name]
            row[0] = [count + (seconds <= bound) for count, bound in zip(row[0], self.BUCKETS)]
            row[1], row[2] = row[1] + 1, row[2] + seconds

    def text(self, depth):
        label = 'service="stt"'
        with self.lock:
            lines = ["# TYPE framewright_model_requests_total counter"]
            for status, count in sorted(self.requests.items()):
                lines.append(f'framewright_model_requests_total{{{label},status="{status}"}} {count}')
            lines.append("# TYPE framewright_model_queue_depth gauge")
            lines.append(f"framewright_model_queue_depth{{{label}}} {depth}")
            lines.append("# TYPE framewright_model_audio_seconds_total counter")
            lines.append(f"framewright_model_audio_seconds_total{{{label}}} {self.audio_seconds}")
            lines.append("# TYPE process_cpu_seconds_total counter")
            lines.append(f"process_cpu_seconds_total{{{label}}} {time.process_time()}")
            for name, (counts, total, spent) in self.histograms.items():
                series = f"framewright_model_{name}_seconds"
                lines.append(f"# TYPE {series} histogram")
                for bound, count in zip(self.BUCKETS, counts):
                    lines.append(f'{series}_bucket{{{label},le="{bound}"}} {count}')
                lines.append(f'{series}_bucket{{{label},le="+Inf"}} {total}')
                lines += [f"{series}_sum{{{label}}} {spent}", f"{series}_count{{{label}}} {total}"]
        return "\n".join(lines) + "\n"


def log(level, message, **fields):
    """A line of JSON, as all programs of the platform write them."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
    print(json.dumps({"level": level, "time": stamp, "service": "stt", **fields, "message": message}), flush=True)


def samples_of(data):
    """Whisper's samples from a WAV file. We decode it ourselves: no parser of ffmpeg sees what a client sends."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise Refusal(400, "unsupported_audio", f"file is no WAV file with PCM samples: {error}") from error
    if width != 2 or rate < 8_000 or channels < 1:
        message = f"file has {8 * width} bits at {rate} Hz; send 16 bits at 8000 Hz or more, 16000 Hz at best"
        raise Refusal(400, "unsupported_audio", message)
    seconds = len(frames) / (width * channels * rate)
    if seconds > MAX_SECONDS:
        raise Refusal(400, "too_long", f"file lasts {seconds:.0f} s; at most {MAX_SECONDS} s are transcribed at once")
    if seconds < 0.05:
        raise Refusal(400, "empty_audio", "file has no audio")
    whole = len(frames) - len(frames) % (width * channels)
    mono = numpy.frombuffer(frames[:whole], "<i2").astype(numpy.float32).reshape(-1, channels).mean(axis=1) / 32_768
    if rate == SAMPLE_RATE:
        return mono
    # Linear, which is enough for what a model of speech listens to; senders that care resample by themselves.
    at = numpy.arange(0, len(mono), rate / SAMPLE_RATE)
    return numpy.interp(at, numpy.arange(len(mono)), mono).astype(numpy.float32)


def form_of(headers, body):
    """The fields of a multipart form, and its one file."""
    kind, options = parse_options_header(headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refusal(400, "invalid_request", "send multipart/form-data with the parts file and model")
    fields, files = {}, []

    def on_field(field):
        fields.setdefault(field.field_name.decode(), []).append((field.value or b"").decode(errors="replace"))

    def on_file(file):
        if file.field_name == b"file":
            file.file_object.seek(0)
            files.append(file.file_object.read())
        file.close()

    limit = {"MAX_MEMORY_FILE_SIZE": MAX_MIB * MIB, "MAX_BODY_SIZE": float("inf")}
    parser = FormParser("multipart/form-data", on_field, on_file, boundary=boundary, config=limit)
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Refusal(400, "invalid_request", f"the form cannot be read: {error}") from error
    if len(files) != 1:
        raise Refusal(400, "invalid_request", f"the form has {len(files)} parts named file; send one")
    return fields, files[0]


class Service:
    def __init__(self, weights):
        self.weights, self.model = weights, None
        self.turns, self.metrics = Turns(QUEUE_LIMIT), Metrics()

    def load(self):
        began = time.monotonic()
        self.model = WhisperModel(
            self.weights, device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
        )
        log("info", "ready", port=PORT, ms=round(1000 * (time.monotonic() - began)))

    def options_of(self, fields):
        """What a request asks for, or the first thing that is wrong with it."""
        one = {name: values[-1] for name, values in fields.items()}
        model, form = one.get("model"), one.get("response_format", "json")
        if model != MODEL:
            raise Refusal(404, "model_not_found", f'There is no model "{model}"; this is {MODEL}')
        if form not in ("json", "verbose_json", "text"):
            message = f'response_format is "{form}"; there are json, verbose_json, text'
            raise Refusal(400, "unsupported_format", message)
        # A region decides nothing here: pt-BR is pt.
        language = (one.get("language") or "").lower().replace("_", "-").split("-")[0] or None
        if language is not None and language not in self.model.supported_languages:
            raise Refusal(400, "unsupported_language", f'Unsupported language: "{one["language"]}"')
        wanted = fields.get("timestamp_granularities[]", ["segment"])
        unknown = [name for name in wanted if name not in ("segment", "word")]
        if unknown:
            message = f'timestamp_granularities[] is "{unknown[0]}"; there are segment, word'
            raise Refusal(400, "invalid_request", message)
        return form, language, "word" in wanted, one.get("prompt") or None

    def transcribe(self, headers, body):
        if self.model is None:
            raise Refusal(503, "loading", "The model is being loaded; try again later")
        fields, data = form_of(headers, body)
        form, language, with_words, prompt = self.options_of(fields)
        samples = samples_of(data)
        asked = time.monotonic()
        with self.turns:
            began = time.monotonic()
            self.metrics.observe("queue", began - asked)
            # Without speech found first, Whisper invents text in silence; without its own text before, it repeats itself less.
            found, info = self.model.transcribe(
                samples,
                language=language,
                beam_size=5,
                word_timestamps=with_words,
                vad_filter=True,
                condition_on_previous_text=False,
                initial_prompt=prompt,
            )
            found = list(found)
            self.metrics.observe("work", time.monotonic() - began)
        with self.metrics.lock:
            self.metrics.audio_seconds += info.duration
        return form, answer_of(found, info, with_words)


def answer_of(found, info, with_words):
    """OpenAI's verbose_json."""
    segments = [
        {
            "id": index,
            "start": round(segment.start, 3),
            "end": round(segment.end, 3),
            "text": segment.text.strip(),
            "avg_logprob": round(segment.avg_logprob, 4),
            "compression_ratio": round(segment.compression_ratio, 4),
            "no_speech_prob": round(segment.no_speech_prob, 4),
        }
        for index, segment in enumerate(found)
    ]
    answer = {
        "task": "transcribe",
        "language": info.language,
        "language_probability": round(info.language_probability, 4),
        "duration": round(info.duration, 3),
        "text": " ".join(segment["text"] for segment in segments),
        "segments": segments,
    }
    if with_words:
        answer["words"] = words_of(word for segment in found for word in (segment.words or []))
    return answer


def words_of(found):
    """Words as people write them: Whisper ends one before a hyphen, "Bem" "-vindo"."""
    words = []
    for word in found:
        text, start, end = word.word, round(float(word.start), 3), round(float(word.end), 3)
        if words and text.startswith("-"):
            words[-1] = {**words[-1], "word": words[-1]["word"] + text.strip(), "end": end}
        else:
            words.append({"word": text.strip(), "start": start, "end": end})
    return words


class Handler(BaseHTTPRequestHandler):
    service = None
    protocol_version = "HTTP/1.1"
    timeout = 60  # of a socket: a client that stops sending holds a thread for no longer

    def log_message(self, *_):
        """Requests are counted; a line for each would repeat what who calls us logs."""

    def send(self, status, body, kind="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        if status == 503:
            self.send_header("retry-after", "2")
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, code, message):
        self.send(status, {"error": {"message": message, "type": "invalid_request_error", "code": code}})

    def do_GET(self):
        path, service = self.path.split("?")[0], self.service
        if path == "/health":
            ready = service.model is not None
            self.send(200 if ready else 503, {"status": "ok" if ready else "loading"})
        elif path == "/v1/models":
            self.send(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "framewright"}]})
        elif path == "/metrics":
            self.send(200, service.metrics.text(service.turns.depth), "text/plain; version=0.0.4; charset=utf-8")
        else:
            self.refuse(404, "not_found", f"There is no GET {path} here")

    def body(self):
        length = self.headers.get("content-length", "")
        if not length.isdigit():
            raise Refusal(400, "invalid_request", "content-length is missing; send the form whole")
        if int(length) > MAX_MIB * MIB:
            raise Refusal(413, "too_large", f"the form has {int(length)} bytes; at most {MAX_MIB} MiB are taken")
        data = self.rfile.read(int(length))
        if len(data) < int(length):
            raise Refusal(400, "invalid_request", "the form ended early")
        return data

    def do_POST(self):
        path = self.path.split("?")[0]
        status = 200
        try:
            if path != "/v1/audio/transcriptions":
                raise Refusal(404, "not_found", f"There is no POST {path} here")
            form, answer = self.service.transcribe(self.headers, self.body())
            if form == "text":
                self.send(200, answer["text"] + "\n", "text/plain; charset=utf-8")
            else:
                self.send(200, answer if form == "verbose_json" else {"text": answer["text"]})
        except Refusal as refusal:
            status = refusal.status
            # What was not read of the body would be taken for the next request.
            self.close_connection = True
            self.refuse(status, refusal.code, str(refusal))
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            status = 499
            self.close_connection = True
        except Exception as error:
            status = 500
            self.close_connection = True
            log("error", "request failed", error=f"{type(error).__name__}: {error}")
            self.refuse(status, "internal", "The engine failed; the log of the service has the reason")
        self.service.metrics.count(status)


def main():
    folder = os.environ.get("MODELS_DIR")
    if not folder:
        sys.exit("MODELS_DIR is missing (the folder of the weights, one folder for a service)")
    Handler.service = service = Service(os.path.join(folder, "stt", MODEL))
    server = ThreadingHTTPServer((HOST, PORT), Handler)
    server.daemon_threads = False  # what is worked on is finished before the program ends
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    service.load()
    ended.wait()
    log("info", "stopping")
    server.shutdown()
    server.server_close()


main()
