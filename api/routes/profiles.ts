import { Type } from "typebox";
import { ProfileList, ProfileView } from "@framewright/contracts/client-api.ts";
import { ProfileName, tierOf, type Profile } from "@framewright/contracts/profile.ts";
import type { App } from "../app.ts";
import { AppError } from "../errors.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

const tags = ["Profiles"];
const ProfileParams = Type.Object({ name: ProfileName });

function profileView(profile: Profile): ProfileView {
  return { ...profile, tier: tierOf(profile.video.ladder) };
}

/** The names that there are, in place of any name. */
export function profileNames(profiles: ClientDeps["profiles"]) {
  return Type.Enum([...profiles.keys()], { description: "What to make of the video" });
}

export function profileRoutes(app: App, { profiles }: Pick<ClientDeps, "profiles">): void {
  const views = new Map([...profiles].map(([name, profile]) => [name, profileView(profile)]));
  app.get(
    "/v1/profiles",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "List what jobs can make of a video",
        response: answers({ 200: ProfileList }),
      },
    },
    () => Promise.resolve({ profiles: [...views.values()] }),
  );
  app.get(
    "/v1/profiles/:name",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show a profile",
        params: ProfileParams,
        response: answers({ 200: ProfileView }),
      },
    },
    ({ params: { name } }) => {
      const view = views.get(name);
      if (view) return Promise.resolve(view);
      const known = [...views.keys()].join(", ");
      const message = `There is no profile ${name}; there are ${known}`;
      return Promise.reject(new AppError("profile-not-found", message));
    },
  );
}
