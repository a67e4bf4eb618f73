import type { Verb } from "../../verb.ts";
import { history } from "./history.ts";
import { pause } from "./pause.ts";
import { restart } from "./restart.ts";
import { resume } from "./resume.ts";
import { status } from "./status.ts";
import { undo } from "./undo.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/ */
export const rollout: Verb = {
  names: ["rollout"],
  summary: "Manage the rollout of one or many resources",
  flags: [],
  verbs: [history, pause, restart, resume, status, undo],
};
