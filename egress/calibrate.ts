/** The process that records the recorder's own page before it takes any. Its controller starts it, and reads what it found. */
import { createLogger } from "@framewright/runtime/log.ts";
import { loadEgressEnv, readSecrets } from "./env.ts";
import { recordCalibration } from "./src/web/record-calibration.ts";

const config = loadEgressEnv();
const { ffmpegPath: ffmpeg, ffprobePath: ffprobe, path, policy, calibration, workDir } = config;
const log = createLogger({
  level: config.logLevel,
  base: { service: "egress", recorder: config.podName },
  secrets: readSecrets(),
});

// Without its controller nobody wants to know.
process.on("disconnect", () => {
  process.exit();
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);

try {
  const measured = await recordCalibration({
    ...{ policy, log, seconds: calibration.seconds },
    programs: { ffmpeg, ffprobe, path },
    folder: `${workDir}/calibration`,
  });
  process.send?.(measured, undefined, undefined, () => {
    process.disconnect();
  });
} catch (error) {
  log.error({ err: error }, "the recorder's own page could not be recorded");
  process.exitCode = 1;
  process.disconnect();
}
