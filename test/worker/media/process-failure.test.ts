import { describe, expect, it } from "vitest";
import { processFailure } from "../../../worker/src/media/process-failure.ts";

type End = Parameters<typeof processFailure>[0];

function failure(change: Partial<End>) {
  return processFailure({
    ...{ exitCode: 1, signal: null, readsOwnOutput: false },
    ...{ reason: undefined, memoryBytes: 512 * 1024 ** 2, stderrTail: [], argv: ["ffmpeg"] },
    ...{ dataBytes: undefined, dataShare: 0, ...change },
  });
}

/** The lines with which ffmpeg 7.1 ends after an error in its filters. */
const end = [
  "[fc#0 @ 0x5555] Task finished with error code: -22 (Invalid argument)",
  "[fc#0 @ 0x5555] Terminating thread with return code -22 (Invalid argument)",
  "[vost#0:0/libx264 @ 0x5556] Could not open encoder before EOF",
  "[vost#0:0/libx264 @ 0x5556] Task finished with error code: -22 (Invalid argument)",
  "[vost#0:0/libx264 @ 0x5556] Terminating thread with return code -22 (Invalid argument)",
  "[out#0/hls @ 0x5557] Nothing was written into output file, because at least one of its streams received no packets.",
];
const reinitialising = ["[fc#0 @ 0x5555] Error reinitializing filters!", ...end];
const survived =
  "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] Error submitting packet to decoder: Invalid data found when processing input";

