import type { Answer } from "./call.ts";
import type { LipSyncDialect } from "./dialects.ts";
import { general, refusal, whenOk } from "./general.ts";
import { mp4Facts, type Mp4Facts } from "./mp4-facts.ts";
import type { Check, Finding } from "./outcome.ts";
import { lengthened, silence, wavFacts } from "./wav-facts.ts";

interface LipSyncAsked {
  readonly url: string;
  readonly model: string;
  readonly sample: { readonly file: Buffer };
  /** An MP4 with a face. */
  readonly film: Buffer;
}

function shown({ codec, width, height, frames, seconds }: Mp4Facts): string {
  return `${codec} of ${width}x${height}, ${frames} frames, ${seconds.toFixed(2)} s`;
}

/** As many frames of the same size, in the same time to within half a frame. */
function sameClock(sent: Mp4Facts, { bytes }: Answer): Finding {
  const facts = mp4Facts(bytes);
  if (facts === undefined) return { ok: false, came: "no MP4 file with one track and its index" };
  const { codec, width, height, frames, seconds } = facts;
  const isSame = width === sent.width && height === sent.height && frames === sent.frames;
  const near = Math.abs(seconds - sent.seconds) <= sent.seconds / sent.frames / 2;
  return { ok: codec === "avc1" && isSame && near, came: shown(facts) };
}

/** Undefined where the film is none that the platform would send. */
function factsOf(film: Buffer): Mp4Facts {
  const facts = mp4Facts(film);
  if (facts?.codec === "avc1" && facts.frames > 0) return facts;
  throw new Error("--video must be an MP4 file with one track, H.264, that is not fragmented");
}

/** What a service of lip synchronisation must answer to, by contracts/lip-sync.ts. */
export function lipSyncChecks(dialect: LipSyncDialect, asked: LipSyncAsked): Check[] {
  const { url, model, film } = asked;
  const sent = factsOf(film);
  const voice = lengthened(asked.sample.file, sent.seconds);
  const move = (video: Buffer, audio: Buffer): Promise<Answer> =>
    dialect.move(url, { video, audio, model });
  let spoken: Answer | undefined;
  return [
    ...general(url, dialect),
    {
      name: "piece",
      asked: `${shown(sent)}, with a voice of ${wavFacts(voice)?.seconds.toFixed(2) ?? "0"} s`,
      ask: () => move(film, voice),
      judge: whenOk((answer) => {
        spoken = answer;
        return sameClock(sent, answer);
      }),
    },
    {
      name: "silence",
      asked: "the same with nobody speaking",
      ask: () => move(film, silence(sent.seconds)),
      judge: whenOk((answer) => sameClock(sent, answer)),
    },
    {
      name: "lips",
      asked: "whether a voice and silence give other pictures",
      gap: "nothing moves; our sample is a drawing, send a face of yours by --video",
      ask: () => move(film, silence(sent.seconds)),
      judge: whenOk(({ bytes }) => {
        const moved = spoken !== undefined && !bytes.equals(spoken.bytes);
        return { ok: moved, came: moved ? "other pictures" : "the same pictures" };
      }),
    },
    {
      name: "join",
      asked: "whether two pieces have the same settings of their decoder",
      ask: () => move(film, silence(sent.seconds)),
      judge: whenOk(({ bytes }) => {
        const [one, other] = [spoken && mp4Facts(spoken.bytes)?.decoder, mp4Facts(bytes)?.decoder];
        const ok = one !== undefined && one !== "" && one === other;
        return { ok, came: ok ? "the same" : `${one ?? "none"} and ${other ?? "none"}` };
      }),
    },
    {
      name: "no video",
      asked: "a file that is no video",
      ask: () => move(Buffer.from("This is no video."), voice),
      judge: refusal,
    },
    {
      name: "no audio",
      asked: "a file that is no audio",
      ask: () => move(film, Buffer.from("This is no audio.")),
      judge: refusal,
    },
  ];
}
