import type { EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import { Type } from "typebox";
import { budget, count, flag, memory, replicas, resources, section } from "./leaves.ts";

const portList = (values: number[], description: string) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: 65_535, description: "A port" }), {
    maxItems: 10,
    uniqueItems: true,
    default: values,
    description: `${description}; others go into no-allow-all.openings of the policy pack's profile as well`,
  });

/** Those that any address may be; rooms are of a LiveKit server that the stack knows, and pages have recorders of their own. */
const sources = [
  "rtmp",
  "rtsp",
  "srt",
  "hls",
  "whep",
] as const satisfies readonly EgressSourceKind[];

/** Its memory is buffers of connections, its CPU what it copies. */
const proxy = section(
  "The proxy by which recorders reach http and https, and nothing else of theirs does: it refuses what is not public",
  {
    replicas: replicas("the proxy", { min: 2, max: 4, least: 1 }),
    budget: budget("the proxy"),
    resources: resources("the proxy", {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
    ports: portList([443, 80], "TCP ports that HLS playlists and WHEP servers may have"),
    drainSeconds: count(
      30,
      { min: 10, max: 600 },
      "Seconds after the stop signal in which connections may end by themselves",
    ),
  },
);

/** One server: without a Redis of its own a room lives in one process. LiveKit asks for 4 cores for hundreds of people. */
const livekit = section(
  "A LiveKit server of the stack's own, whose rooms are recorded (source livekit); one pod, and a room ends with it",
  {
    enabled: flag(
      false,
      "Whether there is one; its key is in the Secret livekit-secrets (docs/egress.md)",
    ),
    images: Type.Enum(["upstream", "own"], {
      default: "upstream",
      description:
        "Its image: upstream pulls docker.io/livekit/livekit-server; own takes livekit from where our images are; the embedded node has its own",
    }),
    mediaAddress: Type.Optional(
      Type.String({
        pattern: "^[0-9]{1,3}([.][0-9]{1,3}){3}$",
        description:
          "IPv4 address at which people outside the cluster reach its media port by UDP and TCP; unset: local.host on one machine, and in a cloud nobody outside does",
      }),
    ),
    resources: resources("the LiveKit server", {
      requests: { cpu: "500m", memory: "512Mi" },
      limits: { cpu: "4", memory: "2Gi" },
    }),
    drainSeconds: count(
      60,
      { min: 10, max: 36_000 },
      "Seconds after the stop signal in which rooms may end by themselves",
    ),
  },
);

/**
 * Sound that is early is noticed from 45 ms on and unacceptable from 90 ms on (ITU-R BT.1359-1); broadcasters keep to 40 ms early and 60 ms
 * late (EBU R 37). A recorder with two cores of its own was 38 to 65 ms early, one that was starved up to 195 ms.
 */
const calibration = section(
  "At its start a recorder of pages records a page of its own, with flashes and beeps, and corrects its sound by what it finds; outside these bounds it is not ready, takes no page, and tries again",
  {
    seconds: count(8, { min: 4, max: 60 }, "Seconds of that page"),
    mostOffsetMs: count(
      80,
      { min: 1, max: 300 },
      "Milliseconds by which the sound may be early or late before it is corrected; recorders that are further off have too little CPU",
    ),
    mostSpreadMs: count(
      40,
      { min: 1, max: 300 },
      "Milliseconds that four of five beeps may be from the middle, which no correction helps (EBU R 37)",
    ),
    leastPicturesPercent: count(
      95,
      { min: 1, max: 100 },
      "Percent of the pictures that have to be new",
    ),
  },
);

/** Sizes: a page that draws 60 pictures a second at 1280x720, measured (docs/egress.md). The number of pods: seed 003. */
const web = section(
  "Recorders of web pages, each with a browser, a display and one page at a time (source web); they have no other way out than the proxy",
  {
    enabled: flag(
      false,
      "Whether there are recorders of pages. Their nodes need a kernel that lets users without rights make user namespaces, for the browser's sandbox",
    ),
    replicas: replicas("the recorders of pages", { min: 6, max: 6, least: 1 }),
    budget: budget("the recorders of pages"),
    resources: resources("the recorders of pages", {
      requests: { cpu: "2", memory: "2Gi" },
      limits: { cpu: "2", memory: "2Gi" },
    }),
    sharedMemory: memory(
      "512Mi",
      "What the processes of a browser share, in memory; of what resources.limits allow",
    ),
    workDirectory: memory(
      "8Gi",
      "Scratch space of one pod: the browser's profile, what the store has not confirmed yet, and the MP4 while it is made",
    ),
    calibration,
  },
);

/** Read by the API and the recorders. Bounds, resources and times: seed 003. */
export const Egress = section(
  "Egress: recorders of live streams; clients ask for recordings at /v1/egress (docs/egress.md)",
  {
    enabled: flag(
      false,
      "Whether there are recorders, which connect to the internet on the ports below and by a proxy, and to private networks only as far as ranges has them",
    ),
    replicas: replicas("the recorders", { min: 3, max: 10, least: 1 }),
    budget: budget("the recorders"),
    resources: resources("the recorders", {
      requests: { cpu: "500m", memory: "512Mi" },
      limits: { cpu: "2", memory: "2Gi" },
    }),
    slots: count(
      4,
      { min: 1, max: 32 },
      "Recordings of one pod at a time, each in a process of its own; with its ffmpeg it has about 220 MiB",
    ),
    sources: Type.Array(Type.Enum(sources, { description: "A kind of source" }), {
      minItems: 1,
      uniqueItems: true,
      default: [...sources],
      description: "Sources that may be recorded",
    }),
    tcpPorts: portList([554, 1935, 8554], "TCP ports that sources may have (RTSP, RTMP)"),
    udpPorts: portList(
      [8890, 8189],
      "UDP ports that sources may have (SRT, media of WHEP servers)",
    ),
    proxy,
    livekit,
    web,
    ranges: Type.Array(
      Type.String({ pattern: "^[0-9a-fA-F.:]+/[0-9]+$", description: "A range, as 10.30.0.0/20" }),
      {
        maxItems: 20,
        default: [],
        description:
          "Ranges of private IPv4 addresses that may be reached beside the public ones. Everybody who may submit jobs reaches them: name the hosts that have streams",
      },
    ),
    region: Type.String({
      pattern: "^[a-z0-9-]{0,40}$",
      default: "",
      description:
        "Region of these recorders; recordings that ask for one are taken by its recorders alone",
    }),
    workDirectory: memory(
      "12Gi",
      "Scratch space of one pod: what the store has not confirmed yet, and the MP4 files while they are made",
    ),
    queueSeconds: count(
      30,
      { min: 5, max: 3600 },
      "Seconds after which a recording that found no free recorder times out",
    ),
    leaseSeconds: count(
      45,
      { min: 10, max: 600 },
      "Seconds after which a recorder that is silent loses its recordings to others",
    ),
    heartbeatSeconds: count(15, { min: 1, max: 15 }, "Seconds between renewals of a lease"),
    drainSeconds: count(
      30,
      { min: 10, max: 600 },
      "Seconds after the stop signal in which recordings are handed to other recorders",
    ),
  },
);
