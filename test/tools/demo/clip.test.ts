import { expect, it } from "vitest";
import { clipArguments } from "../../../tools/demo/clip.ts";

it("the demo's clip moves, shows its time code and changes its tone", () => {
  const shape = { width: 1920, height: 1080, fps: 30, seconds: 20 };
  expect(clipArguments(shape, "/fonts/mono.ttf", "out.mp4")).toEqual([
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=20"],
    ...["-f", "lavfi", "-i"],
    "aevalsrc='0.2*sin(2*PI*t*if(lt(mod(t\\,2)\\,1)\\,440\\,660))':s=48000:d=20",
    "-vf",
    "drawtext=fontfile=/fonts/mono.ttf:timecode='00\\:00\\:00\\:00':rate=30:fontsize=120:" +
      "fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=20:x=(w-text_w)/2:y=h-text_h-60," +
      "format=yuv420p",
    ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "300"],
    ...["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart", "out.mp4"],
  ]);
});
