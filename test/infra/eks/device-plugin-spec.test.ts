import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  devicePluginImage,
  devicePluginSpec,
  sharingConfig,
  sharingFile,
} from "../../../infra/eks/device-plugin-spec.ts";

describe("the configuration", () => {
  test("shares a GPU in slices that keep the resource's name, one to a container", () => {
    expect(sharingConfig({ slicesPerGpu: 4 })).toEqual({
      version: "v1",
      flags: { migStrategy: "none", failOnInitError: true },
      sharing: {
        timeSlicing: {
          renameByDefault: false,
          failRequestsGreaterThanOne: true,
          resources: [{ name: "nvidia.com/gpu", replicas: 4 }],
        },
      },
    });
  });

  test("shares nothing when a GPU is one slice", () => {
    expect(sharingConfig({ slicesPerGpu: 1 })).not.toHaveProperty("sharing");
  });

  test("is what the file says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 48 }), (slicesPerGpu) => {
        const [text] = Object.values(sharingFile({ slicesPerGpu }));
        expect(JSON.parse(text ?? "")).toEqual(sharingConfig({ slicesPerGpu }));
      }),
    );
  });
});

const four = { name: "l4-spot", slicesPerGpu: 4 };

describe("the daemon", () => {
  test("runs on its pool's nodes only, in spite of the taint", () => {
    expect(devicePluginSpec(four)).toMatchObject({
      template: {
        spec: {
          nodeSelector: { "framewright.dev/pool": "l4-spot" },
          tolerations: [
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
            { key: "CriticalAddonsOnly", operator: "Exists" },
          ],
          priorityClassName: "system-node-critical",
        },
      },
    });
  });

  test("reads its pool's configuration and makes its socket in the kubelet's folder", () => {
    expect(devicePluginSpec(four)).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              image: devicePluginImage,
              env: [{ name: "CONFIG_FILE", value: "/etc/nvidia-device-plugin/config.json" }],
              volumeMounts: [
                { name: "kubelet", mountPath: "/var/lib/kubelet/device-plugins" },
                { name: "config", mountPath: "/etc/nvidia-device-plugin", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "kubelet", hostPath: { path: "/var/lib/kubelet/device-plugins" } },
            { name: "config", configMap: { name: "nvidia-device-plugin-l4-spot" } },
          ],
        },
      },
    });
  });

  test("is not privileged, has bounds, and no way to the API", () => {
    const text = JSON.stringify(devicePluginSpec(four));
    expect(text).not.toContain("privileged");
    expect(devicePluginSpec(four)).toMatchObject({
      template: {
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
                seccompProfile: { type: "RuntimeDefault" },
              },
              resources: { requests: { cpu: "50m" }, limits: { memory: "256Mi" } },
            },
          ],
        },
      },
    });
  });

  test("is another pod when the number of slices is another one, and only then", () => {
    const of = (slicesPerGpu: number) =>
      JSON.stringify(devicePluginSpec({ name: "l4-spot", slicesPerGpu }));
    expect(of(2)).toBe(of(2));
    expect(of(2)).not.toBe(of(4));
  });
});
