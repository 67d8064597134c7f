import type { Project } from "@framewright/contracts/project.ts";
import { newId } from "../../api/ids.ts";
import type { ProjectStore } from "../../api/projects/project-store.ts";

const aProject = (change: Partial<Project>): Project => ({
  id: newId(),
  name: "shop",
  createdAt: new Date(0).toISOString(),
  quotas: { queued: null, running: null, minutesPerMonth: null, bytesStored: null },
  used: { queued: 0, running: 0, minutesPerMonth: 0, bytesStored: 0 },
  ...change,
});

export const fakeProjects: ProjectStore = {
  create: (_by, { name }) => Promise.resolve(aProject({ name })),
  get: (id) => Promise.resolve(aProject({ id })),
  list: () => Promise.resolve([]),
  update: (_by, id) => Promise.resolve(aProject({ id })),
};
