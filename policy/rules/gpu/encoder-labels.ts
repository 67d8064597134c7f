import { Type } from "typebox";
import { resourceRule } from "../../kit/resource-rule.ts";
import { encoderSettings, lacksEncoder } from "./encoders.ts";
import { gpuPoolsIn, placed } from "./gpu-pools.ts";
import { modelsOf } from "./node-pool.ts";
import { supportMatrix } from "./support-matrix.ts";

const { withoutEncoder, encoderLabels } = encoderSettings;

export const encoderNodeLabels = resourceRule({
  name: "encoder-labels",
  title: "Nodes that are labelled as having a video encoder have one",
  why: "Whatever encodes video trusts the label: on a GPU without encoder every job fails after it started.",
  fix: "remove the label from pools whose GPU has no NVENC engine, such as A100 and H100",
  severity: "high",
  frameworks: [supportMatrix],
  config: Type.Object({ withoutEncoder, encoderLabels }),
  check: (subject, report, config) => {
    for (const pool of gpuPoolsIn(subject)) {
      const bad = modelsOf(pool).find((model) => lacksEncoder(model, config.withoutEncoder));
      if (bad === undefined) continue;
      for (const { key, value } of config.encoderLabels) {
        if (pool.label(key) !== value) continue;
        report(`${placed(pool)}labels its nodes ${key}=${value}, and ${bad} has no video encoder`);
      }
    }
  },
});
