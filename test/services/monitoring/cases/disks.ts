import type { Cases } from "./case.ts";

const volume = 'namespace="framewright-data",persistentvolumeclaim="data-postgres-0"';
const disk = 'instance="node-1",mountpoint="/",fstype="ext4"';
const certificate = 'probe_ssl_earliest_cert_expiry{instance="https://api.example.com"}';
const certificateLabels = { instance: "https://api.example.com" };

/** Bytes that are left and all bytes, of the volume of the database. */
function volumeOf(left: string) {
  return {
    [`kubelet_volume_stats_available_bytes{${volume}}`]: left,
    [`kubelet_volume_stats_capacity_bytes{${volume}}`]: "100x30",
  };
}

function diskOf(left: string, readonly = "0x30") {
  return {
    [`node_filesystem_avail_bytes{${disk}}`]: left,
    [`node_filesystem_size_bytes{${disk}}`]: "100x30",
    [`node_filesystem_readonly{${disk}}`]: readonly,
  };
}

const volumeLabels = {
  namespace: "framewright-data",
  persistentvolumeclaim: "data-postgres-0",
};
const diskLabels = { instance: "node-1", mountpoint: "/", fstype: "ext4" };

export const diskCases = {
  DiskNearlyFull: {
    firing: [
      {
        series: volumeOf("12x30"),
        at: "16m",
        fires: [
          {
            labels: volumeLabels,
            summary: "The volume data-postgres-0 has 12% of its bytes left.",
          },
        ],
      },
      {
        series: diskOf("12x30"),
        at: "16m",
        fires: [{ labels: diskLabels, summary: "/ of node-1 has 12% of its bytes left." }],
      },
    ],
    quiet: [
      { series: volumeOf("40x30"), at: "20m" },
      { series: volumeOf("12x5 60x25"), at: "16m" },
      // A file system that nobody writes to is always full.
      { series: diskOf("0x30", "1x30"), at: "20m" },
    ],
  },
  DiskFull: {
    firing: [
      {
        series: volumeOf("4x30"),
        at: "3m",
        fires: [
          { labels: volumeLabels, summary: "The volume data-postgres-0 has 4% of its bytes left." },
        ],
      },
    ],
    quiet: [{ series: volumeOf("8x30"), at: "10m" }],
  },
  CertificateExpiresSoon: {
    firing: [
      {
        series: { [certificate]: "864000x90" },
        at: "61m",
        fires: [
          {
            labels: certificateLabels,
            summary: "The certificate of https://api.example.com ends in 9d 22h 59m 0s.",
          },
        ],
      },
    ],
    quiet: [{ series: { [certificate]: "2592000x90" }, at: "90m" }],
  },
  CertificateExpires: {
    firing: [
      {
        series: { [certificate]: "172800x90" },
        at: "20m",
        fires: [
          {
            labels: certificateLabels,
            summary: "The certificate of https://api.example.com ends in 1d 23h 40m 0s.",
          },
        ],
      },
    ],
    quiet: [{ series: { [certificate]: "864000x90" }, at: "90m" }],
  },
} as const satisfies Cases;
