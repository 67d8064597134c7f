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
