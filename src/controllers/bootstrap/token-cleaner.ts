import type { Secret } from "../../api/types.gen.ts";
import { deleteIfPresent } from "../../client/delete-if-present.ts";
import { bootstrapTokenIn } from "../../resources/core/bootstrap-token.ts";
import { secrets } from "../../resources/core/secret.ts";
import type { Controller } from "../controller.ts";

/** Deletes bootstrap tokens when their time is up, or when it cannot be read. */
export const tokenCleaner: Controller<Secret> = {
  name: "token-cleaner-controller",
  reconciles: secrets,
  isNews: ({ object }) => bootstrapTokenIn(object) !== undefined,

  async reconcile(key, { client, informers, clock }) {
    const secret = informers.for(secrets).get(key);
    const { expiresAt = Infinity } = (secret && bootstrapTokenIn(secret)) ?? {};
    if (expiresAt === Infinity) return undefined;
    const waitMs = expiresAt - clock.now();
    if (waitMs > 0) return { requeueAfterMs: waitMs };
    await deleteIfPresent(client, secrets, key, { preconditions: { uid: secret?.metadata.uid ?? "" } });
    return undefined;
  },
};
