import { createHash } from "node:crypto";

import { NetworkError } from "../../network/network.ts";
import { goFatal, klogLine } from "../go/log.ts";
import { inClusterClient } from "../in-cluster.ts";
import { subcommand } from "./subcommand.ts";

/** Asks the API server for its health now and then, and tells a digest of the token it used. */
export const inclusterclient = subcommand({
  name: "inclusterclient",
  short: 'Periodically poll the Kubernetes "/healthz" endpoint',
  defaults: { "poll-interval": 30 },
  async run(process, flags) {
    await process.warn(klogLine(process, "main.go:61", "started"));
    const client = inClusterClient(process);
    if (typeof client === "string") return goFatal(process, `err: ${client}`);
    for (;;) {
      await process.sleep(flags["poll-interval"] * 1000);
      await process.warn(klogLine(process, "main.go:79", "calling /healthz"));
      const digest = createHash("sha256").update(`salt|${client.authorization}`).digest("base64url");
      await process.warn(klogLine(process, "main.go:96", `authz_header=${digest}`));
      const failure = await problemOf(() => client.get("/healthz"));
      if (failure === undefined) continue;
      await process.warn(klogLine(process, "main.go:82", "status=failed").replace(/^I/u, "E"));
      await process.warn(klogLine(process, "main.go:83", `error checking /healthz: ${failure}`).replace(/^I/u, "E"));
    }
  },
});

async function problemOf(
  ask: () => Promise<{ readonly status: number; readonly body: string }>,
): Promise<string | undefined> {
  try {
    const { status, body } = await ask();
    return status === 200 ? undefined : body;
  } catch (error) {
    if (error instanceof NetworkError) return error.message;
    throw error;
  }
}
