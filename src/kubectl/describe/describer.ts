import type { KubeObject } from "../../api/object.ts";
import type { Found } from "../targets.ts";
import type { Call } from "../verb.ts";
import type { Description } from "./description.ts";

/** Writes what `kubectl describe` says of one kind of object; the events are added by the caller. */
export interface Describer {
  readonly group: string;
  readonly kind: string;
  describe(object: never, context: DescribeContext): Promise<void> | void;
  /** Its events are not shown. */
  readonly withoutEvents?: boolean;
}

export interface DescribeContext {
  readonly to: Description;
  readonly call: Call;
  readonly found: Found;
  readonly now: number;
}

/** A describer with its object's type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type of what it reads
export function describer<T extends KubeObject>(
  group: string,
  kind: string,
  describe: (object: T, context: DescribeContext) => Promise<void> | void,
  options: { readonly withoutEvents?: boolean } = {},
): Describer {
  return { group, kind, describe, ...options };
}
