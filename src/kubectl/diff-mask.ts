import type { KubeObject } from "../api/object.ts";
import type { Secret } from "../api/types.gen.ts";

/** Two states of a Secret whose values only tell where they differ. */
export function maskSecrets<T extends KubeObject>(
  before: KubeObject | undefined,
  after: T,
): [KubeObject | undefined, T] {
  const [old, now] = [dataOf(before), dataOf(after)];
  const mask = (mine: Data, theirs: Data, when: string): Data =>
    Object.fromEntries(
      Object.entries(mine).map(([key, value]) => [
        key,
        key in theirs && theirs[key] !== value ? `*** (${when})` : "***",
      ]),
    );
  const masked = <U extends KubeObject>(object: U, data: Data): U =>
    Object.keys(data).length > 0 ? { ...object, data } : object;
  return [before && masked(before, mask(old, now, "before")), masked(after, mask(now, old, "after"))];
}

type Data = Readonly<Record<string, string>>;

function dataOf(object: KubeObject | undefined): Data {
  const { data = {} } = (object ?? {}) as Partial<Secret>;
  return data;
}
