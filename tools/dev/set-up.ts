import { mediaTools } from "../demo/platform.ts";
import type { WorkerTools } from "../demo/verify.ts";
import { buildImages, missingImages } from "../images/build.ts";
import { installPackages } from "../packages.ts";
import { preflightDev } from "../preflight.ts";
import { kinds } from "../services/kinds.ts";
import { releaseSetUp, takeLock } from "../setup.ts";
import { step } from "../steps.ts";
import { buildTools } from "../toolchain.ts";

/** The services, and what the worker's image stands on; the programs themselves run from the sources. */
const images = [...Object.values(kinds).map(({ image }) => image), "ffmpeg"];

/** What image building needs of the machine; a user maps ids by the last one. */
const builders = { buildah: "buildah", mmdebstrap: "mmdebstrap", newuidmap: "uidmap" };

/** Builds what `npm run dev` needs and this machine lacks. */
export async function setUpDev(): Promise<WorkerTools> {
  await step("machine", preflightDev, () => "ready");
  takeLock();
  await step(
    "build gateway",
    () => buildTools("kubernetes"),
    (done) => (done ? "built" : "there"),
  );
  const missing = missingImages(images);
  if (missing.length > 0) {
    await step(
      "debian packages",
      () => installPackages(builders),
      (names) => (names.length === 0 ? "there" : `installed ${names.join(", ")}`),
    );
  }
  await step(
    "images",
    ({ doing }) => buildImages({ only: images, log: doing }),
    () => (missing.length === 0 ? "there" : `built ${missing.join(", ")}`),
  );
  const tools = await step("ffmpeg", mediaTools, () => "there");
  releaseSetUp();
  return tools;
}
