import type { Verb } from "../../verb.ts";
import { env } from "./env.ts";
import { image } from "./image.ts";
import { resources } from "./resources.ts";
import { selector } from "./selector.ts";
import { serviceAccount } from "./service-account.ts";
import { subject } from "./subject.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_set/ */
export const set: Verb = {
  names: ["set"],
  summary: "Set specific features on objects",
  flags: [],
  verbs: [env, image, resources, selector, serviceAccount, subject],
};
