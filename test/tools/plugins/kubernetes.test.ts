import { afterAll, beforeAll } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { ProviderProcess } from "./harness/provider-process.ts";
import { namingCases } from "./kubernetes/naming.ts";
import { differencesCases } from "./kubernetes/differences.ts";
import { applyingCases } from "./kubernetes/applying.ts";
import { waitingCases } from "./kubernetes/waiting.ts";
import { settingsCases } from "./kubernetes/settings.ts";

let cluster: ControlPlane;
let provider: ProviderProcess;

beforeAll(async () => {
  cluster = await startControlPlane();
  provider = await ProviderProcess.start("kubernetes", { kubeconfig: cluster.kubeconfig });
});

afterAll(async () => {
  provider.stop();
  await cluster.stop();
});

// One control plane for all cases: starting one takes longer than most of them.
const stage = {
  get cluster() {
    return cluster;
  },
  get provider() {
    return provider;
  },
};

namingCases(stage);
differencesCases(stage);
applyingCases(stage);
waitingCases(stage);
settingsCases(stage);