describe("the end of a media process", () => {
  it.each<{ by: string; is: [code: string, kind: string]; reported: string; lines: string[] }>([
    {
      by: "a full disk",
      is: ["scratch-full", "transient"],
      reported: "av_write_frame(): No space left on device",
      lines: ["av_write_frame(): No space left on device"],
    },
    {
      by: "too many sessions",
      is: ["encoder-busy", "transient"],
      reported: "h264_nvenc: OpenEncodeSessionEx failed: out of memory (10): (no details)",
      lines: [
        "[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: out of memory (10): (no details)",
        "[vost#0:0/h264_nvenc @ 0x2] Error while opening encoder - maybe incorrect parameters such as bit_rate, rate, width or height.",
        ...end,
      ],
    },
    {
      by: "a GPU without encoder",
      is: ["encoder-unavailable", "defect"],
      reported: "OpenEncodeSessionEx failed: unsupported device (2)",
      lines: ["OpenEncodeSessionEx failed: unsupported device (2)"],
    },
    {
      by: "a missing library",
      is: ["encoder-unavailable", "defect"],
      reported: "h264_nvenc: Cannot load libcuda.so.1",
      lines: ["[h264_nvenc @ 0x1] Cannot load libcuda.so.1", ...end],
    },
    {
      by: "a missing device",
      is: ["encoder-unavailable", "defect"],
      reported: "AVHWDeviceContext: No VA display found for device renderD128",
      lines: [
        "[AVHWDeviceContext @ 0x1] No VA display found for device /dev/dri/renderD128.",
        "Device creation failed: -22.",
        "Error parsing global options: Invalid argument",
      ],
    },
    {
      by: "a picture that is larger than the decoder may make",
      is: ["picture-too-large", "input"],
      reported:
        "h264: Picture size 16000x16000 exceeds specified max pixel count 34471936, see the documentation if you wish to increase it",
      lines: [
        "[h264 @ 0x1] [IMGUTILS @ 0x2] Picture size 16000x16000 exceeds specified max pixel count 34471936, see the documentation if you wish to increase it",
        "[h264 @ 0x1] decode_slice_header error",
      ],
    },
    {
      by: "a device that takes no pictures",
      is: ["device-failed", "defect"],
      reported: "hwupload: Query format failed for 'Parsed_hwupload_0': Invalid argument",
      lines: [
        "[Parsed_hwupload_0 @ 0x1] Query format failed for 'Parsed_hwupload_0': Invalid argument",
        ...reinitialising,
      ],
    },
    {
      by: "an encoder that is given a wrong size",
      is: ["encoder-failed", "defect"],
      reported: "libx264: width not divisible by 2 (161x121)",
      lines: [
        survived,
        "[libx264 @ 0x1] width not divisible by 2 (161x121)",
        "[vost#0:0/libx264 @ 0x2] Error while opening encoder - maybe incorrect parameters such as bit_rate, rate, width or height.",
        "[fc#0 @ 0x3] Error sending frames to consumers: Generic error in an external library",
        ...end,
      ],
    },
    {
      by: "a filter graph that is wrong",
      is: ["encoder-failed", "defect"],
      reported: "scale: Cannot parse expression for height: 'foo'",
      lines: [
        "[Parsed_scale_0 @ 0x1] [Eval @ 0x7ffc] Undefined constant or missing '(' in 'foo'",
        "[Parsed_scale_0 @ 0x1] Cannot parse expression for height: 'foo'",
        "[AVFilterGraph @ 0x2] Error initializing filters",
        "Failed to set value '[0:0]scale=-3:foo[v]' for option 'filter_complex': Invalid argument",
        "Error parsing global options: Invalid argument",
      ],
    },
    {
      by: "too little memory",
      is: ["encoder-failed", "defect"],
      reported: "scale: Cannot allocate memory for the table",
      lines: ["[Parsed_scale_0 @ 0x1] Cannot allocate memory for the table", ...reinitialising],
    },
    {
      by: "an unknown error after a packet that was skipped",
      is: ["encoder-failed", "defect"],
      reported: "something new",
      lines: [survived, "something new"],
    },
    {
      by: "reserved colours",
      is: ["source-unsupported", "input"],
      reported: "track 0: Invalid color space",
      lines: ["[graph 0 input from stream 0:0 @ 0x7f] Invalid color space", ...reinitialising],
    },
    {
      by: "colours that cannot be converted",
      is: ["source-unsupported", "input"],
      reported: "zscale: code 3074: no path between colorspaces",
      lines: [
        "[Parsed_zscale_0 @ 0x7f] code 3074: no path between colorspaces",
        "    Last message repeated 5 times",
        "[fc#0 @ 0x5555] Error while filtering: Generic error in an external library",
        ...end,
      ],
    },
    {
      by: "a codec without decoder",
      is: ["source-undecodable", "input"],
      reported: "track 0 (none): Decoding requested, but no decoder found for: none",
      lines: [
        "[vist#0:0/none @ 0x1] Decoding requested, but no decoder found for: none",
        "[fc#0 @ 0x2] Error binding an input stream to complex filtergraph input fps:default.",
        "Error binding filtergraph inputs/outputs: Invalid argument",
      ],
    },
    {
      by: "sound of which nothing decodes",
      is: ["source-undecodable", "input"],
      reported: "track 1 (aac): Decode error rate 1 exceeds maximum 0.666667",
      lines: [
        "[aac @ 0x3] channel element 3.11 is not allocated",
        "[aist#0:1/aac @ 0x1] [dec:aac @ 0x2] Decode error rate 1 exceeds maximum 0.666667",
        "[aist#0:1/aac @ 0x1] [dec:aac @ 0x2] Task finished with error code: -1145393733 (Error number -1145393733 occurred)",
        "[out#0/hls @ 0x5557] Nothing was written into output file, because at least one of its streams received no packets.",
      ],
    },
    {
      by: "a missing index",
      is: ["source-unreadable", "input"],
      reported: "mov,mp4,m4a,3gp,3g2,mj2: moov atom not found",
      lines: [
        "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] moov atom not found",
        "[in#0 @ 0x2] Error opening input: Invalid data found when processing input",
        "Error opening input file file:/work/jobs/1/source.",
        "Error opening input files: Invalid data found when processing input",
      ],
    },
    {
      by: "a broken head",
      is: ["source-unreadable", "input"],
      reported: "matroska,webm: EBML header parsing failed",
      lines: [
        "[matroska,webm @ 0x1] EBML header parsing failed",
        "[in#0 @ 0x2] Error opening input: Invalid data found when processing input",
      ],
    },
    {
      by: "an unknown error beside subtitles that are empty",
      is: ["encoder-failed", "defect"],
      reported: "something new",
      lines: [
        "[matroska,webm @ 0x1] Could not find codec parameters for stream 2 (Subtitle: hdmv_pgs_subtitle (pgssub)): unspecified size",
        "something new",
      ],
    },
    {
      by: "pictures that are noise",
      is: ["source-undecodable", "input"],
      reported: "track 0 (h264): Decoding error: Invalid data found when processing input",
      lines: [
        "[h264 @ 0x1] Error splitting the input into NAL units.",
        "[vist#0:0/h264 @ 0x2] [dec:h264 @ 0x3] Error submitting packet to decoder: Invalid data found when processing input",
        "[h264 @ 0x1] Error splitting the input into NAL units.",
        "[vist#0:0/h264 @ 0x2] [dec:h264 @ 0x3] Decoding error: Invalid data found when processing input",
        "Cannot determine format of input 0:0 after EOF",
        "[fc#0 @ 0x5555] Task finished with error code: -1094995529 (Invalid data found when processing input)",
        "[fc#0 @ 0x5555] Terminating thread with return code -1094995529 (Invalid data found when processing input)",
        ...end.slice(2),
      ],
    },
    {
      by: "parameters that are nowhere",
      is: ["source-undecodable", "input"],
      reported:
        "matroska,webm: Could not find codec parameters for stream 0 (Video: h264): unspecified pixel format",
      lines: [
        "[matroska,webm @ 0x1] Could not find codec parameters for stream 0 (Video: h264): unspecified pixel format",
        "Consider increasing the value for the 'analyzeduration' (0) and 'probesize' (5000000) options",
        "Cannot determine format of input 0:0 after EOF",
        ...end,
      ],
    },
    {
      by: "a property that a filter refuses",
      is: ["source-unsupported", "input"],
      reported: "crop: Invalid too big or non positive size for width '9998' or height '2'",
      lines: [
        "[Parsed_crop_0 @ 0x1] Invalid too big or non positive size for width '9998' or height '2'",
        "[Parsed_crop_0 @ 0x1] Failed to configure input pad on Parsed_crop_0",
        ...reinitialising,
      ],
    },
    {
      by: "a track that is not there",
      is: ["source-unreadable", "input"],
      reported: "Stream specifier ':5' in filtergraph description [0:5]null[v] matches no streams",
      lines: [
        "[fc#0 @ 0x1] Stream specifier ':5' in filtergraph description [0:5]null[v] matches no streams.",
        "Error binding filtergraph inputs/outputs: Invalid argument",
      ],
    },
  ])("by $by is $is, and says why", ({ is: [code, kind], reported, lines }) => {
    const found = failure({ stderrTail: lines });
    expect(found).toMatchObject({ code, kind });
    expect(found.message).toContain(` FFmpeg reported "${reported}".`);
  });

  it.each<[string, Partial<End>, string, string]>([
    [
      "a crash",
      { exitCode: null, signal: "SIGSEGV" },
      "encoder-crashed",
      "The encoder crashed. FFmpeg ended (killed by SIGSEGV).",
    ],
    [
      "a kill",
      { exitCode: null, signal: "SIGKILL" },
      "encoder-killed",
      "The encoder was killed; it may have run out of memory. FFmpeg ended (killed by SIGKILL).",
    ],
    [
      "a stall",
      { exitCode: null, signal: "SIGKILL", reason: "stalled" },
      "encoder-stalled",
      "The encoder made no progress. FFmpeg ended (killed by SIGKILL).",
    ],
    [
      "its memory",
      { exitCode: null, signal: "SIGKILL", reason: "memory" },
      "too-much-memory",
      "The file takes more memory to decode than a worker has. It took more than 512 MiB.",
    ],
    [
      "its memory, over what the attempt has made itself",
      { exitCode: null, signal: "SIGKILL", reason: "memory", readsOwnOutput: true },
      "encoder-failed",
      "The encoder failed. It took more than 512 MiB.",
    ],
    [
      "an exit without a word",
      { exitCode: 8 },
      "encoder-failed",
      "The encoder failed. FFmpeg ended (exit code 8).",
    ],
  ])("by %s has a code of its own", (_title, change, code, message) => {
    expect(failure(change)).toMatchObject({ code, message });
  });

  it("of which a track held not one sample says so", () => {
    const stderrTail = ["[aost#0:1/aac @ 0x1] Could not open encoder before EOF"];
    expect(failure({ stderrTail })).toMatchObject({
      ...{ code: "source-undecodable", kind: "input" },
      message: "The file cannot be decoded. One of its tracks holds nothing that can be decoded.",
    });
  });

  it("that read what the attempt had made is no fault of the source", () => {
    const stderrTail = ["pipe:0: Invalid data found when processing input"];
    expect(failure({ stderrTail })).toMatchObject({ kind: "input" });
    expect(failure({ stderrTail, readsOwnOutput: true })).toMatchObject({
      code: "encoder-failed",
      message: `The encoder failed. FFmpeg reported "${stderrTail[0]}".`,
    });
  });

  it("shows how it ended and its last lines, and keeps the command for the log", () => {
    const argv = ["ffmpeg", "-i", "https://store/x.mp4?X-Amz-Signature=abc"];
    const { detail, evidence } = failure({ exitCode: 69, stderrTail: ["one", "two"], argv });
    expect(detail).toBe("exit code 69\none\ntwo");
    expect(evidence).toEqual({ argv: "ffmpeg -i https://store/x.mp4", stderr: ["one", "two"] });
  });

  it("with a line that has no end is cut", () => {
    const { message } = failure({ stderrTail: ["x".repeat(3000)] });
    expect(message.length).toBeLessThan(500);
  });
});
