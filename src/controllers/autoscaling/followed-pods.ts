import { parseLabelSelector } from "../../api/selectors.ts";
import { ApiError } from "../../api/status.ts";
import type { Pod } from "../../api/types.gen.ts";

/** By autoscaler (`namespace/name`), the selector of the target it last looked at. */
export type FollowedSelectors = Map<string, string>;

/** Why the pods of a target cannot be followed. */
export interface SelectorProblem {
  /** Of the event. */
  readonly event: string;
  /** Of the condition. */
  readonly reason: string;
  /** Of the event. */
  readonly message: string;
  /** Of the condition, where it is another. */
  readonly verdict?: string;
}

/** Whose pods are asked for, and where. */
export interface PodsQuery {
  /** `namespace/name` */
  readonly autoscaler: string;
  readonly selector: string;
  readonly podsHere: readonly Pod[];
  readonly followed: FollowedSelectors;
}

/**
 * The pods of an autoscaler's target. None that another autoscaler follows too may be among them:
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function podsFollowedBy(query: PodsQuery): readonly Pod[] | SelectorProblem {
  const { autoscaler, selector, podsHere, followed } = query;
  if (selector === "") {
    const verdict = "the HPA target's scale is missing a selector";
    return { event: "SelectorRequired", reason: "InvalidSelector", message: "selector is required", verdict };
  }
  const picks = pickerOf(selector);
  if (typeof picks === "string") {
    const message = `couldn't convert selector into a corresponding internal selector object: ${picks}`;
    return { event: "InvalidSelector", reason: "InvalidSelector", message };
  }
  followed.set(autoscaler, selector);
  const found = podsHere.filter(picks);
  const followers = followersOf(found, query);
  if (followers.length <= 1) return found;
  const message = `pods by selector ${selector} are controlled by multiple HPAs: [${followers.join(" ")}]`;
  return { event: "AmbiguousSelector", reason: "AmbiguousSelector", message };
}

/** Tells the pods of a selector from others; the text of what is wrong with it. */
function pickerOf(selector: string): ((pod: Pod) => boolean) | string {
  try {
    const matches = parseLabelSelector(selector);
    return ({ metadata }) => matches(metadata.labels ?? {});
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

/** Every autoscaler of the namespace that follows one of these pods, by name. */
function followersOf(found: readonly Pod[], { autoscaler, followed }: PodsQuery): readonly string[] {
  if (found.length === 0) return [];
  const namespace = autoscaler.slice(0, autoscaler.indexOf("/") + 1);
  const followers = [...followed].filter(([id, selector]) => {
    if (!id.startsWith(namespace)) return false;
    const picks = pickerOf(selector);
    return typeof picks !== "string" && found.some(picks);
  });
  return followers.map(([id]) => id).toSorted();
}
