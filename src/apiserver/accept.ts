/** How answers can be written. */
export type Encoding = "json" | "yaml" | "protobuf";

export const protobufType = "application/vnd.kubernetes.protobuf";

/** In the order in which a wildcard takes them. */
const mediaTypes: Readonly<Record<Encoding, string>> = {
  json: "application/json",
  yaml: "application/yaml",
  protobuf: protobufType,
};
const encodings = Object.keys(mediaTypes) as readonly Encoding[];

/** What a refused client is told that there is. */
export const acceptedTypes: readonly string[] = Object.values(mediaTypes);

/** One wish of an Accept header that can be met; `parameters` are `as`, `g`, `v` and the like. */
export interface Wish {
  readonly encoding: Encoding;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The wishes of an Accept header, the dearest first: those of a higher `q`, then those that are no wildcard, then the
 * earlier. None at all where there is no header means JSON.
 */
export function wishesIn(accept: string | undefined): readonly Wish[] {
  if (!accept) return plainJson;
  return accept
    .split(",")
    .map((range) => rangeOf(range))
    .toSorted((one, other) => other.quality - one.quality || wildness(one.type) - wildness(other.type))
    .flatMap(({ type, parameters }) =>
      encodings.filter((encoding) => covers(type, mediaTypes[encoding])).map((encoding) => ({ encoding, parameters })),
    );
}

const plainJson: readonly Wish[] = [{ encoding: "json", parameters: new Map() }];

interface Range {
  readonly type: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

function rangeOf(text: string): Range {
  const [type = "", ...pairs] = text.split(";").map((part) => part.trim());
  const parameters = new Map(pairs.map((pair) => pair.split("=", 2) as [string, string]));
  const quality = Number(parameters.get("q") ?? 1);
  return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

/** 0 for a type, 1 for all of its kind, 2 for whatever there is. */
function wildness(type: string): number {
  return type.split("/").filter((part) => part === "*").length;
}

function covers(range: string, type: string): boolean {
  return range === type || range === "*/*" || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
}
