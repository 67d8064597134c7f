/**
 * What rules and panels expect of whoever scrapes: the label `job` is the name of the app (`app.kubernetes.io/name` of
 * the pod), `namespace` and `pod` are the pod's. Exporters that speak for others (objects of Kubernetes, volumes) keep
 * the labels of what they speak for: `honor_labels: true`.
 */
export const scrapeJobs = {
  api: "api",
  webhooks: "webhooks",
  /** Each flavour of workers is an app: worker-cpu, worker-nvenc-t4. */
  workers: "worker-.+",
  /** Recorders and their proxy; LiveKit's server, which has its own metrics, is scraped as `livekit`. */
  egress: "egress|egress-proxy|web-recorder",
} as const;

/** All namespaces of the platform. */
export const ours = 'namespace=~"framewright-.+"';

/** Probes of the kubelet are no requests of anybody. */
const probes = "/healthz|/readyz";
/** These last as long as a client listens, or as long as its bytes come. */
const lasting = "/v1/jobs/:jobId/events|/v1/tus.*|/v1/playback/.*";

/** Requests of application developers, and of players. */
export const clientRequests = `server="client",route!~"${probes}"`;
/** Those among them whose time is ours. */
export const timedRequests = `server="client",route!~"${probes}|${lasting}"`;

/** The queues whose jobs are encoded in software, and those on a GPU. */
export const cpuClasses = 'class=~"cpu[.].+"';
export const gpuClasses = 'class=~"(nvenc|vaapi)[.].+"';

/** Every replica of the API tells the same of the whole stack: the largest is what is true. */
export const queuedJobs = 'max by (class) (framewright_jobs{state="queued"})';
export const runningJobs = 'max by (class) (framewright_jobs{state="running"})';
export const classWorkers = "max by (class) (framewright_class_workers)";

/** The share of the slots that is taken, of recorders of each kind: those of pages take nothing else. */
export const takenSlots =
  "sum by (job) (framewright_egress_recordings) / sum by (job) (framewright_egress_slots)";
/** Each recorder tells its own. */
export const recordings = "sum(framewright_egress_recordings)";
export const recordingSlots = "sum(framewright_egress_slots)";
