import type { Duplex } from "node:stream";

import { resetConnection } from "./connection.ts";

/** Carries bytes both ways, half-closes and resets too: what happens to one end happens to the other. */
export function joinStreams(one: Duplex, other: Duplex): void {
  carry(one, other);
  carry(other, one);
}

function carry(from: Duplex, to: Duplex): void {
  from.on("error", () => resetConnection(to));
  // After an end of its own, `to` still has bytes to write.
  from.once("close", () => {
    if (!from.readableEnded) to.destroy();
  });
  from.pipe(to);
}
