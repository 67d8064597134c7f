import { describe, expect, it } from "vitest";
import { isolate, type Layer } from "../../../../worker/src/media/sandbox/wrapper.ts";

const system = [
  { path: "/usr", access: "program" },
  { path: "/dev/null", access: "device" },
] as const;
const access = { reads: ["/work/jobs/a/source"], writes: ["/work/jobs/a/out"] };

function words(layers: readonly Layer[]): string {
  return isolate({ layers, system, dataBytes: 1e9, filterPath: "/work/calls.bpf" })(access).join(
    " ",
  );
}

describe("the words before a media process", () => {
  it("name what it may open", () => {
    expect(words(["death", "files"])).toBe(
      [
        "setpriv --pdeathsig KILL --no-new-privs --landlock-access fs",
        "--landlock-rule path-beneath:execute,read-file,read-dir:/usr",
        "--landlock-rule path-beneath:read-file,write-file:/dev/null",
        "--landlock-rule path-beneath:read-file:/work/jobs/a/source",
        "--landlock-rule path-beneath:read-file,read-dir,write-file,truncate,make-reg,remove-file:/work/jobs/a/out",
        "--",
      ].join(" "),
    );
  });

  it("name the filter of its calls", () => {
    expect(words(["calls"])).toBe(
      "setpriv --pdeathsig KILL --no-new-privs --seccomp-filter /work/calls.bpf --",
    );
  });

  it("limit its memory and the stacks of its threads before all else", () => {
    expect(words(["death", "memory"])).toBe(
      "prlimit --data=1000000000 --stack=2097152 setpriv --pdeathsig KILL --no-new-privs --",
    );
  });

  it("end it with the worker where the machine has no more", () => {
    expect(words(["death"])).toBe("setpriv --pdeathsig KILL --no-new-privs --");
  });
});
