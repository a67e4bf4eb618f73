import { KubectlError } from "../flags.ts";
import type { Verb } from "../verb.ts";

/** PLACEHOLDER until it is written. */
export const cp: Verb = {
  names: ["placeholder-cp"],
  flags: [],
  summary: "",
  run: () => Promise.reject(new KubectlError("not yet")),
};
