import { expect, test } from "vitest";
import * as modelServices from "../../../config/rules/model-services.ts";
import { configWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

const image = "registry.example.com/speech/whisper:1.4.2";

const broken: Broken[] = [
  [
    "a service without an image",
    modelServices.modelImagesAreNamed,
    configWith((config) => (config.modelServices.stt.enabled = true)),
    ['modelServices.stt.image must be an image with its registry and a tag (it is "")'],
  ],
  [
    "an image without its registry",
    modelServices.modelImagesAreNamed,
    configWith((config) => {
      Object.assign(config.modelServices.tts, { enabled: true, image: "kokoro:1" });
    }),
    ['modelServices.tts.image must be an image with its registry and a tag (it is "kokoro:1")'],
  ],
  [
    "a small model of ours where nodes pull from a registry",
    modelServices.modelImagesAreNamed,
    gkeWith((config) => {
      Object.assign(config.modelServices.mt, { enabled: true, preset: "own" });
    }),
    ['modelServices.mt.image must be an image with its registry and a tag (it is "")'],
  ],
  [
    "a small model of ours on a cluster that pulls its images",
    modelServices.modelImagesAreNamed,
    configWith((config) => {
      config.local.kubeconfig = "kube.yaml";
      Object.assign(config.modelServices.mt, { enabled: true, preset: "own" });
    }),
    ['modelServices.mt.image must be an image with its registry and a tag (it is "")'],
  ],
  [
    "a small model of ours that there is not",
    modelServices.modelImagesAreNamed,
    configWith((config) => {
      const own = { enabled: true, preset: "own" };
      Object.assign(config.modelServices, {
        stt: { ...config.modelServices.stt, ...own },
        lipSync: { ...config.modelServices.lipSync, ...own },
      });
    }),
    ['modelServices.lipSync.image must be an image with its registry and a tag (it is "")'],
  ],
  [
    "more reserved than may be used",
    modelServices.modelReservesAreWithinLimits,
    configWith((config) => {
      const reserved = { cpu: "3", memory: "1Gi" };
      Object.assign(config.modelServices.tts, { enabled: true, image, cpu: "2", reserved });
    }),
    ["modelServices.tts.reserved.cpu must be at most cpu (it is 3, cpu is 2)"],
  ],
  [
    "bounds out of order",
    modelServices.modelReplicasAreInOrder,
    configWith((config) => {
      Object.assign(config.modelServices.mt, { enabled: true, replicas: { min: 3, max: 2 } });
    }),
    [
      "modelServices.mt.replicas must have a max of at least 1 and of at least min (min is 3, max is 2)",
    ],
  ],
  [
    "a GPU that no pool has",
    modelServices.modelGpusHaveAPool,
    gkeWith((config) => {
      Object.assign(config.modelServices.stt, { enabled: true, gpu: "t4" });
    }),
    ["modelServices.stt.gpu has no pool (it is t4; the pools have a100, l4, l4)"],
  ],
  [
    "pods beyond the quota of their namespace",
    modelServices.modelPodsFitTheirQuota,
    gkeWith((config) => {
      const replicas = { min: 1, max: 5 };
      Object.assign(config.modelServices.mt, { enabled: true, gpu: "a100", cpu: "8", replicas });
    }),
    [
      "modelServices.mt.replicas.max asks for more cpu than models.mt.cpu allows (it is 5 pods)",
      "modelServices.mt.replicas.max asks for more gpuSlices than models.mt.gpuSlices allows (it is 5 pods)",
    ],
  ],
];

test.each(broken)("%s is reported, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(modelServices, broken)).toEqual([]);
});

test("services that are off, or whole, are fine", () => {
  const whole = gkeWith((config) => {
    for (const name of ["stt", "mt", "tts", "lipSync"] as const) {
      Object.assign(config.modelServices[name], { enabled: true, image, gpu: "a100" });
    }
  });
  for (const config of [configWith(), gkeWith(), whole]) {
    expect(Object.values(modelServices).flatMap((rule) => rule(config, facts))).toEqual([]);
  }
});
