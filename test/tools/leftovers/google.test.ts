import { expect, test } from "vitest";
import { placeOf } from "../../../infra/gke/names.ts";
import { googleNames, googleQueries } from "../../../tools/leftovers/google.ts";
import type { Leftover } from "../../../tools/leftovers/leftover.ts";

const place = {
  stack: "prod",
  project: "my-framewright",
  region: "us-central1",
  retainVolumes: true,
};

/** What is found when gcloud answers the question for this group with these items. */
function found(group: string, answer: unknown, at = place): readonly Leftover[] {
  const words = `${group} list `;
  const query = googleQueries(at).find(({ args }) => args.join(" ").startsWith(words));
  if (query === undefined) throw new Error(`nobody asks for ${group}`);
  return query.read(answer);
}

test.each(["prod", "Team.One", "a_b-", "x".repeat(80)])(
  "stack %s is looked for by the names that infra/gke gives",
  (stack) => {
    const made = placeOf(stack, { project: "p", region: "us-central1" });
    const { label, network } = googleNames(stack);
    expect({ label, network }).toEqual({ label: made.stack, network: made.network });
  },
);

test("every question is for the project, in JSON, and narrowed to the stack", () => {
  const questions = googleQueries(place).map(({ args }) => args.join(" "));
  for (const question of questions) {
    expect(question).toMatch(/ list --project=my-framewright .*--filter=.+ --format=json$/);
    expect(question).toMatch(/prod|description~framewright-/);
  }
  expect(questions).toContain(
    "compute disks list --project=my-framewright --filter=labels.framewright-stack=prod --format=json",
  );
  expect(questions).toContain(
    "compute forwarding-rules list --project=my-framewright --filter=network~/framewright-prod$ --format=json",
  );
});

test("a load balancer that GKE did not take down is left, with the command that deletes it", () => {
  const answer = [
    {
      name: "a1b2c3",
      region: "https://www.googleapis.com/compute/v1/projects/my-framewright/regions/us-central1",
      description: '{"kubernetes.io/service-name":"framewright-api/api"}',
    },
  ];
  expect(found("compute forwarding-rules", answer)).toEqual([
    {
      kind: "load balancer",
      name: "a1b2c3",
      remedy:
        "gcloud compute forwarding-rules delete a1b2c3 --region=us-central1 --project=my-framewright",
      kept: false,
    },
  ]);
});

const disks = [
  { name: "pvc-0f8a", zone: "https://www.googleapis.com/.../zones/us-central1-a" },
  { name: "gke-node-1", zone: "https://www.googleapis.com/.../zones/us-central1-c" },
];

test("a volume is kept where volumes are retained, a node's disk never is", () => {
  const kept = found("compute disks", disks).map(({ name, kept: isKept }) => [name, isKept]);
  expect(kept).toEqual([
    ["pvc-0f8a", true],
    ["gke-node-1", false],
  ]);
});

test("where volumes go with the stack, one that is there is left", () => {
  const all = found("compute disks", disks, { ...place, retainVolumes: false });
  expect(all.filter(({ kept }) => kept)).toEqual([]);
  expect(all[0]?.remedy).toBe(
    "gcloud compute disks delete pvc-0f8a --zone=us-central1-a --project=my-framewright",
  );
});

test("a regional cluster is named with its location, though gcloud calls that its zone as well", () => {
  const answer = [{ name: "gke-cluster-1a2b3c4", zone: "us-central1", location: "us-central1" }];
  expect(found("container clusters", answer)[0]?.remedy).toBe(
    "gcloud container clusters delete gke-cluster-1a2b3c4 --location=us-central1 --project=my-framewright",
  );
});

test("a registry, whose name is a path, and an account, whose name is a mail address", () => {
  const repository = "projects/my-framewright/locations/us-central1/repositories/framewright-prod";
  expect(found("artifacts repositories", [{ name: repository }])[0]).toMatchObject({
    name: "framewright-prod",
    remedy:
      "gcloud artifacts repositories delete framewright-prod --location=us-central1 --project=my-framewright",
  });
  const email = "nodes-account-1@my-framewright.iam.gserviceaccount.com";
  const account = { name: `projects/my-framewright/serviceAccounts/${email}`, email };
  expect(found("iam service-accounts", [account])[0]).toMatchObject({ name: email });
});

test("a bucket goes with what is in it", () => {
  expect(
    found("storage buckets", [{ name: "media-bucket-1", location: "US-CENTRAL1" }])[0],
  ).toEqual({
    kind: "bucket",
    name: "gs://media-bucket-1",
    remedy: "with all its media: gcloud storage rm --recursive gs://media-bucket-1",
    kept: false,
  });
});

test("an answer of another shape is an error, not an empty list", () => {
  expect(() => found("compute disks", { items: [] })).toThrow("what gcloud says of disk");
});
