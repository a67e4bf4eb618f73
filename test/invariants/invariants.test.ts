import { describe, expect, test } from "vitest";

import { history } from "./history.ts";

/** `SEEDS=1000` lives through more of them, `SEED=17` through one. */
const { SEED, SEEDS = "24" } = process.env;
const seeds = SEED === undefined ? Array.from({ length: Number(SEEDS) }, (_, index) => index + 1) : [Number(SEED)];

describe("whatever happens to a cluster, it stays whole", () => {
  test.each(seeds)("seed %i", async (seed) => {
    expect(await history(seed)).toBeGreaterThan(0);
  });
});
