import { imageTool } from "../../tools/images/tool.ts";
import { once } from "./once.ts";

/**
 * Path of a program of the worker's image, which the machine need not have. The image is looked for, and made where it is not
 * there, at the first use: whoever only loads what would run the program does not wait for that.
 */
export const mediaProgram = once(
  async (name: "ffmpeg" | "ffprobe") =>
    process.env[`${name.toUpperCase()}_PATH`] ?? (await imageTool("worker", name)),
);
