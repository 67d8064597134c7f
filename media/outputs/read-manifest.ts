/** What is wrong with a manifest, in words that follow its path. */
export class ManifestFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ManifestFault";
  }
}

/** A track of segments as a manifest names it. */
export interface NamedTrack {
  readonly id: string;
  /** Paths beside the manifest. */
  readonly init: string;
  readonly segments: readonly string[];
  /** Length of each segment. */
  readonly seconds: readonly number[];
}

export interface ReadManifest {
  readonly durationSeconds: number;
  readonly tracks: readonly NamedTrack[];
  /** Paths of whole WebVTT files. */
  readonly texts: readonly string[];
}

/** More than the longest film has; a single line may state any number. */
const mostSegments = 100_000;

const name = "[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}";
const value = '[^"<>]*';

/** Every line that a manifest of ours has, without those that carry facts. */
const plain = [
  /^<\?xml version="1\.0" encoding="utf-8"\?>$/,
  /^<Period id="0" start="PT0S">$/,
  new RegExp(
    `^<AdaptationSet id="\\d{1,3}" contentType="(?:video|audio|text)" mimeType="(?:video/mp4|audio/mp4|text/vtt)"(?: lang="[A-Za-z0-9-]{1,40}")?(?: segmentAlignment="true" startWithSAP="1")?>$`,
  ),
  /^<Label>[^<>]*<\/Label>$/,
  /^<Role schemeIdUri="urn:mpeg:dash:role:2011" value="[a-z-]{1,40}"\/>$/,
  /^<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="\d{1,2}"\/>$/,
  /^<SegmentTimeline>$/,
  /^<\/(?:SegmentTimeline|SegmentTemplate|Representation|AdaptationSet|Period|MPD)>$/,
];
const root = new RegExp(
  `^<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="${value}" type="static" mediaPresentationDuration="PT(\\d{1,7}(?:\\.\\d{1,6})?)S" minBufferTime="PT[\\d.]{1,14}S">$`,
);
const representation = new RegExp(`^<Representation id="(${name})"(?: [A-Za-z]+="${value}")*>$`);
const template = new RegExp(
  `^<SegmentTemplate timescale="([1-9]\\d{0,9})" initialization="(${name}/${name})" media="(${name})/\\$Number%05d\\$\\.m4s" startNumber="0">$`,
);
const segment = /^<S(?: t="0")? d="([1-9]\d{0,14})"(?: r="([1-9]\d{0,5})")?\/>$/;
const base = new RegExp(`^<BaseURL>(${name}/${name})</BaseURL>$`);

interface OpenTrack {
  readonly id: string;
  readonly init: string;
  readonly folder: string;
  readonly timescale: number;
  readonly seconds: number[];
}

/** Reads line by line what {@link writeManifest} writes; anything else could lead a player elsewhere. */
class ManifestReader {
  durationSeconds: number | undefined;
  readonly tracks: OpenTrack[] = [];
  readonly texts: string[] = [];
  #id = "";

  take(line: string): void {
    const read = [
      () => this.#root(root.exec(line)),
      () => this.#representation(representation.exec(line)),
      () => this.#template(template.exec(line)),
      () => this.#segment(segment.exec(line)),
      () => this.#base(base.exec(line)),
      () => plain.some((form) => form.test(line)),
    ];
    if (read.some((one) => one())) return;
    const shown = JSON.stringify(line.slice(0, 80));
    throw new ManifestFault(`has the line ${shown}, which no manifest of ours has`);
  }

  #root(found: RegExpExecArray | null): boolean {
    if (!found) return false;
    if (this.durationSeconds !== undefined) throw new ManifestFault("has two roots");
    this.durationSeconds = Number(found[1]);
    return true;
  }

  #representation(found: RegExpExecArray | null): boolean {
    if (found) this.#id = found[1] ?? "";
    return found !== null;
  }

  #template(found: RegExpExecArray | null): boolean {
    const [, timescale, init = "", folder = ""] = found ?? [];
    if (found) {
      const track = { id: this.#id, init, folder, timescale: Number(timescale), seconds: [] };
      this.tracks.push(track);
    }
    return found !== null;
  }

  #segment(found: RegExpExecArray | null): boolean {
    if (!found) return false;
    const track = this.tracks.at(-1);
    if (!track) throw new ManifestFault("has a segment outside of a template");
    const count = 1 + Number(found[2] ?? 0);
    if (track.seconds.length + count > mostSegments) {
      throw new ManifestFault(`names more than ${mostSegments} segments of ${track.id}`);
    }
    const length = Number(found[1]) / track.timescale;
    for (let index = 0; index < count; index += 1) track.seconds.push(length);
    return true;
  }

  #base(found: RegExpExecArray | null): boolean {
    if (found) this.texts.push(found[1] ?? "");
    return found !== null;
  }
}

/** The file of a segment by its number, as `$Number%05d$` has it. */
function segmentPath(folder: string, index: number): string {
  return `${folder}/${String(index).padStart(5, "0")}.m4s`;
}

export function readManifest(text: string): ReadManifest {
  const lines = text.split("\n");
  if (lines.at(-1) !== "" || lines.at(-2) !== "</MPD>") throw new ManifestFault("does not end");
  const reader = new ManifestReader();
  for (const line of lines.slice(0, -1)) reader.take(line.trimStart());
  const { durationSeconds, tracks, texts } = reader;
  if (durationSeconds === undefined) throw new ManifestFault("states no length");
  return {
    durationSeconds,
    tracks: tracks.map(({ id, init, folder, seconds }) => ({
      ...{ id, init, seconds },
      segments: seconds.map((_, index) => segmentPath(folder, index)),
    })),
    texts,
  };
}
