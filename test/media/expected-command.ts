export function words(text: string): string[] {
  return text.split(" ");
}

/** One rendition. */
export interface Step {
  readonly width: number;
  readonly height: number;
  readonly rates: string;
}

/** The parts of a command in which the cases below differ; the rest is the same for all. */
export interface Command {
  readonly device?: string;
  readonly videoIndex?: number;
  /** Options before the demuxer's. */
  readonly input?: string;
  /** Decoding of the sound, from its inputs to the loopback; without it there is no sound. */
  readonly sound?: string | undefined;
  /** Of the picture, before the split. */
  readonly chain: readonly string[];
  readonly scale?: (size: Step) => string;
  readonly encoder?: string;
  readonly steps: readonly Step[];
  readonly hlsTime?: string;
}

export const x264Args =
  "-c:v libx264 -preset veryfast -profile:v high -crf 21 -g 60 -keyint_min 60 -sc_threshold 0 -flags:v +cgop -threads:v 2";

/** Brings every picture into 1920 by 1080 square pixels. */
export const frame = [
  "scale=w='if(gt(dar/1.7777777777777777,0.99),1920,2*round(1920*max(dar/1.7777777777777777,0.02)/2))':h='if(gt(1.7777777777777777/dar,0.99),1080,2*round(1080*max(1.7777777777777777/dar,0.02)/2))':eval=frame",
  "pad=1920:1080:(ow-iw)/2:(oh-ih)/2:eval=frame",
  "setsar=10000/10000",
];

/** Of 1080p at up to 30 frames per second. */
export const fullLadder: readonly Step[] = [
  { width: 1920, height: 1080, rates: "-maxrate:v:0 5000k -bufsize:v:0 7500k" },
  { width: 1280, height: 720, rates: "-maxrate:v:1 2800k -bufsize:v:1 4200k" },
  { width: 854, height: 480, rates: "-maxrate:v:2 1400k -bufsize:v:2 2100k" },
  { width: 640, height: 360, rates: "-maxrate:v:3 800k -bufsize:v:3 1200k" },
];
/** At more than 30 frames per second. */
export const fastLadder: readonly Step[] = [
  { width: 1920, height: 1080, rates: "-maxrate:v:0 7500k -bufsize:v:0 11250k" },
  { width: 1280, height: 720, rates: "-maxrate:v:1 4200k -bufsize:v:1 6300k" },
  { width: 854, height: 480, rates: "-maxrate:v:2 2100k -bufsize:v:2 3150k" },
  { width: 640, height: 360, rates: "-maxrate:v:3 1200k -bufsize:v:3 1800k" },
];

function scaleInSoftware({ width, height }: Step): string {
  return `scale=${width}:${height}:flags=bicubic,setsar=1`;
}

function graphOf({ steps, chain, videoIndex = 0, scale = scaleInSoftware }: Command): string {
  const splits = steps.map((_, index) => `[s${index}]`).join("");
  return [
    `[0:${videoIndex}]${[...chain, `split=${steps.length}`].join(",")}${splits}`,
    ...steps.map((step, index) => `[s${index}]${scale(step)}[v${index}]`),
  ].join(";");
}

function inputOf({ videoIndex = 0, input }: Command): string[] {
  return [
    ...words(`-threads 2 -noautorotate -apply_cropping codec -reinit_filter:${videoIndex} 0`),
    ...(input === undefined ? [] : words(input)),
    ...words("-t 15 -probesize 33554432 -analyzeduration 20000000"),
    ...words(
      "-protocol_whitelist file,pipe -format_whitelist mov -max_streams 100 -max_pixels 34471936 -f mov",
    ),
    ...words("-i file:/work/jobs/x/source -filter_complex_threads 2"),
  ];
}

function muxerOf({ steps, sound, hlsTime = "6.000000" }: Command): string[] {
  const group = sound === undefined ? "" : ",agroup:audio";
  const names = steps.map(({ width, height }) => `${Math.min(width, height)}p`);
  const variants = names.map((name, index) => `v:${index}${group},name:${name}`);
  return [
    ...words(`-f hls -hls_time ${hlsTime} -hls_playlist_type vod`),
    ...words("-hls_segment_type fmp4 -hls_flags independent_segments+temp_file"),
    ...words("-hls_segment_options movflags=+cmaf:use_editlist=0 -hls_fmp4_init_filename init.mp4"),
    "-var_stream_map",
    [...variants, ...(sound === undefined ? [] : ["a:0,agroup:audio,name:audio"])].join(" "),
    ...words("-hls_segment_filename /work/jobs/x/out/%v/%05d.m4s /work/jobs/x/out/%v/index.m3u8"),
  ];
}

/** Of the stereo sound of this number. */
export function countingGraph(number: number): string {
  return `[dec:${number}]aresample=async=1:first_pts=0:min_hard_comp=0.05,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,atrim=start_sample=1024,asetpts=PTS-STARTPTS[a${number}]`;
}

/** Every word of the command, in its order. */
export function expectedCommand(given: Command): string[] {
  const { steps, sound, encoder = x264Args } = given;
  const withSound = (args: () => string[]): string[] => (sound === undefined ? [] : args());
  return [
    ...words("-nostdin -y -hide_banner -v warning -nostats -progress pipe:1 -stats_period 0.5"),
    ...words("-max_error_rate 1"),
    ...(given.device === undefined ? [] : words(given.device)),
    ...inputOf(given),
    ...withSound(() => ["-filter_complex", `${sound}[pcm0]`]),
    ...withSound(() => words("-map [pcm0] -c:a pcm_f32le -f null - -dec 0:0")),
    ...withSound(() => ["-filter_complex", countingGraph(0)]),
    ...["-filter_complex", graphOf(given)],
    ...steps.flatMap((_, index) => ["-map", `[v${index}]`]),
    ...withSound(() => ["-map", "[a0]"]),
    ...words(encoder),
    ...steps.flatMap(({ rates }) => words(rates)),
    ...withSound(() => words("-c:a aac -b:a:0 128k")),
    ...words("-map_metadata -1 -map_chapters -1"),
    ...muxerOf(given),
  ];
}
