import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { make } from "../../support/clips.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const seconds = 40;

/** A tone of 0.2 s at every even second. */
const tones = `aevalsrc='if(lt(mod(t,2),0.2),0.5*sin(880*PI*t),0)':s=48000:d=${seconds}`;

/** Every picture differs from all others: something moves, and numbers count. */
const counting = [
  ...["-f", "lavfi", "-i", `testsrc2=size=640x360:rate=25:duration=${seconds}`],
  ...["-f", "lavfi", "-i", tones],
];
const encoded =
  "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 250 -bf 2 -c:a aac -shortest".split(" ");

async function withSubtitles(): Promise<string> {
  const text = join(temporaryFolder("framewright-subtitles-"), "text.srt");
  writeFileSync(
    text,
    [
      "1\n00:00:02,000 --> 00:00:04,000\nbefore\n",
      "2\n00:00:11,000 --> 00:00:13,000\ninside\n",
      "3\n00:00:25,000 --> 00:00:27,000\nbehind\n",
    ].join("\n"),
  );
  return make("counted-subtitles.mkv", [...counting, "-i", text, ...encoded, "-c:s", "srt"]);
}

/** Films of forty seconds at 25 pictures a second. */
export const films = {
  counted: () => make("counted.mp4", [...counting, ...encoded]),
  countedMkv: () => make("counted.mkv", [...counting, ...encoded]),
  countedTs: () => make("counted.ts", [...counting, ...encoded]),
  countedSubtitles: withSubtitles,
};

const picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=20"];
const small = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 50 -shortest".split(" ");

/** Twenty seconds of noise through these filters, in AAC beside a small picture. */
function noise(name: string, filters: string, channels = "stereo"): Promise<string> {
  const sound = `anoisesrc=d=20:c=pink:a=0.5:r=48000:seed=1,${filters},aformat=channel_layouts=${channels}`;
  return make(name, [
    ...[...picture, "-f", "lavfi", "-i", sound],
    ...[...small, "-c:a", "aac", "-b:a", "256k"],
  ]);
}

/** Films whose sound is quiet, loud, or both. */
export const sounds = {
  quietSurround: () => noise("quiet-surround.mp4", "volume=-24dB", "5.1"),
  loud: () => noise("loud.mp4", "volume=8dB,alimiter=limit=0.9"),
  /** Quiet, with a loud beat every second. */
  peaks: () => noise("loud-beats.mp4", "volume='if(lt(mod(t,1),0.1),1.5,0.3)':eval=frame"),
  /** Louder and quieter by 8 dB in turn. */
  wide: () => noise("wide-range.mp4", "volume='if(lt(mod(t,8),4),0.5,0.2)':eval=frame"),
  loudThenQuiet: () => noise("loud-then-quiet.mp4", "volume='if(lt(t,15),0.9,0.03)':eval=frame"),
  silent: () => noise("silenced.mp4", "volume=0"),
};

function logo(name: string, filters: string): Promise<string> {
  const plain = ["-f", "lavfi", "-i", `color=blue:s=200x100:d=1,format=rgba${filters}`];
  return make(name, [...plain, "-frames:v", "1"]);
}

/** Pictures in blue; the ring has a hole. */
export const logos = {
  blue: () => logo("blue.png", ""),
  jpeg: () => logo("blue.jpg", ",format=yuvj444p"),
  webp: () => logo("blue.webp", ""),
  ring: () => logo("blue-ring.png", ",geq=r=0:g=0:b=255:a='if(lt(hypot(X-100,Y-50),40),0,255)'"),
};
