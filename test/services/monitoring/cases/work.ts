import type { Cases } from "./case.ts";

const jobs = (state: string, name: string) =>
  `framewright_jobs{state="${state}",class="${name}",pod="api-1"}`;
const workers = (name: string) => `framewright_class_workers{class="${name}",pod="api-1"}`;
const ended = (state: string, kind = "") =>
  `framewright_jobs_ended_total{state="${state}",kind="${kind}",class="cpu.720p",pod="api-1"}`;

export const workCases = {
  QueueDepthHigh: {
    firing: [
      {
        series: { [jobs("queued", "cpu.720p")]: "44x30", [workers("cpu.720p")]: "4x30" },
        at: "16m",
        fires: [
          {
            labels: { class: "cpu.720p" },
            summary: "11 jobs wait for each worker of cpu.720p.",
          },
        ],
      },
      {
        series: { [jobs("queued", "nvenc.1080p")]: "6x30", [workers("nvenc.1080p")]: "1x30" },
        at: "16m",
        fires: [
          {
            labels: { class: "nvenc.1080p" },
            summary: "6 jobs wait for each worker of nvenc.1080p.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: { [jobs("queued", "cpu.720p")]: "40x30", [workers("cpu.720p")]: "4x30" },
        at: "30m",
      },
      // New workers came.
      {
        series: { [jobs("queued", "cpu.720p")]: "44x30", [workers("cpu.720p")]: "4x10 8x20" },
        at: "16m",
      },
      // Every replica tells the same: two of them are not twice the jobs.
      {
        series: {
          [jobs("queued", "cpu.720p")]: "9x30",
          'framewright_jobs{state="queued",class="cpu.720p",pod="api-2"}': "9x30",
          [workers("cpu.720p")]: "1x30",
        },
        at: "30m",
      },
    ],
  },
  QueueStuck: {
    firing: [
      {
        series: {
          'framewright_job_oldest_queued_seconds{class="cpu.720p",pod="api-1"}': "0+60x60",
          'framewright_attempts_started_total{pod="api-1"}': "17x60",
        },
        at: "40m",
        fires: [
          {
            labels: { class: "cpu.720p" },
            summary:
              "A job of cpu.720p has waited for 40m 0s, and no job was started in 15 minutes.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'framewright_job_oldest_queued_seconds{class="cpu.720p",pod="api-1"}': "0+60x60",
          'framewright_attempts_started_total{pod="api-1"}': "0+1x60",
        },
        at: "60m",
      },
      {
        series: {
          'framewright_job_oldest_queued_seconds{class="cpu.720p",pod="api-1"}': "600x60",
          'framewright_attempts_started_total{pod="api-1"}': "17x60",
        },
        at: "60m",
      },
    ],
  },
  JobsWithoutWorkers: {
    firing: [
      {
        series: { [jobs("queued", "nvenc.2160p")]: "3x20", [workers("nvenc.2160p")]: "0x20" },
        at: "11m",
        fires: [
          {
            labels: { class: "nvenc.2160p" },
            summary: "3 jobs of nvenc.2160p wait, and no worker takes such jobs.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: { [jobs("queued", "nvenc.2160p")]: "3x20", [workers("nvenc.2160p")]: "0x5 1x15" },
        at: "11m",
      },
      // A class that nobody wants needs no workers.
      {
        series: { [jobs("running", "nvenc.2160p")]: "3x20", [workers("nvenc.2160p")]: "0x20" },
        at: "20m",
      },
    ],
  },
  JobFailuresHigh: {
    firing: [
      {
        series: {
          [ended("succeeded")]: "0+3x50",
          [ended("failed", "defect")]: "0+1x50",
          [ended("failed", "input")]: "0x50",
        },
        at: "40m",
        fires: [{ summary: "25% of the jobs fail through no fault of their file." }],
      },
    ],
    quiet: [
      {
        series: { [ended("succeeded")]: "0+30x50", [ended("failed", "transient")]: "0+1x50" },
        at: "50m",
      },
      // Broken files are another alert.
      {
        series: {
          [ended("succeeded")]: "0+3x50",
          [ended("failed", "input")]: "0+3x50",
          [ended("failed", "defect")]: "0x50",
        },
        at: "50m",
      },
      // One failure of a quiet night.
      {
        series: { [ended("succeeded")]: "1x50", [ended("failed", "defect")]: "0x20 1x30" },
        at: "28m",
      },
    ],
  },
  InputFailuresHigh: {
    firing: [
      {
        series: { [ended("succeeded")]: "0+1x120", [ended("failed", "input")]: "0+3x120" },
        at: "100m",
        fires: [{ summary: "75% of the jobs are refused for their file." }],
      },
    ],
    quiet: [
      {
        series: { [ended("succeeded")]: "0+3x120", [ended("failed", "input")]: "0+1x120" },
        at: "120m",
      },
    ],
  },
  AttemptsLost: {
    firing: [
      {
        series: {
          'framewright_leases_expired_total{pod="api-1"}': "0+1x30",
          'framewright_attempts_of_gone_workers_total{pod="api-1"}': "0x30",
        },
        at: "20m",
        fires: [{ summary: "15 attempts were lost with their workers in 15 minutes." }],
      },
    ],
    quiet: [
      {
        series: {
          'framewright_leases_expired_total{pod="api-1"}': "0x10 1x20",
          'framewright_attempts_of_gone_workers_total{pod="api-1"}': "0x12 1x18",
        },
        at: "20m",
      },
    ],
  },
  OutboxStuck: {
    firing: [
      {
        series: { 'framewright_outbox_oldest_seconds{pod="api-1"}': "0+60x20" },
        at: "10m",
        fires: [{ summary: "A job has waited 10m 0s for its message to the broker." }],
      },
    ],
    quiet: [
      { series: { 'framewright_outbox_oldest_seconds{pod="api-1"}': "0 200 0x20" }, at: "2m" },
      { series: { 'framewright_outbox_oldest_seconds{pod="api-1"}': "100x20" }, at: "20m" },
    ],
  },
  SweeperWithoutLeader: {
    firing: [
      {
        series: {
          'framewright_sweeper_leading{pod="api-1"}': "1x3 0x20",
          'framewright_sweeper_leading{pod="api-2"}': "0x24",
        },
        at: "8m",
        fires: [{ summary: "No replica of the API leads the sweeper." }],
      },
    ],
    quiet: [
      {
        series: {
          'framewright_sweeper_leading{pod="api-1"}': "1x3 0x20",
          'framewright_sweeper_leading{pod="api-2"}': "0x4 1x20",
        },
        at: "8m",
      },
    ],
  },
  JobsOverdue: {
    firing: [
      {
        series: { 'framewright_jobs_overdue_total{pod="api-1"}': "0+1x30" },
        at: "20m",
        fires: [{ summary: "15 jobs failed in 15 minutes because they began too late." }],
      },
    ],
    quiet: [{ series: { 'framewright_jobs_overdue_total{pod="api-1"}': "4x30" }, at: "20m" }],
  },
  EncoderResting: {
    firing: [
      {
        series: { 'framewright_worker_encoder_breaker_open{pod="w-1",step="nvenc"}': "1x20" },
        at: "11m",
        fires: [
          {
            labels: { pod: "w-1", step: "nvenc" },
            summary: "Worker w-1 does not use nvenc, which failed several times.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: { 'framewright_worker_encoder_breaker_open{pod="w-1",step="nvenc"}': "1x5 0x15" },
        at: "11m",
      },
    ],
  },
  WorkerCutOff: {
    firing: [
      {
        series: { 'framewright_worker_api_connected{pod="w-1"}': "0x20" },
        at: "6m",
        fires: [{ labels: { pod: "w-1" }, summary: "Worker w-1 does not reach the API." }],
      },
    ],
    quiet: [{ series: { 'framewright_worker_api_connected{pod="w-1"}': "0x3 1x20" }, at: "8m" }],
  },
  WorkerScratchNearlyFull: {
    firing: [
      {
        series: {
          'framewright_worker_scratch_bytes{pod="w-1"}': "95x20",
          'framewright_worker_scratch_limit_bytes{pod="w-1"}': "100x20",
        },
        at: "3m",
        fires: [{ labels: { pod: "w-1" }, summary: "The scratch volume of w-1 is 95% full." }],
      },
    ],
    quiet: [
      {
        series: {
          'framewright_worker_scratch_bytes{pod="w-1"}': "80x20",
          'framewright_worker_scratch_limit_bytes{pod="w-1"}': "100x20",
        },
        at: "10m",
      },
      // No limit is not a small one.
      {
        series: {
          'framewright_worker_scratch_bytes{pod="w-1"}': "95x20",
          'framewright_worker_scratch_limit_bytes{pod="w-1"}': "0x20",
        },
        at: "10m",
      },
    ],
  },
} as const satisfies Cases;
